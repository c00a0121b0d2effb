//! What a server does with a request, byte for byte.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::gate::Gate;
use super::http::http_response;
use super::seen::Tape;

/// What is done with one request.
#[derive(Debug, Clone)]
pub enum Script {
    /// These bytes are the answer. The connection stays open if they say how long they are.
    Answer(Vec<u8>),
    /// The answer comes piece by piece, with a wait after each.
    Pieces(Vec<Vec<u8>>, Duration),
    /// These bytes come and then the connection is closed, be the answer whole or not.
    CutShort(Vec<u8>),
    /// These bytes come and then the connection is reset.
    Reset(Vec<u8>),
    /// The first bytes come once, the others for ever, with a wait after each time.
    Endless(Vec<u8>, Vec<u8>, Duration),
    /// The request is read, and that is all.
    Silence,
    /// The connection is closed as soon as it is made, before anything is read.
    CloseUnread,
    /// These bytes are the answer, once the gate lets it through.
    Behind(Gate, Vec<u8>),
}

impl Script {
    /// An answer of JSON.
    pub fn json(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::Answer(super::json_response(status, body))
    }

    /// A redirect to `location`.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::Answer(http_response(status, &[("Location", location)], ""))
    }

    /// The connection is closed when the request was read.
    pub fn close() -> Self {
        Self::CutShort(Vec::new())
    }

    /// The connection is reset when the request was read.
    pub fn reset() -> Self {
        Self::Reset(Vec::new())
    }

    /// An answer whose body comes a byte at a time.
    pub fn drip(answer: &[u8], every: Duration) -> Self {
        let head = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        let (head, body) = answer.split_at(head.map_or(0, |start| start + 4));
        let mut pieces = vec![head.to_vec()];
        pieces.extend(body.iter().map(|&byte| vec![byte]));
        Self::Pieces(pieces, every)
    }

    /// A 200 whose body has no end and comes as fast as it is read.
    pub fn endless_json() -> Self {
        let head = super::http_head(200, &[("Content-Type", "application/json")]);
        let begin = [head.as_slice(), br#"{"data":[""#].concat();
        Self::Endless(begin, vec![b'x'; 64 * 1024], Duration::ZERO)
    }

    /// Plays the script; answers with whether the connection can carry another request.
    pub(super) async fn play(self, stream: &mut TcpStream, tape: &Tape) -> io::Result<bool> {
        match self {
            Self::Answer(bytes) => {
                send(stream, tape, &bytes).await?;
                Ok(tells_its_length(&bytes))
            }
            Self::Pieces(pieces, every) => {
                for piece in &pieces {
                    send(stream, tape, piece).await?;
                    tokio::time::sleep(every).await;
                }
                Ok(tells_its_length(&pieces.concat()))
            }
            Self::CutShort(bytes) => {
                send(stream, tape, &bytes).await?;
                Ok(false)
            }
            Self::Reset(bytes) => {
                send(stream, tape, &bytes).await?;
                Err(io::ErrorKind::ConnectionReset.into())
            }
            Self::Endless(first, again, every) => {
                send(stream, tape, &first).await?;
                loop {
                    send(stream, tape, &again).await?;
                    tokio::time::sleep(every).await;
                }
            }
            Self::Silence => {
                while stream.read(&mut [0; 1024]).await? > 0 {}
                Ok(false)
            }
            Self::CloseUnread => Ok(false),
            Self::Behind(gate, bytes) => {
                gate.pass().await;
                send(stream, tape, &bytes).await?;
                Ok(tells_its_length(&bytes))
            }
        }
    }
}

async fn send(stream: &mut TcpStream, tape: &Tape, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes).await?;
    tape.sent(bytes.len());
    Ok(())
}

/// Whether the end of the answer can be told without the end of the connection.
fn tells_its_length(answer: &[u8]) -> bool {
    let answer = String::from_utf8_lossy(answer).to_ascii_lowercase();
    let head = answer
        .split_inclusive("\r\n\r\n")
        .find(|head| !head.starts_with("http/1.1 1"));
    let Some(head) = head.filter(|head| head.starts_with("http/1.1 ")) else {
        return false;
    };
    let has = |line: &str| head.contains(&format!("\r\n{line}"));
    let bodiless = head.starts_with("http/1.1 204") || head.starts_with("http/1.1 304");
    (bodiless || has("content-length:") || has("transfer-encoding:")) && !has("connection: close")
}
