//! Connects to the hosts that were allowed, wherever their names lead within what is open.

use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;
use url::Url;

use super::address::open_ones;
use super::allowed::Allowed;
use crate::world::watch_stream::http::tuned;

type Doing<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// Connects with a [`Resolver`] for what is connected to: a resolver alone knows neither its scheme
/// nor its port.
#[derive(Clone)]
pub(super) struct Connector {
    allowed: Arc<[Allowed]>,
}

impl Connector {
    pub(super) fn new(allowed: &[Allowed]) -> Self {
        Self { allowed: allowed.into() }
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = Doing<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let allowed = Arc::clone(&self.allowed);
        Box::pin(async move {
            let wanted = Allowed::read(&Url::parse(&to.to_string())?).ok_or("it has no host")?;
            let resolver = Resolver { allowed, wanted, inner: GaiResolver::new() };
            Ok(tuned(HttpConnector::new_with_resolver(resolver)).call(to).await?)
        })
    }
}

/// Resolves the name of one host, and keeps back every address that is not public and was not
/// allowed itself. What is left is what is connected to: no later answer takes its place.
#[derive(Clone)]
struct Resolver {
    allowed: Arc<[Allowed]>,
    wanted: Allowed,
    inner: GaiResolver,
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<std::net::SocketAddr>;
    type Error = io::Error;
    type Future = Doing<Self::Response, Self::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let (allowed, wanted) = (Arc::clone(&self.allowed), self.wanted.clone());
        let found = self.inner.call(name);
        Box::pin(async move { Ok(open_ones(&allowed, &wanted, found.await?)?.into_iter()) })
    }
}
