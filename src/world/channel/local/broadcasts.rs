//! What viewers fetch: the streams on air, and for a while those that ended. A stream is made when
//! somebody looks at it, as far as it is whole by then: what nobody watches costs nothing.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use crate::hls::PART;
use crate::hls::clip::Clip;
use crate::hls::stream::Stream;
use crate::model::limits::{LOCAL_ENDED_STREAMS_KEPT, LOCAL_ENDED_STREAMS_MAX};
use crate::model::payload::Payload;
use crate::model::time::Now;

/// All streams that can be fetched, by their ids.
pub(super) struct Broadcasts {
    clip: Arc<Clip>,
    streams: BTreeMap<String, Broadcast>,
    /// Those that ended and when, the first to end first.
    ended: VecDeque<(SignedDuration, String)>,
}

struct Broadcast {
    /// The id of its channel.
    channel: String,
    stream: Stream,
    started: SignedDuration,
}

/// What was seen of a stream.
pub struct Seen<T> {
    /// What was looked for.
    pub found: T,
    /// How long until the next part of it is whole.
    pub next: Duration,
}

impl Broadcasts {
    /// None yet; each will show this clip.
    pub(super) fn new(clip: Arc<Clip>) -> Self {
        Self { clip, streams: BTreeMap::new(), ended: VecDeque::new() }
    }

    /// A stream goes on air.
    pub(super) fn begin(&mut self, channel: &str, id: &str, now: Now) {
        self.forget(now);
        let broadcast = Broadcast {
            channel: channel.to_owned(),
            stream: Stream::new(Arc::clone(&self.clip), id, now.wall),
            started: now.up,
        };
        self.streams.insert(id.to_owned(), broadcast);
    }

    /// Puts a payload into a stream.
    pub(super) fn put(&mut self, id: &str, payload: &Payload, now: Now) {
        if let Some(broadcast) = self.streams.get_mut(id) {
            broadcast.stream.put(payload, now.up - broadcast.started);
        }
    }

    /// A stream goes off air; it can be fetched for a while yet.
    pub(super) fn end(&mut self, id: &str, now: Now) {
        if let Some(broadcast) = self.streams.get_mut(id) {
            broadcast.stream.end(now.up - broadcast.started);
            self.ended.push_back((now.up, id.to_owned()));
        }
        self.forget(now);
    }

    /// Looks at a channel's stream as it is now; none where there is no such stream.
    pub(super) fn look<T>(
        &mut self,
        (channel, id): (&str, &str),
        now: Now,
        look: impl FnOnce(&Stream) -> T,
    ) -> Option<Seen<T>> {
        self.forget(now);
        let broadcast = self.streams.get_mut(id).filter(|found| found.channel == channel)?;
        let since = now.up - broadcast.started;
        broadcast.stream.advance(since);
        Some(Seen { found: look(&broadcast.stream), next: until_next_part(since) })
    }

    /// Forgets what ended too long ago, and what ended first when too much did.
    fn forget(&mut self, now: Now) {
        let too_many = |count| count > LOCAL_ENDED_STREAMS_MAX;
        while let Some((ended, id)) = self.ended.front()
            && (now.up - *ended >= LOCAL_ENDED_STREAMS_KEPT || too_many(self.ended.len()))
        {
            self.streams.remove(id);
            self.ended.pop_front();
        }
    }
}

/// How long until the next part of a stream is whole that began so long ago.
fn until_next_part(since: SignedDuration) -> Duration {
    let part = PART.as_nanos();
    let left = part - since.as_nanos().rem_euclid(part);
    Duration::from_nanos(u64::try_from(left).expect("at most one part is left of it"))
}
