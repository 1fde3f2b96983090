//! The wire of the service: rest-json, as its own clients speak it.
//!
//! Nothing is asked of a request but its path and its JSON: signatures are not looked at, any
//! content type is read.

mod answer;
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

/// One POST path for each operation; anything else is an operation the service does not know.
pub fn router(local: Arc<Local>) -> Router {
    let routes = Operation::ALL.into_iter().fold(Router::new(), |routes, operation| {
        let call = move |State(local): State<Arc<Local>>, body: Body| async move {
            call(&local, operation, body).await
        };
        routes.route(&format!("/{operation}"), post(call).fallback(unknown))
    });
    routes.with_state(local)
}

/// What is answered to a path that no operation has.
pub async fn unknown() -> Response {
    refused(&ServiceError::UnknownOperation)
}

async fn call(local: &Local, operation: Operation, body: Body) -> Response {
    let body = body::read(body).await.map_err(ServiceError::Validation);
    let request = match body.and_then(|body| Request::read(operation, &body)) {
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
