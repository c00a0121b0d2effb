//! The behavior of a server for one request, byte for byte.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::Semaphore;

use super::http::{http_head, json_response};
use super::received::Received;

#[derive(Debug, Clone)]
pub enum Script {
    /// Responds with these bytes, which must tell their length, and keeps the connection open.
    Answer(Vec<u8>),
    /// Responds like `Answer`, in pieces with a pause after each.
    Pieces(Vec<Vec<u8>>, Duration),
    /// Sends these bytes, then closes the connection.
    CutShort(Vec<u8>),
    /// Resets the connection after reading the request.
    Reset,
    /// Sends the first bytes once and the others forever, with a pause after each.
    Endless(Vec<u8>, Vec<u8>, Duration),
    /// Reads the request and never responds.
    Silence,
    /// Closes the connection before reading from it.
    CloseUnread,
    /// Responds like `Answer` when the semaphore has a permit, and takes that.
    Behind(Arc<Semaphore>, Vec<u8>),
}

impl Script {
    pub fn json(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::Answer(json_response(status, body))
    }

    /// Closes the connection after reading the request.
    pub fn close() -> Self {
        Self::CutShort(Vec::new())
    }

    /// A 200 whose body never ends and comes as fast as the client reads.
    pub fn endless_json() -> Self {
        let head = http_head(200, &[("Content-Type", "application/json")]);
        let begin = [head.as_slice(), br#"{"data":[""#].concat();
        Self::Endless(begin, vec![b'x'; 64 * 1024], Duration::ZERO)
    }

    /// Follows the script; returns whether the connection can be used for another request.
    pub(super) async fn play(self, stream: &mut (impl AsyncWrite + Unpin), received: &Received) -> io::Result<bool> {
        let is_kept = !matches!(self, Self::CutShort(_) | Self::CloseUnread);
        let (pieces, pause) = match self {
            Self::Answer(bytes) | Self::CutShort(bytes) => (vec![bytes], Duration::ZERO),
            Self::Pieces(pieces, pause) => (pieces, pause),
            Self::Behind(gate, bytes) => {
                gate.acquire().await.expect("a gate").forget();
                (vec![bytes], Duration::ZERO)
            }
            Self::Endless(first, again, pause) => {
                send(stream, received, &first, pause).await?;
                loop {
                    send(stream, received, &again, pause).await?;
                }
            }
            Self::Reset => return Err(io::ErrorKind::ConnectionReset.into()),
            Self::Silence => std::future::pending().await,
            Self::CloseUnread => (Vec::new(), Duration::ZERO),
        };
        for piece in &pieces {
            send(stream, received, piece, pause).await?;
        }
        Ok(is_kept)
    }
}

async fn send(
    stream: &mut (impl AsyncWrite + Unpin),
    received: &Received,
    bytes: &[u8],
    pause: Duration,
) -> io::Result<()> {
    stream.write_all(bytes).await?;
    received.add_sent(bytes.len());
    tokio::time::sleep(pause).await;
    Ok(())
}
