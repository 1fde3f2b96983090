//! Which shows a request is about.

use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::Deserialize;

use super::VoteDoor;
use super::refusal::Refusal;
use crate::model::channel::{ChannelArn, ShowId};

/// The channel that a request names.
#[derive(Debug, Deserialize)]
struct Named {
    channel: Option<String>,
}

/// The shows of the channel that is meant, at least one, and all on that channel.
#[derive(Debug)]
pub(super) struct Meant {
    pub(super) channel: ChannelArn,
    pub(super) shows: Vec<ShowId>,
}

impl FromRequestParts<std::sync::Arc<VoteDoor>> for Meant {
    type Rejection = Refusal;

    async fn from_request_parts(
        parts: &mut Parts,
        door: &std::sync::Arc<VoteDoor>,
    ) -> Result<Self, Refusal> {
        let named = Query::<Named>::from_request_parts(parts, door).await;
        let Query(named) =
            named.map_err(|error: QueryRejection| Refusal::Address(error.body_text()))?;
        Self::among(door.shows.borrow().iter(), named.channel.as_deref())
    }
}

impl Meant {
    /// Those of the channel that is named by its ARN, its id or as `local`; without a name there
    /// must be only one.
    fn among<'a>(
        served: impl Iterator<Item = &'a ShowId> + Clone,
        named: Option<&str>,
    ) -> Result<Self, Refusal> {
        let is_meant = |show: &&ShowId| {
            let channel = &show.channel;
            named.is_none_or(|named| named == channel.as_str() || named == channel.id())
        };
        if served.clone().next().is_none() {
            // None is on at the moment; a front end may not have heard of one yet.
            return Err(Refusal::Unavailable);
        }
        let mut meant = served.filter(is_meant);
        let first = meant.next().ok_or(Refusal::NoShow)?;
        let (shows, others): (Vec<_>, Vec<_>) =
            std::iter::once(first).chain(meant).partition(|show| show.channel == first.channel);
        if others.is_empty() {
            let shows = shows.into_iter().cloned().collect();
            return Ok(Self { channel: first.channel.clone(), shows });
        }
        Err(Refusal::WhichChannel { example: first.channel.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHER: &str = "arn:aws:ivs:us-west-2:111122223333:channel/AbC";

    fn show(script: &str, channel: &str) -> ShowId {
        ShowId { script: script.into(), channel: channel.parse().expect("it is an ARN") }
    }

    #[test]
    fn a_channel_is_named_where_there_are_several() {
        let local = ChannelArn::local();
        let served = [show("a", OTHER), show("b", OTHER), show("a", local.as_str())];
        let meant =
            |named: Option<&str>| Meant::among(served.iter(), named).map(|meant| meant.shows);
        assert_eq!(meant(None), Err(Refusal::WhichChannel { example: OTHER.to_owned() }));
        for name in [OTHER, "AbC"] {
            assert_eq!(meant(Some(name)), Ok(served[..2].to_vec()));
        }
        for name in ["local", local.as_str()] {
            assert_eq!(meant(Some(name)), Ok(served[2..].to_vec()));
        }
        for name in ["", "abc", "'; drop table votes; --"] {
            assert_eq!(meant(Some(name)), Err(Refusal::NoShow), "{name}");
        }
    }

    #[test]
    fn without_a_name_the_only_channel_is_meant() {
        let served = [show("a", OTHER), show("b", OTHER)];
        let meant = Meant::among(served.iter(), None).expect("there is one channel");
        assert_eq!(meant.shows, served);
        let nothing = Meant::among([].iter(), None).map(|meant| meant.shows);
        assert_eq!(nothing, Err(Refusal::Unavailable));
    }
}
