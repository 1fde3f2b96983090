//! What a cue would send now: its handler runs, and nothing of that is kept.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::calls::view;
use super::operator::refuse_data;
use super::{Phase, Show};
use crate::model::cue::CueKey;
use crate::model::io::{OperatorReply, ShowOutput};
use crate::model::limits::{FILES_PER_CALL_MAX, PREVIEWS_WAITING_MAX};
use crate::model::script_error::ScriptError;
use crate::model::time::Now;
use crate::script::api::{Call, Previewed, Put, PutPoll};

/// A preview that waits for files.
pub(super) struct Preview {
    request: u64,
    cue: CueKey,
    data: Value,
    /// How often it began anew.
    tries: usize,
}

impl Show {
    /// Answers at once, or when the files that it reads are here.
    pub(super) fn preview(
        &mut self,
        request: u64,
        cue: CueKey,
        data: Value,
        now: Now,
    ) -> Option<OperatorReply> {
        if let Some(refused) = refuse_data(&data) {
            return Some(refused);
        }
        self.try_preview(Preview { request, cue, data, tries: 0 }, now)
    }

    /// Those that waited for files are tried again.
    pub(super) fn go_on_previewing(&mut self, now: Now) {
        if self.previews.is_empty() || !self.awaited.is_empty() {
            return;
        }
        for preview in std::mem::take(&mut self.previews) {
            let request = preview.request;
            if let Some(reply) = self.try_preview(preview, now) {
                self.outputs.push_back(ShowOutput::Reply { request, reply });
            }
        }
    }

    fn try_preview(&mut self, mut preview: Preview, now: Now) -> Option<OperatorReply> {
        let Phase::Playing(playing) = &mut self.phase else {
            return Some(OperatorReply::NotPlaying);
        };
        let generation = playing.versions.current.generation.clone();
        let Some(handler) = generation.handler(&preview.cue) else {
            return Some(self.unknown(&preview.cue));
        };
        let (cue, data) = (preview.cue.clone(), preview.data.clone());
        let call = Call { cue, due: now.wall, late: SignedDuration::ZERO, data };
        // Votes are not counted for it: what is known of them has to do.
        let polls = playing.polls.book().as_known(now).into();
        let view = view(&self.air, self.broadcast.as_ref(), &self.files, &polls, now);
        match playing.host.preview(&generation, &handler, &call, &view) {
            Previewed::Sends(puts) => Some(reply(&puts, None)),
            Previewed::Failed(error) => Some(reply(&[], Some(&error))),
            Previewed::Needs(files) => {
                preview.tries += 1;
                let full = self.previews.len() >= PREVIEWS_WAITING_MAX;
                if full || preview.tries > FILES_PER_CALL_MAX {
                    let why = "it waits for the files it reads: try again".to_owned();
                    return Some(OperatorReply::NotNow { why });
                }
                self.previews.push(preview);
                self.ask_for(files);
                None
            }
        }
    }
}

fn reply(puts: &[Put], error: Option<&ScriptError>) -> OperatorReply {
    let opens = puts.iter().rposition(|put| matches!(put.poll, PutPoll::Opens(_)));
    let is_before = |n| opens.is_some_and(|opens| n < opens);
    let payloads: Vec<Value> =
        puts.iter().enumerate().map(|(n, put)| told(put, is_before(n))).collect();
    let error = error.map(|error| {
        json!({
            "message": error.message,
            "line": error.line,
            "column": error.column,
            "hint": error.hint,
        })
    });
    OperatorReply::Preview(Box::new(json!({ "payloads": payloads, "error": error })))
}

/// A payload. Results `before_a_poll` go out because theirs makes way for it.
fn told(put: &Put, before_a_poll: bool) -> Value {
    let text = put.payload.as_str();
    let payload = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    let makes_way = before_a_poll && payload["type"] == "results";
    let (bytes, slot) = (put.payload.bytes(), &put.slot);
    json!({ "payload": payload, "bytes": bytes, "slot": slot, "makes_way": makes_way })
}
