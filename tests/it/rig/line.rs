//! A line to a server that a test can cut, and slow down.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{sleep, spawn};
use std::time::Duration;

/// A line; what comes over it is passed on by threads of the test's process.
pub(crate) struct Line {
    shared: Arc<Shared>,
    port: u16,
}

struct Shared {
    to: u16,
    is_cut: AtomicBool,
    delay_ms: AtomicU64,
    open: Mutex<Vec<TcpStream>>,
}

impl Line {
    /// A line to a port of this machine.
    pub(crate) fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let own = listener.local_addr().expect("it is bound").port();
        let shared = Arc::new(Shared {
            to: port,
            is_cut: AtomicBool::new(false),
            delay_ms: AtomicU64::new(0),
            open: Mutex::default(),
        });
        let of_thread = Arc::clone(&shared);
        spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                of_thread.join(near);
            }
        });
        Self { shared, port: own }
    }

    /// What `--store` takes.
    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Cuts it: what is open ends, and whoever connects is not let through.
    pub(crate) fn cut(&self) {
        let mut open = self.shared.open.lock().expect("no thread panics holding it");
        self.shared.is_cut.store(true, Ordering::SeqCst);
        for end in open.drain(..) {
            // It may have ended already.
            let _ = end.shutdown(Shutdown::Both);
        }
    }

    /// Mends it.
    pub(crate) fn mend(&self) {
        self.shared.is_cut.store(false, Ordering::SeqCst);
    }

    /// From now on everything takes so much longer, either way.
    pub(crate) fn slow(&self, millis: u64) {
        self.shared.delay_ms.store(millis, Ordering::SeqCst);
    }
}

impl Shared {
    fn join(self: &Arc<Self>, near: TcpStream) {
        let mut open = self.open.lock().expect("no thread panics holding it");
        if self.is_cut.load(Ordering::SeqCst) {
            return;
        }
        let Ok(far) = TcpStream::connect(("127.0.0.1", self.to)) else { return };
        for end in [&near, &far] {
            end.set_nodelay(true).expect("it is open");
            open.push(end.try_clone().expect("it is open"));
        }
        let ends = (near.try_clone(), far.try_clone());
        let (near_too, far_too) = (ends.0.expect("it is open"), ends.1.expect("it is open"));
        let (one, other) = (Arc::clone(self), Arc::clone(self));
        spawn(move || one.pass(near, far));
        spawn(move || other.pass(far_too, near_too));
    }

    fn pass(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut bytes = [0; 8 * 1_024];
        while let Ok(count) = from.read(&mut bytes) {
            // The line is slow, not the test: it waits for nothing here.
            sleep(Duration::from_millis(self.delay_ms.load(Ordering::SeqCst)));
            if count == 0 || to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    }
}
