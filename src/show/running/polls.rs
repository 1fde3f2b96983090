//! Polls: what their machine decides, done; and the votes that handlers wait for.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::model::cue::CueKey;
use crate::model::delivery::{Delivery, InDoubt, Sticky};
use crate::model::error::ModelError;
use crate::model::event::{FiredBy, PollClosed, PollOpened, TallyRead, What};
use crate::model::io::ShowOutput;
use crate::model::limits::{
    STICKY_REPEAT_MAX, TALLY_READS_PER_CALL_MAX, TALLY_WAIT, VALID_FOR_DEFAULT,
};
use crate::model::payload::{Clears, Payload, Priority, Slot};
use crate::model::poll::{AskingId, Counting, Kind, Leader, Poll, PollNews, Tally};
use crate::model::saved::Change;
use crate::model::script_error::ScriptError;
use crate::model::time::{Deadline, Now};
use crate::model::trigger::Happening;
use crate::rules::polls::{Entry, Input, Output, Settled, Worth};
use crate::script::api::{PollWish, Put, PutPoll, Wish};

use super::calls::{QueuedCall, Resolved};
use super::wishes::waiting;
use super::{Act, Phase, Show};

/// The results of a poll, ready to go out, or why they cannot.
type Results = Result<Box<Delivery>, String>;

/// What follows from the polls' decisions once their changes are committed.
pub(super) enum Told {
    /// For whoever takes votes.
    News(PollNews),
    /// To be counted.
    Count(Counting),
    /// A poll opened.
    Opened(Arc<Poll>),
    /// A poll's votes are final; its results, where they are sent.
    Settled(Box<Settled>, Option<Results>),
}

impl Show {
    /// Tells the polls. Their changes join those of the step at hand; the rest follows it, by
    /// [`Self::tell_polls`].
    pub(super) fn polls_input(&mut self, input: Input, now: Now) -> Vec<Told> {
        let Phase::Playing(playing) = &mut self.phase else { return Vec::new() };
        playing.polls.handle(input, now);
        let (mut rest, mut unsent) = (Vec::new(), Vec::new());
        for output in playing.polls.take_outputs() {
            match output {
                Output::Change(change) => self.loose.push(change),
                Output::News(news) => rest.push(Told::News(news)),
                Output::Count(counting) => rest.push(Told::Count(counting)),
                Output::Opened(poll) => rest.push(Told::Opened(poll)),
                Output::Settled(settled) => {
                    // That the votes are final and that their results go out is one step: a crash
                    // between the two would lose the results for good.
                    let results = settled.send_results.then(|| self.results(&settled, now));
                    if let Some(Err(_)) = results {
                        unsent.push(settled.poll.asking.clone());
                    }
                    rest.push(Told::Settled(settled, results));
                }
            }
        }
        for asking in unsent {
            rest.extend(self.polls_input(Input::Revealed(asking), now));
        }
        rest
    }

    /// Tells the polls outside of a handler's step.
    pub(super) fn polls_handle(&mut self, input: Input, now: Now) {
        let rest = self.polls_input(input, now);
        self.tell_polls(rest, now);
    }

    /// What follows from the polls' decisions, when those are committed.
    pub(super) fn tell_polls(&mut self, told: Vec<Told>, now: Now) {
        if told.is_empty() {
            return;
        }
        self.commit_loose();
        for told in told {
            match told {
                Told::News(news) => self.outputs.push_back(ShowOutput::Poll(news)),
                Told::Count(counting) => self.outputs.push_back(ShowOutput::Count(counting)),
                Told::Opened(poll) => {
                    self.event(now, What::PollOpened(PollOpened::from(poll)));
                }
                Told::Settled(settled, results) => self.settled(&settled, results, now),
            }
        }
    }

    /// A poll's votes are final: its results go out, and the script hears of it.
    fn settled(&mut self, settled: &Settled, results: Option<Results>, now: Now) {
        let Settled { poll, tally, late, unsent, worth, .. } = settled;
        if *worth == Worth::Guessed {
            let message = format!(
                "the votes of `{}` were not counted in time: what was last known of them stands",
                poll.question
            );
            self.event(now, What::Warning { message });
        }
        match results {
            Some(Ok(delivery)) => self.outputs.push_back(ShowOutput::Put(delivery)),
            Some(Err(message)) => self.event(now, What::Warning { message }),
            None => {}
        }
        let (poll, tally) = (Arc::clone(poll), tally.clone());
        self.event(
            now,
            What::PollClosed(Box::new(PollClosed {
                poll,
                tally,
                late: *late,
                void: *worth == Worth::Void,
                unsent: *unsent,
            })),
        );
        let data = || closed_data(settled);
        self.queue_happening_with(Happening::PollClosed, data, now);
    }

    /// The results of a poll, as a payload that waits from this step on.
    fn results(&mut self, settled: &Settled, now: Now) -> Results {
        let poll = &settled.poll;
        let unsent = |why: &str| format!("the results of `{}` are not sent: {why}", poll.question);
        let results = poll.results(&settled.tally, true).to_string();
        let payload: Payload =
            results.parse().map_err(|error: ModelError| unsent(&error.to_string()))?;
        let put = self.put_of_polls(payload, (VALID_FOR_DEFAULT, None), &poll.cue, now);
        put.ok_or_else(|| unsent("it is over"))
    }

    /// A payload that the polls send by themselves, and that waits from this step on.
    fn put_of_polls(
        &mut self,
        payload: Payload,
        (valid_for, sticky): (SignedDuration, Option<Sticky>),
        cue: &CueKey,
        now: Now,
    ) -> Option<Box<Delivery>> {
        let Phase::Playing(playing) = &mut self.phase else { return None };
        let put = Put {
            n: playing.host.number_delivery(),
            slot: Slot::of(&payload),
            payload,
            priority: Priority::Normal,
            valid_for,
            sticky,
            in_doubt: InDoubt::Drop,
            poll: PutPoll::None,
        };
        let delivery = self.delivery(put, cue, FiredBy::Trigger, SignedDuration::ZERO, now);
        self.loose.push(Change::Delivery(delivery.id, Some(waiting(&delivery))));
        Some(Box::new(delivery))
    }

    /// Askings that an earlier run left open are in the stream again, but those that still wait or
    /// are repeated.
    pub(super) fn ask_again(&mut self, there: &[AskingId], now: Now) {
        let Phase::Playing(playing) = &self.phase else { return };
        let open = playing.polls.book().unsettled().filter(|entry| entry.is_open());
        let asked = open.map(|entry| Arc::clone(&entry.kept.poll)).filter(|poll| {
            matches!(poll.kind, Kind::Asked { .. }) && !there.contains(&poll.asking)
        });
        for poll in asked.collect::<Vec<_>>() {
            let left = poll.closes_at.duration_since(now.wall);
            // What fits no more was sent with other fields.
            let Ok(payload) = poll.asked_anew(poll.closes_at).to_string().parse() else { continue };
            let sticky = Some(Sticky { lasts: left, repeat_every: STICKY_REPEAT_MAX });
            let again = self.put_of_polls(payload, (left, sticky), &poll.cue, now);
            self.commit_loose();
            self.outputs.extend(again.map(ShowOutput::Put));
        }
    }

    /// What a call's wish means for the polls; none for most.
    pub(super) fn wished_of_polls(&mut self, wish: &Wish, now: Now) -> Vec<Told> {
        let input = match wish {
            Wish::Put(put) => match &put.poll {
                // It would be asked of nobody.
                PutPoll::Opens(_) if self.in_panic() => return Vec::new(),
                PutPoll::Opens(poll) => Input::Open(Arc::clone(poll)),
                PutPoll::Again => return Vec::new(),
                PutPoll::None => {
                    let clears = Clears::of(&put.payload);
                    let mut told = self.polls_input(Input::Sent(put.slot.clone(), clears), now);
                    if let Some(asking) = AskingId::revealed_by(&put.payload) {
                        told.extend(self.polls_input(Input::Revealing(asking), now));
                    }
                    return told;
                }
            },
            Wish::Poll(PollWish::Close(asking)) => Input::Close(asking.clone()),
            Wish::Poll(PollWish::Reveal(asking)) => Input::Reveal(asking.clone()),
            Wish::Poll(PollWish::ResetLeaderboard) => Input::LeaderboardReset,
            Wish::After { .. }
            | Wish::AfterCue { .. }
            | Wish::Fetch { .. }
            | Wish::Fire { .. }
            | Wish::Mark(..)
            | Wish::CancelAfter(_) => return Vec::new(),
        };
        self.polls_input(input, now)
    }

    /// A handler reads votes or points: it begins anew when they have come.
    pub(super) fn wait_for_counts(
        &mut self,
        mut call: QueuedCall,
        counts: Vec<Counting>,
        resolved: &Resolved,
        now: Now,
    ) {
        call.tally_reads += 1;
        if call.tally_reads > TALLY_READS_PER_CALL_MAX {
            let message = "one handler waits for votes too often".to_owned();
            let mut error = ScriptError::of_script(&self.setup.script_file, message);
            error.cue = Some(resolved.cue.to_string());
            return self.fail_call(call, error, Vec::new(), resolved, now);
        }
        self.queue.push_front(call);
        self.counts_until = now.up + TALLY_WAIT;
        for counting in counts {
            if self.counting.insert(counting.clone()) && !self.waits_for_reveal(&counting) {
                self.outputs.push_back(ShowOutput::Count(counting));
            }
        }
    }

    /// Who leads is asked when the points of all results on their way are given.
    fn waits_for_reveal(&self, counting: &Counting) -> bool {
        let is_revealing = self.playing().is_some_and(|it| it.polls.book().is_revealing());
        *counting == Counting::Leaderboard && is_revealing
    }

    /// A right answer is no secret any more.
    pub(super) fn revealed(&mut self, asking: AskingId, now: Now) {
        let leaders = Counting::Leaderboard;
        let did_wait = self.counting.contains(&leaders) && self.waits_for_reveal(&leaders);
        self.polls_handle(Input::Revealed(asking), now);
        if did_wait && !self.waits_for_reveal(&leaders) {
            self.outputs.push_back(ShowOutput::Count(leaders));
        }
    }

    /// Votes came, for a handler that reads them or as the final ones.
    pub(super) fn tally(&mut self, asking: AskingId, tally: Tally, is_final: bool, now: Now) {
        let awaited = self.counting.iter().filter(|counting| match counting {
            Counting::Tally(of) => *of == asking,
            Counting::Final(of) => *of == asking && is_final,
            Counting::Leaderboard => false,
        });
        let awaited: Vec<Counting> = awaited.cloned().collect();
        if !awaited.is_empty() {
            self.counting.retain(|counting| !awaited.contains(counting));
            self.tell_read(&asking, &tally, now);
        }
        // Of a show that stops no `on("poll_closed")` would hear: the next start settles the poll.
        let is_on = self.playing().is_some_and(|playing| playing.act == Act::On);
        self.polls_handle(Input::Tally { asking, tally, is_final: is_final && is_on }, now);
    }

    /// What a script reads cannot be computed from the rest: it is written down.
    fn tell_read(&mut self, asking: &AskingId, tally: &Tally, now: Now) {
        let Phase::Playing(playing) = &self.phase else { return };
        let Some(entry) = playing.polls.book().get(asking) else { return };
        let read = TallyRead { asking: asking.clone(), tally: entry.poll().told(tally) };
        self.event(now, What::TallyRead(Box::new(read)));
    }

    pub(super) fn leaderboard(&mut self, leaders: Vec<Leader>, now: Now) {
        if self.counting.remove(&Counting::Leaderboard) {
            self.event(now, What::LeaderboardRead { leaders: leaders.clone() });
            self.polls_handle(Input::Leaderboard(leaders), now);
        }
    }

    /// Until when a handler waits for votes, and when the polls want to go on.
    pub(super) fn polls_deadline(&self) -> Option<Deadline> {
        let Phase::Playing(playing) = &self.phase else { return None };
        Deadline::earlier(playing.polls.next_deadline(), self.counts_deadline())
    }

    /// Until when a handler waits for votes.
    pub(super) fn counts_deadline(&self) -> Option<Deadline> {
        let waits = !self.counting.is_empty();
        waits.then_some(Deadline { at: self.counts_until, why: "go on without a tally" })
    }

    pub(super) fn tick_polls(&mut self, now: Now) {
        self.give_up_counts(now);
        if self.playing().is_some_and(|playing| playing.act == Act::On) {
            self.polls_handle(Input::Tick, now);
        }
    }

    /// Votes that do not come are taken to be what was last known of them.
    pub(super) fn give_up_counts(&mut self, now: Now) {
        if self.counting.is_empty() || now.up < self.counts_until {
            return;
        }
        let message = "votes could not be read in time: a handler goes on with the last known, \
             and a poll that it ends has no results";
        self.event(now, What::Warning { message: message.to_owned() });
        for counting in self.counting.clone() {
            match counting {
                Counting::Leaderboard => {
                    let Phase::Playing(playing) = &self.phase else { return };
                    self.leaderboard(playing.polls.book().last_leaders(), now);
                }
                Counting::Tally(asking) | Counting::Final(asking) => {
                    let Phase::Playing(playing) = &self.phase else { return };
                    let entry = playing.polls.book().get(&asking);
                    let tally = entry.map(Entry::last_tally).unwrap_or_default();
                    self.tell_read(&asking, &tally, now);
                    self.polls_handle(Input::Uncounted(asking), now);
                }
            }
        }
        self.counting.clear();
    }
}

/// The data of `on("poll_closed")`.
fn closed_data(settled: &Settled) -> Value {
    let Settled { poll, tally, late, worth, .. } = settled;
    let mut data = poll.told(tally);
    if let Some(fields) = data.as_object_mut() {
        fields.insert("poll".to_owned(), poll.named());
        fields.insert("question".to_owned(), json!(poll.question));
        fields.insert("correct".to_owned(), json!(poll.correct_text()));
        fields.insert("late".to_owned(), json!(late));
        // `void` is a word that Rhai keeps for itself.
        fields.insert("voided".to_owned(), json!(*worth == Worth::Void));
    }
    data
}
