//! The bytes and requests that a server received.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncRead;
use tokio_util::io::InspectReader;

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
    pub fn connections(&self) -> usize {
        self.0.read().connections.len()
    }

    /// The complete requests in the order in which they came.
    pub fn requests(&self) -> Vec<Request> {
        self.0.read().requests.clone()
    }

    /// All bytes, one connection after the other.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.read().connections.concat()
    }

    /// Whether any connection brought `text`.
    pub fn contains(&self, text: &str) -> bool {
        let has_text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).contains(text);
        self.0.read().connections.iter().any(has_text)
    }

    /// The number of bytes written in responses. A piece is counted after it was written, so the reader may be one ahead.
    pub fn sent(&self) -> u64 {
        self.0.read().sent
    }

    #[track_caller]
    pub fn wait_for_requests(&self, count: usize) {
        let came = self.0.wait_until(LIMIT, |journal| journal.requests.len() >= count);
        assert!(came, "{count} requests did not come: {self:?}");
    }

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
        Tape { journal: Arc::clone(&self.0), connection }
    }
}

/// The record of one connection.
#[derive(Debug, Clone)]
pub(super) struct Tape {
    journal: Arc<Watched<Journal>>,
    connection: usize,
}

impl Tape {
    /// The stream, all of whose bytes are recorded when they are read.
    pub fn recording<S: AsyncRead>(&self, stream: S) -> InspectReader<S, impl FnMut(&[u8]) + use<S>> {
        let Self { journal, connection } = self.clone();
        InspectReader::new(stream, move |bytes: &[u8]| {
            journal.update(|journal| journal.connections[connection].extend_from_slice(bytes));
        })
    }

    pub fn request(&self, request: Request) {
        self.journal.update(|journal| journal.requests.push(request));
    }

    pub fn sent(&self, count: usize) {
        self.journal.update(|journal| journal.sent += count as u64);
    }
}
