//! What a show fetches: which request goes out when, and what is called with what came.

use std::collections::{BTreeMap, VecDeque};

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::model::cue::{AfterId, CueKey};
use crate::model::event::{FiredBy, NotRun, What};
use crate::model::fetch::{FetchRequest, FetchTold, Fetched};
use crate::model::io::ShowOutput;
use crate::model::limits::{
    AFTERS_MAX, FETCH_GIVEN_UP, FETCHES_AT_ONCE_MAX, FETCHES_WAITING_MAX, FIRES_AT_ONCE_MAX,
};
use crate::model::time::{Deadline, Now};

use super::calls::{QueuedCall, Target};
use super::version::AfterTarget;
use super::{Act, Phase, Show};

/// The requests of a show that are not answered yet: each address once.
#[derive(Default)]
pub(super) struct Fetches {
    waiting: VecDeque<(AfterId, Box<FetchRequest>)>,
    under_way: BTreeMap<AfterId, UnderWay>,
}

/// A request that went out.
struct UnderWay {
    url: String,
    /// When it is given up: its answer came long ago, or could not be told.
    until: SignedDuration,
}

impl Fetches {
    /// Takes a request into the queue, or says why not.
    fn ask(&mut self, id: AfterId, request: Box<FetchRequest>) -> Result<(), String> {
        let url = request.url.to_string();
        let waits = self.waiting.iter().any(|(_, waiting)| waiting.url.to_string() == url);
        if waits || self.under_way.values().any(|under_way| under_way.url == url) {
            return Err("it is being fetched already".to_owned());
        }
        if self.waiting.len() >= FETCHES_WAITING_MAX {
            return Err(format!("{FETCHES_WAITING_MAX} requests wait already"));
        }
        self.waiting.push_back((id, request));
        Ok(())
    }

    /// The next request that may go out.
    fn next(&mut self, now: Now) -> Option<(AfterId, Box<FetchRequest>)> {
        if self.under_way.len() >= FETCHES_AT_ONCE_MAX {
            return None;
        }
        let (id, request) = self.waiting.pop_front()?;
        let until = now.up + request.timeout + FETCH_GIVEN_UP;
        self.under_way.insert(id, UnderWay { url: request.url.to_string(), until });
        Some((id, request))
    }

    /// When the first of those under way is given up.
    pub(super) fn next_deadline(&self) -> Option<Deadline> {
        let at = self.under_way.values().map(|under_way| under_way.until).min()?;
        Some(Deadline { at, why: "give a request up" })
    }

    fn given_up(&self, now: Now) -> Vec<AfterId> {
        let over = self.under_way.iter().filter(|(_, under_way)| under_way.until <= now.up);
        over.map(|(id, _)| *id).collect()
    }
}

/// A request that a handler made, with what is called in the end.
pub(super) struct Asked {
    pub(super) id: AfterId,
    pub(super) request: Box<FetchRequest>,
    pub(super) target: AfterTarget,
    pub(super) cue: CueKey,
}

/// What the journal is told of a request.
struct Told {
    cue: CueKey,
    url: String,
    not_asked: bool,
}

impl Show {
    /// After the commit of the handler that asked: the request goes out, or waits.
    pub(super) fn fetch(&mut self, asked: Asked, now: Now) {
        let Asked { id, request, target, cue } = asked;
        let Phase::Playing(playing) = &mut self.phase else { return };
        if playing.act != Act::On {
            return;
        }
        let url = request.url.to_string();
        let has_room = playing.afters.len() < AFTERS_MAX;
        // One that is refused waits, too, for the moment until it is told.
        playing.afters.set(id, target);
        let taken = if has_room {
            playing.fetches.ask(id, request)
        } else {
            Err("too much waits already".to_owned())
        };
        match taken {
            Ok(()) => self.send_fetches(now),
            Err(why) => {
                // It is answered in this very moment: one that asks again and again never ends.
                self.fires_at_once += 1;
                if self.fires_at_once > FIRES_AT_ONCE_MAX {
                    playing.afters.remove(id);
                    return self.event(now, What::NotRun { cue, why: NotRun::Chained });
                }
                let told = Told { cue, url, not_asked: true };
                self.came(id, told, &Fetched::failed(why), now);
            }
        }
    }

    /// What came of a request.
    pub(super) fn fetched(&mut self, id: AfterId, fetched: &Fetched, now: Now) {
        let Phase::Playing(playing) = &mut self.phase else { return };
        let Some(UnderWay { url, .. }) = playing.fetches.under_way.remove(&id) else { return };
        if playing.act != Act::On {
            return;
        }
        let cue = match playing.afters.get(id) {
            Some(AfterTarget::Function { by, .. }) => by.clone(),
            // Its version is too old to be called.
            Some(AfterTarget::Cue { .. }) | None => CueKey::after(id),
        };
        self.send_fetches(now);
        self.came(id, Told { cue, url, not_asked: false }, fetched, now);
    }

    /// What can never be told any more leaves its place to others.
    pub(super) fn tick_fetches(&mut self, now: Now) {
        let given_up = self.playing().map(|playing| playing.fetches.given_up(now));
        for id in given_up.unwrap_or_default() {
            self.fetched(id, &Fetched::failed("no answer came"), now);
        }
    }

    fn send_fetches(&mut self, now: Now) {
        let Phase::Playing(playing) = &mut self.phase else { return };
        while let Some((id, request)) = playing.fetches.next(now) {
            self.outputs.push_back(ShowOutput::Fetch { id, request });
        }
    }

    /// Tells it, and queues the call of what waits for it.
    fn came(&mut self, id: AfterId, told: Told, fetched: &Fetched, now: Now) {
        let Told { cue, url, not_asked } = told;
        let (data, error) = match &fetched.answer {
            Ok(data) => (Some(data.clone()), None),
            Err(error) => (None, Some(error.clone())),
        };
        let call_data = call_data(&fetched.answer);
        let event = FetchTold { cue, url, bytes: fetched.bytes, data, error, not_asked };
        self.event(now, What::Fetched(event.into()));
        let Phase::Playing(playing) = &mut self.phase else { return };
        let Some(AfterTarget::Function { handler, .. }) = playing.afters.get(id) else { return };
        if fetched.answer.is_err() && handler.wants_success() {
            playing.afters.remove(id);
            return;
        }
        let call = QueuedCall::new(Target::After(id), FiredBy::Trigger, call_data, now);
        self.queue.push_back(call.told_by_another_event());
    }
}

/// What the handler finds: `data`, or `error`.
fn call_data(answer: &Result<Value, String>) -> Value {
    match answer {
        Ok(data) => json!({"data": data}),
        Err(error) => json!({"error": error}),
    }
}
