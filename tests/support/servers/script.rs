//! The behavior of a server for one request, byte for byte.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::Semaphore;

use super::http::{http_head, http_response, json_response};
use super::received::Tape;

/// The behavior for one request.
#[derive(Debug, Clone)]
pub enum Script {
    /// Responds with these bytes and keeps the connection open if they tell the length.
    Answer(Vec<u8>),
    /// Responds in pieces with a pause after each.
    Pieces(Vec<Vec<u8>>, Duration),
    /// Sends these bytes, then closes the connection.
    CutShort(Vec<u8>),
    /// Sends these bytes, then resets the connection.
    Reset(Vec<u8>),
    /// Sends the first bytes once and the others forever, with a pause after each.
    Endless(Vec<u8>, Vec<u8>, Duration),
    /// Reads the request and never responds.
    Silence,
    /// Closes the connection before reading from it.
    CloseUnread,
    /// Responds with these bytes when the gate lets them through.
    Behind(Gate, Vec<u8>),
}

impl Script {
    pub fn json(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::Answer(json_response(status, body))
    }

    pub fn redirect(status: u16, location: &str) -> Self {
        Self::Answer(http_response(status, &[("Location", location)], ""))
    }

    /// Closes the connection after reading the request.
    pub fn close() -> Self {
        Self::CutShort(Vec::new())
    }

    /// Resets the connection after reading the request.
    pub fn reset() -> Self {
        Self::Reset(Vec::new())
    }

    /// A response whose body comes byte by byte.
    pub fn drip(answer: &[u8], every: Duration) -> Self {
        let head = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        let (head, body) = answer.split_at(head.map_or(0, |start| start + 4));
        let body = body.iter().map(|&byte| vec![byte]);
        Self::Pieces([head.to_vec()].into_iter().chain(body).collect(), every)
    }

    /// A 200 whose body never ends and comes as fast as the client reads.
    pub fn endless_json() -> Self {
        let head = http_head(200, &[("Content-Type", "application/json")]);
        let begin = [head.as_slice(), br#"{"data":[""#].concat();
        Self::Endless(begin, vec![b'x'; 64 * 1024], Duration::ZERO)
    }

    /// Follows the script; returns whether the connection can be used for another request.
    pub(super) async fn play<S>(self, stream: &mut S, tape: &Tape) -> io::Result<bool>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        if let Self::Behind(gate, _) = &self {
            gate.pass().await;
        }
        let (pieces, pause) = match &self {
            Self::Pieces(pieces, pause) => (pieces.clone(), *pause),
            Self::Endless(first, _, pause) => (vec![first.clone()], *pause),
            Self::Silence | Self::CloseUnread => (Vec::new(), Duration::ZERO),
            Self::Answer(bytes) | Self::CutShort(bytes) | Self::Reset(bytes) | Self::Behind(_, bytes) => {
                (vec![bytes.clone()], Duration::ZERO)
            }
        };
        for piece in &pieces {
            send(stream, tape, piece, pause).await?;
        }
        match self {
            Self::Answer(_) | Self::Pieces(..) | Self::Behind(..) => Ok(has_length(&pieces.concat())),
            Self::CutShort(_) | Self::CloseUnread => Ok(false),
            Self::Reset(_) => Err(io::ErrorKind::ConnectionReset.into()),
            Self::Silence => {
                while stream.read(&mut [0; 1024]).await? > 0 {}
                Ok(false)
            }
            Self::Endless(_, again, pause) => loop {
                send(stream, tape, &again, pause).await?;
            },
        }
    }
}

async fn send(stream: &mut (impl AsyncWrite + Unpin), tape: &Tape, bytes: &[u8], pause: Duration) -> io::Result<()> {
    stream.write_all(bytes).await?;
    tape.sent(bytes.len());
    tokio::time::sleep(pause).await;
    Ok(())
}

/// Whether the response has a length, so that the connection can stay open.
fn has_length(answer: &[u8]) -> bool {
    let answer = String::from_utf8_lossy(answer).to_ascii_lowercase();
    let mut heads = answer.split_inclusive("\r\n\r\n");
    let head = heads.find(|head| !head.starts_with("http/1.1 1")).unwrap_or_default();
    let has = |line: &str| head.contains(&format!("\r\n{line}"));
    let bodiless = head.starts_with("http/1.1 204") || head.starts_with("http/1.1 304");
    head.starts_with("http/1.1 ")
        && (bodiless || has("content-length:") || has("transfer-encoding:"))
        && !has("connection: close")
}

/// Holds responses back until the test lets them through; clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    pub fn closed() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    /// Lets `count` more responses through.
    pub fn let_through(&self, count: usize) {
        self.0.add_permits(count);
    }

    async fn pass(&self) {
        self.0.acquire().await.expect("a gate").forget();
    }
}
