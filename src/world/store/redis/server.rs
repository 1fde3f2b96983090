//! A Redis or Valkey of the tests' own: on a free port, in a folder of its own, synced at every
//! write.

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::ops::RangeInclusive;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::super::StoreUrl;
use crate::world::clock::Clock;

/// A server; killed when it is let go.
pub(in crate::world::store) struct Server {
    program: String,
    folder: tempfile::TempDir,
    port: u16,
    /// Where it talks to other shards of its cluster; none where it is of none.
    bus: Option<u16>,
    process: Child,
}

impl Server {
    /// Starts one, or says on stderr that the test is left out; with `CI` set that is an error.
    pub(in crate::world::store) fn start() -> Option<Self> {
        Self::start_with(None)
    }

    /// Starts one that is a shard of a cluster, and has these of its slots.
    pub(in crate::world::store) fn start_shard(slots: RangeInclusive<u16>) -> Option<Self> {
        let server = Self::start_with(Some(free_port()))?;
        let mut add = redis::cmd("CLUSTER");
        add.arg("ADDSLOTSRANGE").arg(*slots.start()).arg(*slots.end());
        add.exec(&mut server.connect()).expect("the slots are free");
        Some(server)
    }

    /// Makes one cluster of shards that have all slots together, and waits until it is there.
    pub(in crate::world::store) fn join(shards: &[Self]) {
        for (one, other) in shards.iter().zip(shards.iter().skip(1)) {
            let mut meet = redis::cmd("CLUSTER");
            meet.arg("MEET").arg("127.0.0.1").arg(other.port).arg(other.bus);
            meet.exec(&mut one.connect()).expect("it is there");
        }
        let size = format!("cluster_size:{}\r", shards.len());
        for shard in shards {
            until("the cluster", || {
                let info = redis::cmd("CLUSTER").arg("INFO").query(&mut shard.connect());
                let info: String = info.expect("it is a cluster");
                info.contains("cluster_state:ok") && info.contains(&size)
            });
        }
    }

    /// Empties it.
    pub(in crate::world::store) fn empty(&self) {
        redis::cmd("FLUSHALL").exec(&mut self.connect()).expect("it is there");
    }

    fn start_with(bus: Option<u16>) -> Option<Self> {
        let is_there = |program: &String| Command::new(program).arg("--version").output().is_ok();
        let Some(program) = programs().into_iter().find(is_there) else {
            assert!(std::env::var_os("CI").is_none(), "redis-server is missing");
            // Straight to stderr: what a test prints is shown only when it fails.
            let left_out = "left out: redis-server is not installed; `apt install redis-server`";
            writeln!(std::io::stderr(), "{left_out}").expect("stderr can be written");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let process = launch(&program, folder.path(), port, bus);
        Some(Self { program, folder, port, bus, process })
    }

    /// Its address; each database of it is empty at first.
    pub(in crate::world::store) fn url(&self, database: usize) -> StoreUrl {
        self.url_of("", database)
    }

    /// The same for somebody with a password, `user:password@`.
    pub(in crate::world::store) fn url_of(&self, user: &str, database: usize) -> StoreUrl {
        let url = format!("redis://{user}127.0.0.1:{}/{database}", self.port);
        url.parse().expect("an address")
    }

    /// A connection past the store.
    pub(in crate::world::store) fn connect(&self) -> redis::Connection {
        let client = redis::Client::open(("127.0.0.1", self.port)).expect("an address");
        client.get_connection().expect("it is there")
    }

    /// Ends it without a warning.
    pub(in crate::world::store) fn kill(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it was killed");
    }

    /// Starts it again with what is on its disk.
    pub(in crate::world::store) fn start_again(&mut self) {
        self.process = launch(&self.program, self.folder.path(), self.port, self.bus);
    }

    /// Stops it in the middle of whatever it does.
    pub(in crate::world::store) fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on.
    pub(in crate::world::store) fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw);
        kill_process(id.expect("it has an id"), signal).expect("it runs");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed before.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The programs to try in their order: `REDIS_SERVER` names the one that is meant.
fn programs() -> Vec<String> {
    let named = std::env::var("REDIS_SERVER").ok();
    let usual = || ["redis-server", "valkey-server"].map(str::to_owned).to_vec();
    named.map_or_else(usual, |named| vec![named])
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("it is bound").port()
}

/// Starts the program and waits until it can be reached.
fn launch(program: &str, folder: &Path, port: u16, bus: Option<u16>) -> Child {
    let bus = bus.map(|port| {
        ["--cluster-enabled", "yes", "--cluster-port", &port.to_string()].map(str::to_owned)
    });
    let process = Command::new(program)
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--databases", "64"])
        .args(["--appendonly", "yes", "--appendfsync", "always", "--save", "", "--dir"])
        .arg(folder)
        .args(bus.into_iter().flatten())
        .stdout(Stdio::null())
        .spawn()
        .expect("it was found");
    until(program, || is_ready(port));
    process
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Clock::start();
    while !is_so() {
        assert!(begun.up().unsigned_abs() < Duration::from_secs(30), "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whether it has read its disk: before that it refuses.
fn is_ready(port: u16) -> bool {
    let client = redis::Client::open(("127.0.0.1", port)).expect("an address");
    let Ok(mut connection) = client.get_connection_with_timeout(Duration::from_secs(1)) else {
        return false;
    };
    redis::cmd("DBSIZE").query::<u64>(&mut connection).is_ok()
        && TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}
