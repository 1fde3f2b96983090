//! A web site of a test's own, and the few bytes of fragmented MP4 that it serves.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::spawn;

use crate::rig::until;

/// What is at an address.
#[derive(Clone)]
struct Page {
    status: u16,
    location: String,
    body: Vec<u8>,
    /// How often it was fetched.
    fetched: usize,
}

/// A site on a port of its own; it is served until the tests end.
pub(super) struct Site {
    url: String,
    pages: Arc<Mutex<BTreeMap<String, Page>>>,
}

impl Site {
    /// An empty one.
    pub(super) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let pages = Arc::default();
        let site = Self { url, pages: Arc::clone(&pages) };
        spawn(move || {
            for stream in listener.incoming().flatten() {
                let pages = Arc::clone(&pages);
                // A client that goes away has heard enough.
                spawn(move || serve(&stream, &pages));
            }
        });
        site
    }

    /// The address of a site that nobody serves.
    pub(super) fn closed() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        format!("http://{}/a.m3u8", listener.local_addr().expect("it is bound"))
    }

    /// The address of a path.
    pub(super) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Puts something at a path.
    pub(super) fn put(&self, path: &str, body: impl Into<Vec<u8>>) {
        self.page(path, 200, "", body.into());
    }

    /// Lets a path lead to another.
    pub(super) fn lead(&self, path: &str, to: &str) {
        self.page(path, 302, to, Vec::new());
    }

    /// Lets a path fail.
    pub(super) fn fail(&self, path: &str, status: u16) {
        self.page(path, status, "", Vec::new());
    }

    /// Waits until what is at a path now was fetched.
    pub(super) fn wait_fetched(&self, path: &str) {
        until("a request", || {
            let pages = self.pages.lock().expect("nobody panics with it");
            pages.get(path).filter(|page| page.fetched > 0).map(|_| ())
        });
    }

    fn page(&self, path: &str, status: u16, location: &str, body: Vec<u8>) {
        let page = Page { status, location: location.to_owned(), body, fetched: 0 };
        self.pages.lock().expect("nobody panics with it").insert(path.to_owned(), page);
    }
}

/// Answers the requests of a connection; it ends when its client goes.
fn serve(stream: &TcpStream, pages: &Mutex<BTreeMap<String, Page>>) -> Option<()> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    loop {
        let request = lines.next()?;
        let head: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
        let path = request.split(' ').nth(1)?;
        let page = {
            let mut pages = pages.lock().ok()?;
            pages.get_mut(path).map(|page| {
                page.fetched += 1;
                page.clone()
            })
        };
        let gone = || Page { status: 404, location: String::new(), body: Vec::new(), fetched: 0 };
        answer(stream, page.unwrap_or_else(gone), &head)?;
    }
}

fn answer(mut stream: &TcpStream, page: Page, head: &[String]) -> Option<()> {
    let range = head
        .iter()
        .find_map(|line| line.to_lowercase().strip_prefix("range: bytes=").map(str::to_owned));
    let (status, body) = match range.as_deref().and_then(|range| range.split_once('-')) {
        Some((from, last)) => {
            let (from, last): (usize, usize) = (from.parse().ok()?, last.parse().ok()?);
            (206, page.body.get(from..=last)?.to_vec())
        }
        None => (page.status, page.body),
    };
    let (length, location) = (body.len(), page.location);
    let head =
        format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nlocation: {location}\r\n\r\n");
    stream.write_all(&[head.as_bytes(), &body].concat()).ok()
}

/// An ID3 tag with one `PRIV` frame.
pub(super) fn id3(owner: &str, data: &[u8]) -> Vec<u8> {
    let frame = [owner.as_bytes(), b"\0", data].concat();
    let sizes =
        [frame.len() + 10, frame.len()].map(|size| u8::try_from(size).expect("it is short"));
    [b"ID3\x04\0\0\0\0\0", &sizes[..1], b"PRIV\0\0\0", &sizes[1..], b"\0\0", &frame].concat()
}

/// A piece that begins at so many milliseconds, with a message so many later.
pub(super) fn emsg(begins: u32, later: u32, tag: &[u8]) -> Vec<u8> {
    let scheme = b"https://aomedia.org/emsg/ID3\0\0";
    let numbers = [1_000, later, 0, 7].map(u32::to_be_bytes);
    let message = mp4_box(*b"emsg", &[&[0; 4], &scheme[..], numbers.as_flattened(), tag].concat());
    let tfhd = mp4_box(*b"tfhd", &[0, 0, 0, 0, 0, 0, 0, 1]);
    let tfdt = mp4_box(*b"tfdt", &[[0; 4], begins.to_be_bytes()].concat());
    let moof = mp4_box(*b"moof", &mp4_box(*b"traf", &[tfhd, tfdt].concat()));
    [message, moof, mp4_box(*b"mdat", b"frames")].concat()
}

/// An initialisation with one track.
pub(super) fn mp4_init() -> Vec<u8> {
    let tkhd = [&[0; 12][..], &[0, 0, 0, 1]].concat();
    let mdhd = [&[0; 12][..], &1_000_u32.to_be_bytes()].concat();
    let mdia = mp4_box(*b"mdia", &mp4_box(*b"mdhd", &mdhd));
    let trak = mp4_box(*b"trak", &[mp4_box(*b"tkhd", &tkhd), mdia].concat());
    mp4_box(*b"moov", &trak)
}

fn mp4_box(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len() + 8).expect("it is short");
    [&size.to_be_bytes(), &kind[..], body].concat()
}
