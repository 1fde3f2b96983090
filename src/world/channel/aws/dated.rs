//! What is known of a call beside its answer: where it went, and what the service's own clock says.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_ivs::config::interceptors::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_ivs::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_ivs::error::BoxError;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// Notes where a call goes, and the date of its answer, a success or not.
#[derive(Debug, Clone, Default)]
pub(super) struct Dated(Arc<Mutex<Noted>>);

/// What was noted of a call.
#[derive(Debug, Clone, Default)]
pub struct Noted {
    /// The service's, `https://ivs.us-west-2.amazonaws.com`; none where the call never left.
    pub address: Option<String>,
    /// When the answer was made, by the service's clock; to the second.
    pub date: Option<Timestamp>,
}

impl Dated {
    /// What was noted.
    pub(super) fn noted(&self) -> Noted {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for Dated {
    fn name(&self) -> &'static str {
        "Dated"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        let date = date.and_then(|date| DateTimeParser::new().parse_timestamp(date).ok());
        self.lock().date = date;
        Ok(())
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let address = context.request().uri();
        let address = address.strip_suffix("/GetStream").unwrap_or(address);
        self.lock().address = Some(address.to_owned());
        Ok(())
    }
}
