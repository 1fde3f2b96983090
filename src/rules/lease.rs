//! Whether this runner may send for a show: it holds the show's lease, or follows who does.
//!
//! The holder counts its lease from before it asked for it, so that it ends here before it ends in
//! the store, where another runner may take it then. What may not begin any more, and what must
//! have ended, is decided by what is left.

#[cfg(test)]
mod tests;

use jiff::SignedDuration;

use crate::model::lease::{CallTime, Holder};
use crate::model::limits::{LEASE, LEASE_CALL_MARGIN, LEASE_CALL_MIN, LEASE_RENEW};
use crate::model::time::Now;

/// The lease of one show, as this runner knows it.
#[derive(Debug, Clone)]
pub struct Lease {
    state: State,
    next_ask: SignedDuration,
}

#[derive(Debug, Clone)]
enum State {
    /// Another runner holds it, or nothing is known.
    Out {
        /// The holder that was told of last.
        told: Option<String>,
    },
    /// This runner holds it, or did until it ran out.
    Held {
        holder: Holder,
        fence: u64,
        until: SignedDuration,
        /// Somebody saw that it had run out, and waits to hear that it is held again.
        is_awaited: bool,
        /// It was told that it had run out.
        is_lapsed: bool,
    },
    /// It is lost, and the show that played here is not gone yet.
    Leaving,
}

/// What the store is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Who wants to hold the lease.
    pub holder: Holder,
    /// The number of the lease that is to be renewed; none to take one that is free.
    pub fence: Option<u64>,
}

/// What the store says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It was free and is taken, with this number.
    Taken(u64),
    /// It is renewed.
    Renewed,
    /// It had ended, nobody took it meanwhile, and it is held again.
    Again,
    /// Another holds it.
    Others {
        /// Who, where that can be read.
        holder: Option<Holder>,
        /// When it ends unless it is renewed.
        left: SignedDuration,
    },
    /// It is free, but another held it meanwhile.
    Passed,
}

/// What turned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// The lease is taken: the show is to be played, and written with this number.
    Taken(u64),
    /// This runner follows another.
    Following(Holder),
    /// The lease ran out: nothing may be sent.
    Lapsed,
    /// It is held again; what the store has of the show may be older than what this runner knows.
    Again,
    /// It is lost: the show is to be given up, then [`Lease::gone`].
    Lost(Option<Holder>),
}

/// How a show stands here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It plays and may send.
    Held,
    /// Its lease ran out: it stands still until it is held again or lost.
    Lapsed,
    /// It does not play here.
    Out,
}

impl Default for Lease {
    fn default() -> Self {
        Self { state: State::Out { told: None }, next_ask: SignedDuration::MIN }
    }
}

impl Lease {
    /// When the store is to be asked next; never while a lost show is not gone.
    pub fn next_ask(&self) -> Option<SignedDuration> {
        (!matches!(self.state, State::Leaving)).then_some(self.next_ask)
    }

    /// When the lease runs out, unless it did.
    pub fn ends_at(&self) -> Option<SignedDuration> {
        match &self.state {
            State::Held { until, is_lapsed: false, .. } => Some(*until),
            State::Held { .. } | State::Out { .. } | State::Leaving => None,
        }
    }

    /// What the store is to be asked now; `me` is this runner.
    pub fn question(&self, me: &Holder, now: Now) -> Option<Question> {
        match &self.state {
            State::Out { .. } => {
                let holder = Holder { since: now.wall, ..me.clone() };
                Some(Question { holder, fence: None })
            }
            State::Held { holder, fence, .. } => {
                Some(Question { holder: holder.clone(), fence: Some(*fence) })
            }
            State::Leaving => None,
        }
    }

    /// The store answered a question of the time `asked`.
    pub fn answered(
        &mut self,
        question: &Question,
        answer: Answer,
        asked: SignedDuration,
        now: SignedDuration,
    ) -> Option<Turn> {
        self.next_ask = asked + LEASE_RENEW;
        match (&mut self.state, answer) {
            (State::Out { .. }, Answer::Taken(fence)) => {
                let (holder, until) = (question.holder.clone(), asked + LEASE);
                self.state =
                    State::Held { holder, fence, until, is_awaited: false, is_lapsed: false };
                Some(Turn::Taken(fence))
            }
            (State::Out { told }, Answer::Others { holder, left }) => {
                // The moment it ends is the first at which it can be taken.
                self.next_ask = self.next_ask.min(now + left.max(SignedDuration::ZERO));
                let holder = holder.filter(|holder| holder.id != question.holder.id)?;
                let is_new = told.replace(holder.id.clone()).as_ref() != Some(&holder.id);
                is_new.then_some(Turn::Following(holder))
            }
            // Who holds no lease renews none.
            (State::Out { .. }, Answer::Renewed | Answer::Again | Answer::Passed)
            | (State::Leaving, _) => None,
            (State::Held { until, is_awaited, is_lapsed, .. }, Answer::Renewed) => {
                *until = asked + LEASE;
                let is_back = *until > now && (*is_awaited || *is_lapsed);
                if is_back {
                    (*is_awaited, *is_lapsed) = (false, false);
                }
                is_back.then_some(Turn::Again)
            }
            (State::Held { until, is_awaited, is_lapsed, .. }, Answer::Again) => {
                *until = asked + LEASE;
                (*is_awaited, *is_lapsed) = (false, false);
                Some(Turn::Again)
            }
            (State::Held { .. }, Answer::Others { holder, .. }) => Some(self.lose(holder)),
            (State::Held { .. }, Answer::Passed | Answer::Taken(_)) => Some(self.lose(None)),
        }
    }

    fn lose(&mut self, by: Option<Holder>) -> Turn {
        self.state = State::Leaving;
        Turn::Lost(by)
    }

    /// The store did not answer a question of the time `asked`.
    pub fn unanswered(&mut self, asked: SignedDuration) {
        self.next_ask = asked + LEASE_RENEW;
    }

    /// Looks whether the lease ran out.
    pub fn tick(&mut self, now: SignedDuration) -> Option<Turn> {
        match &mut self.state {
            State::Held { until, is_lapsed, .. } if *until <= now && !*is_lapsed => {
                *is_lapsed = true;
                Some(Turn::Lapsed)
            }
            State::Held { .. } | State::Out { .. } | State::Leaving => None,
        }
    }

    /// How the show stands. Who is told [`Standing::Lapsed`] hears of [`Turn::Again`] or
    /// [`Turn::Lost`].
    pub fn standing(&mut self, now: SignedDuration) -> Standing {
        match &mut self.state {
            State::Held { until, is_lapsed: false, .. } if *until > now => Standing::Held,
            State::Held { is_awaited, .. } => {
                *is_awaited = true;
                Standing::Lapsed
            }
            State::Out { .. } | State::Leaving => Standing::Out,
        }
    }

    /// What a call may take that begins now; none when it may not begin.
    pub fn call(&self, now: SignedDuration) -> Option<CallTime> {
        match &self.state {
            State::Held { until, is_lapsed: false, .. } if *until - now >= LEASE_CALL_MIN => {
                Some(CallTime { within: *until - now - LEASE_CALL_MARGIN, until: *until })
            }
            State::Held { .. } | State::Out { .. } | State::Leaving => None,
        }
    }

    /// The show that was lost is gone from here: this runner follows from now on.
    pub fn gone(&mut self, now: SignedDuration) {
        if matches!(self.state, State::Leaving) {
            *self = Self { state: State::Out { told: None }, next_ask: now };
        }
    }

    /// Who gives the lease back, when this runner ends; none where it holds none.
    pub fn holder(&self) -> Option<&Holder> {
        match &self.state {
            State::Held { holder, .. } => Some(holder),
            State::Out { .. } | State::Leaving => None,
        }
    }
}
