//! The operations on tags: unlike all others they share a path, which names the resource, and the
//! method tells them apart.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value, json};

use super::{body, call, unknown};
use crate::world::channel::local::{Local, Operation, ServiceError};

/// What pairs a query has; a key may come several times.
type Pairs = Vec<(String, String)>;

/// `/tags/<arn>`.
pub(super) fn router() -> Router<Arc<Local>> {
    let methods = get(list).post(tag).delete(untag).fallback(unknown);
    Router::new().route("/tags/{*arn}", methods)
}

async fn list(State(local): State<Arc<Local>>, Path(arn): Path<String>) -> Response {
    done(&local, Operation::ListTagsForResource, arn, Ok(Map::new())).await
}

async fn tag(State(local): State<Arc<Local>>, Path(arn): Path<String>, body: Body) -> Response {
    let fields = body::read(body).await.and_then(|body| {
        serde_json::from_slice::<Map<String, Value>>(&body).map_err(|error| error.to_string())
    });
    done(&local, Operation::TagResource, arn, fields).await
}

async fn untag(
    State(local): State<Arc<Local>>,
    Path(arn): Path<String>,
    query: Result<Query<Pairs>, QueryRejection>,
) -> Response {
    let fields = query.map_err(|error| error.to_string()).map(|Query(pairs)| {
        let named = pairs.into_iter().filter(|(name, _)| name == "tagKeys");
        let keys: Vec<String> = named.map(|(_, key)| key).collect();
        Map::from_iter([("tagKeys".to_owned(), json!(keys))])
    });
    done(&local, Operation::UntagResource, arn, fields).await
}

/// Makes one object of what the path and the rest of the call say, as if it were a body.
async fn done(
    local: &Local,
    operation: Operation,
    arn: String,
    fields: Result<Map<String, Value>, String>,
) -> Response {
    let body = fields.map(|mut fields| {
        fields.insert("resourceArn".to_owned(), Value::String(arn));
        Value::Object(fields).to_string().into_bytes()
    });
    let body = body.map_err(ServiceError::Validation);
    call(local, operation, body.as_deref()).await
}
