//! A Redis server of a test's own, which keeps what it answered.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::{left_out, until};

/// A running server; it ends with the test.
pub(crate) struct Redis {
    child: Child,
    port: u16,
    data: TempDir,
    has_tls: bool,
}

impl Redis {
    /// Starts one; none where none is installed.
    pub(crate) fn start() -> Option<Self> {
        Self::start_with(tempfile::tempdir().expect("a folder can be made"), false)
    }

    /// Starts one that speaks TLS only, with a certificate of an authority of its own; none where
    /// it cannot.
    pub(crate) fn start_tls() -> Option<Self> {
        let data = tempfile::tempdir().expect("a folder can be made");
        if !certify(data.path()) {
            left_out("openssl", "`apt-get install openssl` brings it");
            return None;
        }
        Self::start_with(data, true)
    }

    fn start_with(data: TempDir, has_tls: bool) -> Option<Self> {
        // The port is free again when the listener is gone.
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let port = listener.local_addr().expect("it is bound").port();
        drop(listener);
        let Some(child) = spawn(port, data.path(), has_tls) else {
            left_out("redis-server", "`apt-get install redis-server` brings it");
            return None;
        };
        let mut redis = Self { child, port, data, has_tls };
        redis.wait();
        Some(redis)
    }

    /// What `--store` takes.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.has_tls { "rediss" } else { "redis" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The certificate of the authority that vouches for it.
    pub(crate) fn authority(&self) -> PathBuf {
        self.data.path().join(AUTHORITY)
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is ours");
    }

    /// Starts it again with what it kept.
    pub(crate) fn again(&mut self) {
        self.child = spawn(self.port, self.data.path(), self.has_tls).expect("it is installed");
        self.wait();
    }

    fn wait(&mut self) {
        let address = ("127.0.0.1", self.port);
        until("the Redis server", || {
            let ended = self.child.try_wait().expect("it is ours");
            assert!(ended.is_none(), "it ended: a Redis without TLS, or a folder it cannot use");
            std::net::TcpStream::connect(address).ok()
        });
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The programs to try in their order: `REDIS_SERVER` names the one that is meant.
fn servers() -> Vec<String> {
    let named = std::env::var("REDIS_SERVER").ok();
    let usual = || ["redis-server", "valkey-server"].map(str::to_owned).to_vec();
    named.map_or_else(usual, |named| vec![named])
}

fn spawn(port: u16, data: &Path, has_tls: bool) -> Option<Child> {
    let port = port.to_string();
    servers().iter().find_map(|server| {
        let mut command = Command::new(server);
        command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "yes"]);
        command.args(["--appendfsync", "always", "--dir"]).arg(data).current_dir(data);
        if has_tls {
            command.args(["--port", "0", "--tls-port", &port, "--tls-auth-clients", "no"]);
            command.args(["--tls-cert-file", CERTIFICATE, "--tls-key-file", KEY]);
            command.args(["--tls-ca-cert-file", AUTHORITY]);
        } else {
            command.args(["--port", &port]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.spawn().ok()
    })
}

const AUTHORITY: &str = "authority.pem";
const CERTIFICATE: &str = "server.pem";
const KEY: &str = "server.key";

/// Makes an authority and a certificate of a server on this machine; whether that can be done.
fn certify(folder: &Path) -> bool {
    let openssl = |words: &str| {
        let mut command = Command::new("openssl");
        command.args(words.split(' ')).current_dir(folder).stdin(Stdio::null());
        command.output().is_ok_and(|ended| ended.status.success())
    };
    let new = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    openssl(&format!("req -x509 {new} -days 9 -subj /CN=authority -keyout a.key -out {AUTHORITY}"))
        && openssl(&format!(
            "req {new} -subj /CN=server -addext subjectAltName=IP:127.0.0.1 -keyout {KEY} \
             -out s.csr"
        ))
        && openssl(&format!(
            "x509 -req -in s.csr -CA {AUTHORITY} -CAkey a.key -CAcreateserial -days 9 \
             -copy_extensions copyall -out {CERTIFICATE}"
        ))
}
