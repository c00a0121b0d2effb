//! Reads and writes the messages of the protocol on standard input and output.

use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead, Read as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use rmcp::RoleServer;
use rmcp::model::{ErrorData, JsonRpcMessage, RequestId};
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::api::NewToken;
use crate::output::{json_line, write_stdout};
use crate::redact;
use crate::secret::TokenValue;

/// Maximum length of a message, in bytes.
const MAX_LENGTH: u64 = 16 << 20;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The result of a call that changed something. It is printed if the client does not read the response.
pub enum Outcome {
    Text(String),
    /// A new token whose value is in the response.
    Value(TokenValue, NewToken),
}

/// State of the connection to the client. Clones share it.
#[derive(Clone, Default)]
pub struct Connection {
    /// The requests that have no response yet.
    pending: Arc<Mutex<HashSet<RequestId>>>,
    /// The outcomes of calls whose responses are not written yet.
    outcomes: Arc<Mutex<HashMap<RequestId, Outcome>>>,
    /// Is cancelled when the server has received all input.
    pub ended: CancellationToken,
    /// Is cancelled when standard output cannot be written to.
    pub broken: CancellationToken,
}

impl Connection {
    pub fn set_outcome(&self, id: RequestId, outcome: Outcome) {
        lock(&self.outcomes).insert(id, outcome);
    }

    pub fn take_outcomes(&self) -> HashMap<RequestId, Outcome> {
        std::mem::take(&mut lock(&self.outcomes))
    }

    async fn write(&self, line: String) -> io::Result<()> {
        write_stdout(line).await.inspect_err(|_| self.broken.cancel())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub struct Stdio {
    lines: mpsc::Receiver<Vec<u8>>,
    connection: Connection,
    /// Is held while a message is written.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Stdio {
    /// Starts a thread that reads standard input, because a read cannot be cancelled.
    pub fn open(connection: Connection) -> io::Result<Self> {
        let (sender, lines) = mpsc::channel(1);
        thread::Builder::new().spawn(move || {
            while let Some(line) = read_line(io::stdin().lock())
                && sender.blocking_send(line).is_ok()
            {}
        })?;
        Ok(Self { lines, connection, turn: Arc::default() })
    }

    fn reject(&mut self, reason: &str) {
        tokio::spawn(self.send(JsonRpcMessage::error(ErrorData::invalid_request(reason.to_owned(), None), None)));
    }
}

impl Transport<RoleServer> for Stdio {
    type Error = io::Error;

    /// Removes all secrets from the message but the value that its receiver asked for.
    fn send(&mut self, message: TxJsonRpcMessage<RoleServer>) -> impl Future<Output = io::Result<()>> + 'static {
        let (connection, turn) = (self.connection.clone(), Arc::clone(&self.turn));
        async move {
            let _turn = turn.lock().await;
            let line = json_line(&message)?;
            let id = match message {
                JsonRpcMessage::Response(response) => Some(response.id),
                JsonRpcMessage::Error(error) => error.id,
                JsonRpcMessage::Request(_) | JsonRpcMessage::Notification(_) => None,
            };
            let Some(id) = id else {
                return connection.write(redact::exact(line)).await;
            };
            lock(&connection.pending).remove(&id);
            let line = match lock(&connection.outcomes).get(&id) {
                Some(Outcome::Value(value, _)) => without_other_secrets(&line, value),
                Some(Outcome::Text(_)) | None => redact::exact(line),
            };
            connection.write(line).await?;
            lock(&connection.outcomes).remove(&id);
            Ok(())
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        while let Some(line) = self.lines.recv().await {
            match serde_json::from_slice(line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&line)) {
                Ok(JsonRpcMessage::Request(request)) if !lock(&self.connection.pending).insert(request.id.clone()) => {
                    self.reject(&format!("the ID {} is already in use by a request without a response", request.id));
                }
                Ok(message) => return Some(message),
                Err(error) if error.is_data() => self.reject("Invalid request"),
                // The client might send a response to text that is not JSON back as well.
                Err(_) => {}
            }
        }
        self.connection.ended.cancel();
        None
    }

    async fn close(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn without_other_secrets(line: &str, value: &TokenValue) -> String {
    let parts: Vec<_> = line.splitn(2, value.expose()).map(|part| redact::exact(part.to_owned())).collect();
    parts.join(value.expose())
}

/// Reads a line. Returns `None` at the end of input, if standard input cannot be read, and if the line is too long.
fn read_line(mut input: impl BufRead) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    loop {
        let rest = MAX_LENGTH - line.len() as u64;
        match input.by_ref().take(rest).read_until(b'\n', &mut line) {
            Ok(_) => return line.ends_with(b"\n").then_some(line),
            // The client may have made the stream non-blocking, as Node.js does with sockets.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait_until_readable(),
            Err(_) => return None,
        }
    }
}

#[cfg(unix)]
fn wait_until_readable() {
    use rustix::event::{PollFd, PollFlags, poll};
    let _ = poll(&mut [PollFd::new(&rustix::stdio::stdin(), PollFlags::IN)], None);
}

/// Standard input always blocks on this system.
#[cfg(not(unix))]
fn wait_until_readable() {}
