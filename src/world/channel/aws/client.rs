//! How the service's client is made.

use aws_config::environment::credentials::EnvironmentVariableCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_sdk_ivs::Client;
use aws_sdk_ivs::config::{Builder, Credentials as Keys};

use super::error::AwsError;
use super::failure::Reached;
use super::until::{Note, Noting, Until};
use crate::model::limits::{CALL_TIMEOUT, CONNECT_TIMEOUT};

/// Which service is called, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The region, from the channel's ARN.
    pub region: String,
    /// `--profile`; none for the one the environment names, or the default one.
    pub profile: Option<String>,
    /// `--endpoint-url`; none for what the environment or the profile name, or the region's own.
    pub endpoint_url: Option<String>,
    /// Whose credentials sign the calls.
    pub credentials: Credentials,
}

/// Whose credentials sign the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// Fixed ones that nobody checks, for the local channel: no environment and no profile is read.
    Dummy,
    /// The person's own, found the way every AWS tool finds them.
    Chain,
}

impl Default for Target {
    fn default() -> Self {
        Self {
            region: "us-west-2".to_owned(),
            profile: None,
            endpoint_url: None,
            credentials: Credentials::Chain,
        }
    }
}

impl Target {
    /// The local channel's service, served at `endpoint_url`.
    pub fn local(endpoint_url: String) -> Self {
        Self {
            endpoint_url: Some(endpoint_url),
            credentials: Credentials::Dummy,
            ..Self::default()
        }
    }

    /// Whether what is called listens on this machine.
    fn is_loopback(&self) -> bool {
        let named = ["AWS_ENDPOINT_URL_IVS", "AWS_ENDPOINT_URL"];
        let set = || named.iter().find_map(|name| std::env::var(name).ok());
        self.endpoint_url.clone().or_else(set).is_some_and(|url| is_loopback(&url))
    }
}

/// Makes the client, which notes until when its credentials hold.
pub(super) async fn client(target: &Target, note: &Note) -> Client {
    let mut config = match target.credentials {
        Credentials::Dummy => aws_sdk_ivs::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(target.region.clone()))
            .credentials_provider(dummy()),
        Credentials::Chain => {
            let found = found(target).await;
            let mut config = Builder::from(&found);
            if let Some(provider) = found.credentials_provider() {
                config = config.credentials_provider(Noting { provider, note: note.clone() });
            }
            config
        }
    };
    if let Some(url) = &target.endpoint_url {
        config = config.endpoint_url(url);
    }
    if target.is_loopback() {
        config = config.http_client(aws_smithy_http_client::Builder::new().build_http());
    }
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT.unsigned_abs())
        .operation_timeout(CALL_TIMEOUT.unsigned_abs())
        .build();
    // The timeout bounds a stalled call already; watching the pace of a body of 1 KB adds nothing.
    let config = config
        .interceptor(Reached)
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts)
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    Client::from_conf(config.build())
}

/// Looks whether there are credentials, and notes until when they hold.
pub(super) async fn credentials(target: &Target, note: &Note) -> Result<Until, AwsError> {
    if target.credentials == Credentials::Dummy {
        note.set(Until::Unchecked);
        return Ok(Until::Unchecked);
    }
    let provider = found(target).await.credentials_provider();
    let Some(provider) = provider else { return Err(AwsError::no_credentials(target)) };
    let noting = Noting { provider, note: note.clone() };
    match noting.keys().await {
        Ok(keys) => Ok(Until::of(&keys)),
        Err(error) => Err(AwsError::of_credentials(&error, target)),
    }
}

/// What environment and profile say.
async fn found(target: &Target) -> SdkConfig {
    let mut loader =
        aws_config::defaults(BehaviorVersion::latest()).region(Region::new(target.region.clone()));
    if let Some(profile) = &target.profile {
        loader = loader.profile_name(profile);
    }
    if target.is_loopback() {
        loader = with_dummy_at_last(loader, target);
    }
    loader.load().await
}

/// What listens on this machine looks at no signature: where no credentials are found, any do.
/// And it is not worth the seconds that asking a cloud machine's own service for them takes.
fn with_dummy_at_last(loader: ConfigLoader, target: &Target) -> ConfigLoader {
    let mut profile = ProfileFileCredentialsProvider::builder();
    if let Some(name) = &target.profile {
        profile = profile.profile_name(name);
    }
    let environment = EnvironmentVariableCredentialsProvider::new();
    let chain = CredentialsProviderChain::first_try("environment", environment)
        .or_else("profile", profile.build());
    // A profile that was asked for by name and is not there is a mistake, not a lack.
    let chain = if target.profile.is_some() { chain } else { chain.or_else("dummy", dummy()) };
    loader.credentials_provider(chain)
}

fn dummy() -> Keys {
    Keys::new("local", "local", None, None, "the local channel")
}

fn is_loopback(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let authority = authority.parse::<axum::http::uri::Authority>();
    authority.is_ok_and(|authority| crate::world::web::guard::is_loopback(authority.host()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for url in ["http://127.0.0.1:5001", "http://localhost/x", "http://[::1]:5001"] {
            assert!(is_loopback(url), "{url}");
        }
        for url in
            ["https://ivs.us-west-2.amazonaws.com", "http://10.0.0.1", "http://localhost.a.b"]
        {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
