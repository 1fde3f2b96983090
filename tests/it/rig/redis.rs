//! A Redis server of a test's own, which keeps what it answered.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::{left_out, until};

/// A running server; it ends with the test.
pub(crate) struct Redis {
    child: Child,
    port: u16,
    data: TempDir,
}

impl Redis {
    /// Starts one; none where none is installed.
    pub(crate) fn start() -> Option<Self> {
        let data = tempfile::tempdir().expect("a folder can be made");
        // The port is free again when the listener is gone.
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let port = listener.local_addr().expect("it is bound").port();
        drop(listener);
        let Some(child) = spawn(port, &data) else {
            left_out("redis-server", "`apt-get install redis-server` brings it");
            return None;
        };
        let redis = Self { child, port, data };
        redis.wait();
        Some(redis)
    }

    /// What `--store` takes.
    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is ours");
    }

    /// Starts it again with what it kept.
    pub(crate) fn again(&mut self) {
        self.child = spawn(self.port, &self.data).expect("it is installed");
        self.wait();
    }

    fn wait(&self) {
        let address = ("127.0.0.1", self.port);
        until("the Redis server", || std::net::TcpStream::connect(address).ok());
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

fn spawn(port: u16, data: &TempDir) -> Option<Child> {
    servers().iter().find_map(|server| {
        let mut command = Command::new(server);
        command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""]);
        command.args(["--appendonly", "yes", "--appendfsync", "always", "--dir"]);
        command.arg(data.path()).stdin(Stdio::null()).stdout(Stdio::null());
        command.spawn().ok()
    })
}
