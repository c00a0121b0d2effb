//! A server of HTTP/2 by hand.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::http::Request;
use super::listener::Listener;
use super::received::Received;

/// The response to one request.
#[derive(Debug, Clone, Copy)]
pub enum Frames {
    /// Status 200 and this JSON.
    Answer(&'static str),
    /// `RST_STREAM` with `REFUSED_STREAM`.
    RefusedStream,
    /// The head of a response, then `RST_STREAM` with `REFUSED_STREAM`.
    RefusedAfterHead,
    /// `GOAWAY` of which no stream is left, then the end of the connection.
    GoAway,
    /// `GOAWAY` with an error that includes this stream, then the end of the connection.
    GoAwayIncluding,
}

/// A plain HTTP/2 server, for use behind a `TlsServer`.
pub struct Http2Server(Listener);

impl Http2Server {
    /// Uses one of `frames` for each request, across connections, and the last one for all further requests.
    pub fn answering(frames: &[Frames]) -> Self {
        let frames: Vec<Frames> = frames.iter().rev().copied().collect();
        let frames = Arc::new(Mutex::new(frames));
        Self(Listener::serve(move |stream, received| serve(Arc::clone(&frames), stream, received)))
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// Its requests have no target.
    pub fn received(&self) -> &Received {
        &self.0.received
    }
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

async fn serve(frames: Arc<Mutex<Vec<Frames>>>, mut stream: TcpStream, received: Received) -> io::Result<()> {
    stream.read_exact(&mut [0; 24]).await?;
    stream.write_all(&frame(SETTINGS, 0, 0, &[])).await?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let [a, b, c, kind, flags, id @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        stream.read_exact(&mut payload).await?;
        if !matches!(kind, DATA | HEADERS) || flags & END_STREAM == 0 {
            continue;
        }
        received.add_request(Request::unnamed());
        let next = {
            let mut frames = frames.lock().expect("frames");
            if frames.len() > 1 { frames.pop() } else { frames.last().copied() }
        };
        let id = u32::from_be_bytes(id);
        let go_away = |last: u32, error: u32| frame(GOAWAY, 0, 0, &[last, error].map(u32::to_be_bytes).concat());
        match next.expect("a response") {
            Frames::Answer(json) => {
                // The first entry of the static table with a status of 200.
                stream.write_all(&frame(HEADERS, END_HEADERS, id, &[0x88])).await?;
                stream.write_all(&frame(DATA, END_STREAM, id, json.as_bytes())).await?;
            }
            Frames::RefusedStream => stream.write_all(&frame(RST_STREAM, 0, id, &7_u32.to_be_bytes())).await?,
            Frames::RefusedAfterHead => {
                stream.write_all(&frame(HEADERS, END_HEADERS, id, &[0x88])).await?;
                stream.write_all(&frame(RST_STREAM, 0, id, &7_u32.to_be_bytes())).await?;
            }
            Frames::GoAway => {
                stream.write_all(&go_away(0, 0)).await?;
                return stream.shutdown().await;
            }
            Frames::GoAwayIncluding => {
                stream.write_all(&go_away(id, 2)).await?;
                return stream.shutdown().await;
            }
        }
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a length").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}
