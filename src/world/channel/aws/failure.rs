//! What a failed call means for its payload. Codes, statuses and kinds decide, never text.

use std::cell::Cell;
use std::error::Error;
use std::future::Future;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ivs::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_ivs::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_ivs::error::{BoxError, ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::model::delivery::{Answer, Refusal};
use crate::model::io::AskFailure;

/// The code of a channel whose stream is not live.
pub(super) const OFF_AIR: &str = "ChannelNotBroadcasting";
/// The code of a call that this caller may not make.
pub(super) const NOT_PERMITTED: &str = "AccessDeniedException";
/// The code of a channel that is not there.
pub(super) const NOT_FOUND: &str = "ResourceNotFoundException";
/// The codes of credentials that do not hold, or not any more.
const CREDENTIALS: [&str; 9] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "TokenRefreshRequired",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
];

/// What became of a call that was not answered with success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The service did not do it.
    Refused(Refusal, String),
    /// It may have done it.
    Lost(String),
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal, message) => Self::Refused { refusal, message },
            Failure::Lost(message) => Self::Lost { message },
        }
    }
}

tokio::task_local! {
    /// Whether the call that the task makes got as far as the network.
    static REACHED: Cell<bool>;
}

/// Notes whether a call got as far as the network: before that nothing can have been sent,
/// whatever the SDK's error says. It belongs to the client: one for each call would have the SDK
/// put a configuration together for each.
#[derive(Debug)]
pub(super) struct Reached;

impl Reached {
    /// What came of a call, and whether it got as far as the network.
    pub(super) async fn noted<T>(call: impl Future<Output = T>) -> (T, bool) {
        let noted = async { (call.await, REACHED.with(Cell::get)) };
        REACHED.scope(Cell::new(false), noted).await
    }
}

impl Intercept for Reached {
    fn name(&self) -> &'static str {
        "Reached"
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Calls that are not noted get there too.
        let _ = REACHED.try_with(|reached| reached.set(true));
        Ok(())
    }
}

impl Failure {
    /// Classifies the SDK's error; of a call that got as far as the network, or not.
    pub(super) fn of<E: ProvideErrorMetadata + Error + 'static>(
        error: &SdkError<E, HttpResponse>,
        reached: bool,
    ) -> Self {
        let message = message(error);
        match error {
            SdkError::ServiceError(service) => {
                let status = service.raw().status().as_u16();
                Self::Refused(refusal(service.err().code(), status), message)
            }
            SdkError::ConstructionFailure(_) => Self::Refused(Refusal::Rejected, message),
            SdkError::ResponseError(response) => match response.raw().status().as_u16() {
                200..=299 => Self::Lost(message),
                status => Self::Refused(refusal(None, status), message),
            },
            SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => {
                if reached && !is_connecting(error) {
                    Self::Lost(message)
                } else {
                    Self::Refused(Refusal::Unavailable, message)
                }
            }
            other => Self::Lost(words(other)),
        }
    }
}

/// The class of a refusal. The codes beside the service's own are those that every AWS service may
/// answer with before it looks at a call.
fn refusal(code: Option<&str>, status: u16) -> Refusal {
    match (code, status) {
        (Some(OFF_AIR), _) => Refusal::OffAir,
        (
            Some(
                "ThrottlingException"
                | "Throttling"
                | "TooManyRequestsException"
                | "RequestLimitExceeded"
                | "RequestThrottled"
                | "RequestThrottledException",
            ),
            _,
        )
        | (None, 429) => Refusal::Throttled,
        // Credentials that have run out or a clock that is off: both can be mended on air.
        (Some(code), _) if CREDENTIALS.contains(&code) => Refusal::Unavailable,
        (
            Some(
                "RequestExpired"
                | "RequestTimeTooSkewed"
                | "RequestInTheFuture"
                | "RequestTimeout"
                | "RequestTimeoutException",
            ),
            _,
        )
        | (_, 500..=599)
        | (None, 401 | 407 | 408) => Refusal::Unavailable,
        _ => Refusal::Rejected,
    }
}

/// Why a question did not get through, where a person can do something about it.
pub(super) fn asking<E: ProvideErrorMetadata + Error + 'static>(
    error: &SdkError<E, HttpResponse>,
) -> Option<AskFailure> {
    let refused = code(error).is_some_and(|code| CREDENTIALS.contains(&code));
    if refused || sources(error).any(<dyn Error>::is::<CredentialsError>) {
        return Some(AskFailure::Credentials(message(error)));
    }
    // Whoever does not know the question, for a channel is not what is missing, is another.
    let is_other = error.raw_response().is_some_and(|raw| raw.status().as_u16() == 404);
    let unreached =
        is_other || matches!(error, SdkError::DispatchFailure(_) | SdkError::TimeoutError(_));
    unreached.then(|| AskFailure::Unreachable(message(error)))
}

/// Whether the connection never came about.
fn is_connecting(error: &(dyn Error + 'static)) -> bool {
    sources(error).any(|source| {
        let hyper = source.downcast_ref::<hyper_util::client::legacy::Error>();
        hyper.is_some_and(hyper_util::client::legacy::Error::is_connect)
    })
}

fn sources<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The code of a refusal; none when the service did not answer.
pub(super) fn code<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Option<&str> {
    error.as_service_error().and_then(ProvideErrorMetadata::code)
}

/// Words for a person: the service's code and its own, else the innermost of the network's.
pub(super) fn message<E: ProvideErrorMetadata + Error + 'static>(
    error: &SdkError<E, HttpResponse>,
) -> String {
    let said = error.raw_response().and_then(|raw| said(raw.body().bytes()?));
    match (code(error), said) {
        (Some(code), Some(said)) => format!("{code}: {said}"),
        (Some(code), None) => code.to_owned(),
        (None, said) => {
            let status = error.raw_response().map(|raw| raw.status().as_u16());
            let status = status.map(|status| format!("HTTP status {status}"));
            said.or(status).unwrap_or_else(|| words(error))
        }
    }
}

/// What the body of an error says; the service has a name of its own for it.
fn said(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let names = ["exceptionMessage", "message", "Message"];
    let said = names.iter().find_map(|name| body.get(name)?.as_str())?;
    (!said.is_empty()).then(|| said.to_owned())
}

/// The words of an error and of the innermost one it comes from, on one line.
pub(super) fn words(error: &(dyn Error + 'static)) -> String {
    let innermost = sources(error).last().map(ToString::to_string).unwrap_or_default();
    let outermost = error.to_string();
    let words =
        if innermost == outermost { outermost } else { format!("{outermost}: {innermost}") };
    words.replace('\n', " ")
}
