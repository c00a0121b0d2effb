//! What a server received, so that a test can prove what never got there.

use std::sync::Arc;
use std::time::Duration;

use super::http::Request;
use crate::support::watched::Watched;

/// How long something to come is waited for.
const LIMIT: Duration = Duration::from_secs(20);

/// Everything a server received.
#[derive(Debug, Clone, Default)]
pub struct Seen(Arc<Watched<Journal>>);

#[derive(Debug, Default)]
struct Journal {
    connections: Vec<Vec<u8>>,
    requests: Vec<Request>,
    sent: u64,
}

impl Seen {
    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.0.read(|journal| journal.connections.len())
    }

    /// The requests that came whole, in the order in which they did.
    pub fn requests(&self) -> Vec<Request> {
        self.0.read(|journal| journal.requests.clone())
    }

    /// Every byte, one connection after the other.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.read(|journal| journal.connections.concat())
    }

    /// Whether `text` came through any connection.
    pub fn contains(&self, text: &str) -> bool {
        self.0.read(|journal| {
            let mut connections = journal.connections.iter();
            connections.any(|bytes| String::from_utf8_lossy(bytes).contains(text))
        })
    }

    /// How many bytes of answers were written, of which some may never have been read. A piece is
    /// counted after it was written: the reader may be a piece ahead.
    pub fn sent(&self) -> u64 {
        self.0.read(|journal| journal.sent)
    }

    /// Waits until `count` requests have come.
    #[track_caller]
    pub fn wait_for_requests(&self, count: usize) {
        let came = self.0.wait_until(LIMIT, |journal| journal.requests.len() >= count);
        assert!(came, "{count} requests did not come: {self:?}");
    }

    /// Waits until `count` connections have been made.
    #[track_caller]
    pub fn wait_for_connections(&self, count: usize) {
        let came = self.0.wait_until(LIMIT, |journal| journal.connections.len() >= count);
        assert!(came, "{count} connections were not made: {self:?}");
    }

    /// Begins the record of another connection.
    pub(super) fn open(&self) -> Tape {
        let connection = self.0.update(|journal| {
            journal.connections.push(Vec::new());
            journal.connections.len() - 1
        });
        Tape {
            seen: self.clone(),
            connection,
        }
    }
}

/// The record of one connection.
#[derive(Debug, Clone)]
pub(super) struct Tape {
    seen: Seen,
    connection: usize,
}

impl Tape {
    /// Records bytes that came.
    pub fn received(&self, bytes: &[u8]) {
        self.seen
            .0
            .update(|journal| journal.connections[self.connection].extend_from_slice(bytes));
    }

    /// Records a request that came whole.
    pub fn request(&self, request: Request) {
        self.seen.0.update(|journal| journal.requests.push(request));
    }

    /// Counts bytes of an answer.
    pub fn sent(&self, count: usize) {
        self.seen.0.update(|journal| journal.sent += count as u64);
    }
}
