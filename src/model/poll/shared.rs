//! A poll that many hold is written and read like any other.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Poll;

pub(super) fn serialize<S: Serializer>(poll: &Arc<Poll>, to: S) -> Result<S::Ok, S::Error> {
    poll.as_ref().serialize(to)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<Poll>, D::Error> {
    Poll::deserialize(from).map(Arc::new)
}
