//! The bytes and requests that a server received.

use std::sync::Arc;
use std::time::Duration;

use super::http::Request;
use crate::support::watched::Watched;

/// The limit of every wait.
const LIMIT: Duration = Duration::from_secs(20);

/// All that a server received.
#[derive(Debug, Clone, Default)]
pub struct Received(Arc<Watched<Journal>>);

#[derive(Debug, Default)]
struct Journal {
    connections: Vec<Vec<u8>>,
    requests: Vec<Request>,
    sent: u64,
}

impl Received {
    /// The number of connections.
    pub fn connections(&self) -> usize {
        self.0.read(|journal| journal.connections.len())
    }

    /// The complete requests in the order in which they came.
    pub fn requests(&self) -> Vec<Request> {
        self.0.read(|journal| journal.requests.clone())
    }

    /// All bytes, one connection after the other.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.read(|journal| journal.connections.concat())
    }

    /// Whether any connection brought `text`.
    pub fn contains(&self, text: &str) -> bool {
        self.0.read(|journal| {
            let mut connections = journal.connections.iter();
            connections.any(|bytes| String::from_utf8_lossy(bytes).contains(text))
        })
    }

    /// The number of bytes written in responses. A piece is counted after it was written, so the reader may be one ahead.
    pub fn sent(&self) -> u64 {
        self.0.read(|journal| journal.sent)
    }

    /// Waits for `count` requests.
    #[track_caller]
    pub fn wait_for_requests(&self, count: usize) {
        let came = self.0.wait_until(LIMIT, |journal| journal.requests.len() >= count);
        assert!(came, "{count} requests did not come: {self:?}");
    }

    /// Waits for `count` connections.
    #[track_caller]
    pub fn wait_for_connections(&self, count: usize) {
        let came = self.0.wait_until(LIMIT, |journal| journal.connections.len() >= count);
        assert!(came, "{count} connections were not made: {self:?}");
    }

    /// Begins the record of a new connection.
    pub(super) fn open(&self) -> Tape {
        let connection = self.0.update(|journal| {
            journal.connections.push(Vec::new());
            journal.connections.len() - 1
        });
        Tape {
            received: self.clone(),
            connection,
        }
    }
}

/// The record of one connection.
#[derive(Debug, Clone)]
pub(super) struct Tape {
    received: Received,
    connection: usize,
}

impl Tape {
    pub fn received(&self, bytes: &[u8]) {
        self.received
            .0
            .update(|journal| journal.connections[self.connection].extend_from_slice(bytes));
    }

    pub fn request(&self, request: Request) {
        self.received.0.update(|journal| journal.requests.push(request));
    }

    pub fn sent(&self, count: usize) {
        self.received.0.update(|journal| journal.sent += count as u64);
    }
}
