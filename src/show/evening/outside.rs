//! What a rehearsal does to the simulated service, besides taking channels on and off air.

use jiff::SignedDuration;
use serde_json::Value;

use super::agenda::Who;
use super::service::{Fault, Refusals, SimulatedChannel};
use super::{Evening, Parcel, ShowIndex};
use crate::model::channel::ChannelArn;
use crate::model::delivery::DeliveryId;
use crate::model::fetch::Answers;
use crate::model::io::{ChannelInput, Seen};

impl Evening {
    /// Makes the next calls of a channel go wrong.
    pub fn fault(&mut self, arn: &ChannelArn, fault: Fault, count: usize) {
        self.simulated(arn).add_faults(fault, count);
    }

    /// Sets how many viewers a channel has, as the service counts them.
    pub fn set_viewers(&mut self, arn: &ChannelArn, viewers: u64) {
        self.simulated(arn).set_viewers(viewers);
    }

    /// The service is away for a channel, for so long from now: it takes nothing and answers
    /// nothing.
    pub fn outage(&mut self, arn: &ChannelArn, lasts: SignedDuration) {
        let until = self.now.up + lasts;
        self.simulated(arn).be_away(until);
    }

    /// What a show is answered from now on when it fetches `url`, in which a secret is `$NAME`.
    pub fn respond(&mut self, show: ShowIndex, url: &str, data: Value) {
        self.responses.insert((show.0, url.to_owned()), data);
    }

    /// What a show is answered from now on when it fetches.
    pub fn answer_fetches(&mut self, show: ShowIndex, answers: &Answers) {
        for (url, data) in answers {
            self.respond(show, url, data.clone());
        }
    }

    /// What the service says to the next calls of one payload.
    pub fn refuse(&mut self, arn: &ChannelArn, delivery: DeliveryId, refusals: Refusals) {
        self.simulated(arn).refuse(delivery, refusals);
    }

    /// The service answers no question about a channel's stream: what is known of it is what
    /// [`Self::learn_air`] says.
    pub fn answer_no_questions(&mut self, arn: &ChannelArn) {
        self.simulated(arn).always_say(Seen::Unknown);
    }

    /// Asking about a channel's stream is not permitted: it is asked seldom.
    #[cfg(test)]
    pub(super) fn forbid_questions(&mut self, arn: &ChannelArn) {
        self.simulated(arn).always_say(Seen::NotPermitted);
    }

    /// The channel learns now how its stream is.
    pub fn learn_air(&mut self, arn: &ChannelArn) {
        let index = self.channel_index(arn, 0);
        let seen = self.simulated(arn).seen();
        self.send(Who::Channel(index), Parcel::Channel(ChannelInput::Seen(seen)));
        self.deliver();
    }

    fn simulated(&mut self, arn: &ChannelArn) -> &mut SimulatedChannel {
        let index = self.channel_index(arn, 0);
        &mut self.channels.get_mut(index).expect("it was just looked up").simulated
    }
}
