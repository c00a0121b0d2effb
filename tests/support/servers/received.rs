//! The bytes and requests that a server received.

use std::sync::Arc;

use tokio::io::AsyncRead;
use tokio_util::io::InspectReader;

use super::http::Request;
use crate::support::watched::Watched;

/// All that a server received. Clones are the same record.
#[derive(Debug, Clone, Default)]
pub struct Received(Arc<Watched<Journal>>);

#[derive(Debug, Default)]
struct Journal {
    connections: usize,
    bytes: Vec<u8>,
    requests: Vec<Request>,
    sent: u64,
}

impl Received {
    pub fn connections(&self) -> usize {
        self.0.read().connections
    }

    /// The complete requests in the order in which they came.
    pub fn requests(&self) -> Vec<Request> {
        self.0.read().requests.clone()
    }

    /// All bytes of all connections in the order in which they came, with invalid UTF-8 replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.read().bytes).into_owned()
    }

    /// The number of bytes written in responses. A piece is counted after it was written, so the reader may be one ahead.
    pub fn sent(&self) -> u64 {
        self.0.read().sent
    }

    #[track_caller]
    pub fn wait_for_requests(&self, count: usize) {
        let came = self.0.wait_until(|journal| journal.requests.len() >= count);
        assert!(came, "{count} requests did not come: {self:?}");
    }

    #[track_caller]
    pub fn wait_for_connection(&self) {
        assert!(self.0.wait_until(|journal| journal.connections > 0), "no connection was made");
    }

    pub(super) fn add_connection(&self) {
        self.0.update(|journal| journal.connections += 1);
    }

    pub(super) fn add_request(&self, request: Request) {
        self.0.update(|journal| journal.requests.push(request));
    }

    pub(super) fn add_sent(&self, count: usize) {
        self.0.update(|journal| journal.sent += count as u64);
    }

    /// The stream, all of whose bytes are recorded when they are read.
    pub(super) fn recording<S: AsyncRead>(&self, stream: S) -> InspectReader<S, impl FnMut(&[u8]) + use<S>> {
        let journal = Arc::clone(&self.0);
        InspectReader::new(stream, move |bytes: &[u8]| {
            journal.update(|journal| journal.bytes.extend_from_slice(bytes));
        })
    }
}
