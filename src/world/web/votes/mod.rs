//! The audience's side: who a viewer is, what they vote, and what a late joiner should see.
//!
//! - `POST /api/viewer` makes a viewer, or knows one again.
//! - `POST /api/votes` takes a vote.
//! - `GET /api/polls/{poll_id}/{current_time}` is a poll, with its tally where it may be seen.
//! - `GET /api/state` is what is on screen, and what can be voted on.
//! - `GET /api/me`, `POST /api/me`: a viewer's name, points and place.
//! - `GET /api/openapi.json` describes all of it, with every answer.
//!
//! `?channel=<arn, id or local>` picks one channel where several are served. A page of an origin
//! that was allowed may ask, too; its visitors' ids are tokens, ours are cookies.

mod body;
mod callers;
mod counts;
mod looking;
mod meant;
mod origin;
mod rates;
mod refusal;
mod signing;
#[cfg(test)]
mod tests;
mod viewers;
mod voting;

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use tokio::sync::watch;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::model::channel::ShowId;
use crate::model::limits::{
    NEW_VIEWERS_AT_ONCE, NEW_VIEWERS_PER_SECOND, PREFLIGHT_FOR, VOTES_AT_ONCE, VOTES_PER_SECOND,
};
use crate::model::time::Now;
use crate::rules::bucket::Rate;
use crate::world::store::votes::Votes;
use crate::world::web::guard::{Guard, is_from_here};

use callers::{Claim, Neighbours, is_https};
pub use origin::{Origin, OriginError};
use rates::Rates;
use refusal::Refusal;
pub use signing::{Keys, VoteKey, VoteKeyError};

/// Reads both clocks.
pub type NowFn = Arc<dyn Fn() -> Now + Send + Sync>;

/// Whom the votes' routes let in, and how they are told apart.
pub struct Admission {
    /// What viewers' ids are signed with, once that is known.
    pub keys: Arc<OnceLock<Keys>>,
    /// Whose pages may vote beside our own.
    pub origins: Vec<Origin>,
    /// Whether the last proxy before us says truly who asks, and how.
    pub trusts_proxy: bool,
}

/// What the routes of viewers share: where votes are kept, for which shows, and from whom.
pub struct VoteDoor {
    votes: Arc<dyn Votes>,
    shows: watch::Receiver<Vec<ShowId>>,
    admission: Admission,
    clock: NowFn,
    voting: Rates,
    newcomers: Rates,
    counts: counts::Counts,
}

impl VoteDoor {
    /// A door to the votes of the shows that are served, which may change.
    pub fn new(
        votes: Arc<dyn Votes>,
        shows: watch::Receiver<Vec<ShowId>>,
        admission: Admission,
        clock: NowFn,
    ) -> Arc<Self> {
        let voting = Rate { at_once: VOTES_AT_ONCE, per_second: VOTES_PER_SECOND };
        let newcomers = Rate { at_once: NEW_VIEWERS_AT_ONCE, per_second: NEW_VIEWERS_PER_SECOND };
        let (voting, newcomers) = (Rates::new(voting), Rates::new(newcomers));
        let counts = counts::Counts::default();
        Arc::new(Self { votes, shows, admission, clock, voting, newcomers, counts })
    }

    /// How many votes came, by what became of them.
    pub fn counts(&self) -> Vec<(&'static str, u64)> {
        self.counts.all()
    }

    fn keys(&self) -> Result<&Keys, Refusal> {
        self.admission.keys.get().ok_or(Refusal::Unavailable)
    }

    fn now(&self) -> Now {
        (self.clock)()
    }

    /// One more vote or name of a caller's address.
    fn take_turn(&self, caller: &Caller) -> Result<(), Refusal> {
        let taken = self.voting.take(caller.from, self.now().up);
        taken.map_err(|wait| Refusal::TooMany { wait })
    }

    fn allows(&self, origin: Option<&HeaderValue>) -> bool {
        let allowed = &self.admission.origins;
        origin.is_some_and(|met| allowed.iter().any(|origin| origin.header() == met))
    }

    fn cors(&self) -> CorsLayer {
        let origins = self.admission.origins.iter().map(|origin| origin.header().clone());
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins))
            .allow_methods([Method::GET, Method::POST])
            .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
            .expose_headers([header::RETRY_AFTER])
            .max_age(PREFLIGHT_FOR.unsigned_abs())
    }
}

/// The routes of viewers, behind the guard of their listener.
pub fn router(door: Arc<VoteDoor>, guard: Arc<Guard>) -> Router {
    let cors = door.cors();
    Router::new()
        .route("/api/viewer", post(viewers::arrive))
        .route("/api/me", get(viewers::me).post(viewers::name))
        .route("/api/votes", post(voting::vote))
        .route("/api/polls/{poll_id}/{current_time}", get(looking::poll))
        .route("/api/state", get(looking::state))
        .route("/api/openapi.json", get(openapi))
        .route("/api/{*path}", any(no_path))
        .method_not_allowed_fallback(not_with_this_method)
        .layer(cors)
        .layer(from_fn_with_state((guard, Arc::clone(&door)), entry))
        .with_state(door)
}

/// Refuses a foreign `Host`, and what a page from elsewhere would change unless its origin was
/// allowed. No answer is kept by anybody unless it says so.
async fn entry(
    State((guard, door)): State<(Arc<Guard>, Arc<VoteDoor>)>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let origin = headers.get(header::ORIGIN);
    let mut response = match guard.check_host(headers) {
        Err(refused) => refused.into_response(),
        Ok(()) if reads || door.allows(origin) || guard.check_origin(headers).is_ok() => {
            next.run(request).await
        }
        Ok(()) => {
            let met = origin.and_then(|met| met.to_str().ok()).unwrap_or("another site");
            Refusal::Origin { met: met.to_owned() }.into_response()
        }
    };
    let kept = response.headers_mut().entry(header::CACHE_CONTROL);
    kept.or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn openapi() -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, include_str!("openapi.json")).into_response()
}

async fn not_with_this_method(method: Method, uri: Uri) -> Refusal {
    Refusal::Method { path: uri.path().to_owned(), method: method.to_string() }
}

async fn no_path(uri: Uri) -> Refusal {
    Refusal::NoPath { path: uri.path().to_owned() }
}

/// Who sent a request.
struct Caller {
    /// The address, as far as addresses are told apart.
    from: Neighbours,
    claim: Claim,
    is_https: bool,
    /// Whether a page of an allowed origin asks: no cookie of ours reaches it.
    is_elsewhere: bool,
}

impl FromRequestParts<Arc<VoteDoor>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, door: &Arc<VoteDoor>) -> Result<Self, Refusal> {
        let (headers, trusts_proxy) = (&parts.headers, &door.admission.trusts_proxy);
        Ok(Self {
            from: Neighbours::of(&parts.extensions, headers, *trusts_proxy),
            claim: Claim::of(headers, door.keys()?),
            is_https: is_https(headers, *trusts_proxy),
            is_elsewhere: door.allows(headers.get(header::ORIGIN)) && !is_from_here(headers),
        })
    }
}
