//! The wire of the service: rest-json, as its own clients speak it.
//!
//! Nothing is asked of a request but its path and its JSON: signatures are not looked at, any
//! content type is read.

mod answer;
mod tags;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;

use super::body;
use crate::world::channel::local::{Fault, Local, Operation, Request, ServiceError};

pub use answer::HangUp;
pub(in crate::world::web) use answer::{answered, refused};

/// One POST path for each operation, and one for those on tags; anything else is an operation the
/// service does not know.
pub fn router(local: Arc<Local>) -> Router {
    let routes = Operation::POSTED.into_iter().fold(Router::new(), |routes, operation| {
        let call = move |State(local): State<Arc<Local>>, body: Body| async move {
            let body = body::read(body).await.map_err(ServiceError::Validation);
            call(&local, operation, body.as_deref()).await
        };
        routes.route(&format!("/{operation}"), post(call).fallback(unknown))
    });
    routes.merge(tags::router()).with_state(local)
}

/// What is answered to a path that no operation has.
pub async fn unknown() -> Response {
    refused(&ServiceError::UnknownOperation)
}

async fn call(local: &Local, operation: Operation, body: Result<&[u8], &ServiceError>) -> Response {
    let request = body.map_err(Clone::clone).and_then(|body| Request::read(operation, body));
    let request = match request {
        Ok(request) => request,
        Err(error) => return refused(&error),
    };
    let fate = local.fate(operation, &request);
    if !fate.delay.is_zero() {
        tokio::time::sleep(fate.delay).await;
    }
    match fate.fault {
        None => answered(local.call(request)),
        Some(Fault::Refused(error)) => refused(&error),
        Some(Fault::LostAnswer) => answer::lost(local.call(request)),
    }
}
