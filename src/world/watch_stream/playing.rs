//! A stream as it plays: pieces as they come, waits while it is off air, and its end.

use std::io;

use jiff::SignedDuration;
use url::Url;

use super::error::{Failure, WatchError};
use super::fetch::{self, Opened};
use super::http::Http;
use super::{News, What};
use crate::hls::read::follow::{Follower, Piece, Reload};
use crate::hls::read::m3u8::{Media, Resource};
use crate::hls::read::reader::Reader;
use crate::model::limits::{
    ASK_OFF_AIR, HLS_ATTEMPTS_MAX, HLS_RELOAD_MIN, HLS_STALE_MIN, HLS_STALE_TARGETS,
};
use crate::rules::backoff::Backoff;
use crate::world::clock::Clock;

/// A stream that is watched.
pub(super) struct Playing<'a> {
    http: Http,
    clock: Clock,
    tell: &'a mut (dyn FnMut(&News) -> io::Result<()> + Send),
    backoff: Backoff,
    air: Air,
}

/// What was told of the stream last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Air {
    Unknown,
    On,
    Off,
}

/// How a broadcast was left.
enum Left {
    /// Its playlist says that nothing comes any more.
    Ended,
    /// Its playlist is gone, or cannot be had.
    Gone,
}

impl<'a> Playing<'a> {
    pub(super) fn new(
        http: Http,
        clock: Clock,
        tell: &'a mut (dyn FnMut(&News) -> io::Result<()> + Send),
    ) -> Self {
        // One viewer alone: nobody is to come back at another moment than it.
        let backoff = Backoff::new(0, "watch");
        Self { http, clock, tell, backoff, air: Air::Unknown }
    }

    /// Plays what is at `url` until it ends.
    pub(super) async fn play(&mut self, url: &Url) -> Result<(), WatchError> {
        let mut was_there = false;
        loop {
            match fetch::open(&self.http, url).await {
                Ok(opened) => {
                    was_there = true;
                    if let Left::Ended = self.broadcast(opened).await? {
                        return Ok(self.say(What::Ended)?);
                    }
                }
                Err(Failure::OffAir) => {}
                Err(failure) if !was_there => return Err(fatal(url, failure)),
                // What was there once may come back.
                Err(_) => {}
            }
            self.air(Air::Off)?;
            tokio::time::sleep(ASK_OFF_AIR.unsigned_abs()).await;
        }
    }

    /// Plays one broadcast.
    async fn broadcast(&mut self, mut opened: Opened) -> Result<Left, WatchError> {
        let mut show = Show::default();
        let mut new_at = self.clock.up();
        loop {
            if opened.media.encrypted {
                return Err(WatchError::Encrypted { url: opened.url.to_string() });
            }
            let asked_at = self.clock.up();
            let news = show.follower.look(&opened.media);
            if news.is_new {
                new_at = asked_at;
                self.air(Air::On)?;
            } else if asked_at - new_at > stale(&opened.media) {
                self.air(Air::Off)?;
            }
            self.missed(news.missed)?;
            for piece in &news.pieces {
                self.piece(&mut show, piece, &opened.url).await?;
            }
            match self.reload(&opened, news.is_new, asked_at).await? {
                Some(media) => opened.media = media,
                None if opened.media.ended => return Ok(Left::Ended),
                None => return Ok(Left::Gone),
            }
        }
    }

    /// Reads a piece; one that cannot be had is left out.
    async fn piece(
        &mut self,
        show: &mut Show,
        piece: &Piece,
        base: &Url,
    ) -> Result<(), WatchError> {
        if piece.map.is_some() && piece.map != show.map {
            match self.bytes(base, piece.map.as_ref()).await? {
                Some(init) => show.reader.map(&init),
                None => return self.lose(show, piece),
            }
            show.map.clone_from(&piece.map);
        }
        let Some(bytes) = self.bytes(base, Some(&piece.resource)).await? else {
            return self.lose(show, piece);
        };
        let at = self.clock.now().wall;
        for metadata in show.reader.read(piece, &bytes) {
            (self.tell)(&News { at, what: What::Metadata(metadata) })?;
        }
        Ok(())
    }

    fn lose(&mut self, show: &mut Show, piece: &Piece) -> Result<(), WatchError> {
        show.reader.skip(piece);
        self.missed(1)
    }

    /// The bytes of a resource; none when they are gone or cannot be had in so many attempts.
    async fn bytes(
        &mut self,
        base: &Url,
        at: Option<&Resource>,
    ) -> Result<Option<axum::body::Bytes>, WatchError> {
        let Some(at) = at else { return Ok(None) };
        for attempt in 1..=HLS_ATTEMPTS_MAX {
            match fetch::bytes(&self.http, base, at).await {
                Ok(bytes) => return Ok(Some(bytes)),
                Err(Failure::NotFound) => return Ok(None),
                Err(failure) => self.trouble(attempt, &failure).await?,
            }
        }
        Ok(None)
    }

    /// The playlist when it is to be looked at again; none when it never is, or cannot be had.
    async fn reload(
        &mut self,
        opened: &Opened,
        is_new: bool,
        asked_at: SignedDuration,
    ) -> Result<Option<Media>, WatchError> {
        let mut reload = Follower::reload(&opened.media, is_new);
        match reload {
            Reload::Never => return Ok(None),
            Reload::Blocking { .. } => {}
            Reload::After(wait) => {
                let left = wait.max(HLS_RELOAD_MIN) - (self.clock.up() - asked_at);
                tokio::time::sleep(left.max(SignedDuration::ZERO).unsigned_abs()).await;
            }
        }
        for attempt in 1..=HLS_ATTEMPTS_MAX {
            match fetch::again(&self.http, opened, reload).await {
                Ok(media) => return Ok(Some(media)),
                Err(Failure::NotFound | Failure::OffAir) => return Ok(None),
                Err(failure) => self.trouble(attempt, &failure).await?,
            }
            // A server that fails to wait may still answer at once.
            reload = Reload::After(SignedDuration::ZERO);
        }
        Ok(None)
    }

    /// Says the first of some failures in a row, and waits.
    async fn trouble(&mut self, attempt: u32, failure: &Failure) -> Result<(), WatchError> {
        if attempt == 1 {
            self.say(What::Trouble(failure.to_string()))?;
        }
        tokio::time::sleep(self.backoff.wait(attempt).unsigned_abs()).await;
        Ok(())
    }

    fn missed(&mut self, segments: u64) -> Result<(), WatchError> {
        if segments > 0 {
            self.say(What::Missed(segments))?;
        }
        Ok(())
    }

    /// Tells what became of the stream, once.
    fn air(&mut self, air: Air) -> Result<(), WatchError> {
        if self.air == air {
            return Ok(());
        }
        self.air = air;
        match air {
            Air::On => self.say(What::OnAir)?,
            Air::Off => self.say(What::OffAir)?,
            Air::Unknown => {}
        }
        Ok(())
    }

    fn say(&mut self, what: What) -> io::Result<()> {
        (self.tell)(&News { at: self.clock.now().wall, what })
    }
}

/// How far one broadcast was read.
#[derive(Default)]
struct Show {
    follower: Follower,
    reader: Reader,
    /// What was read before its pieces.
    map: Option<Resource>,
}

/// How long a playlist may stay as it is before the stream counts as off air.
fn stale(media: &Media) -> SignedDuration {
    media.target.saturating_mul(HLS_STALE_TARGETS).max(HLS_STALE_MIN)
}

/// Why there is nothing to wait for.
fn fatal(url: &Url, failure: Failure) -> WatchError {
    let url = url.to_string();
    match failure {
        Failure::NotFound => WatchError::NotFound { url },
        Failure::NoPlaylist => WatchError::NoPlaylist { url },
        failure @ (Failure::OffAir
        | Failure::Status(_)
        | Failure::Unreachable(_)
        | Failure::TooLate(_)
        | Failure::TooLarge(_)
        | Failure::Redirects(_)
        | Failure::Address(_)) => WatchError::Failed { url, failure },
    }
}
