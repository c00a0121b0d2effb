//! A server that does exactly what its scripts say.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

use super::http::Request;
use super::loopback::Loopback;
use super::script::Script;
use super::seen::{Seen, Tape};

/// A server of plain HTTP whose answers are given byte for byte.
pub struct RawServer {
    loopback: Loopback,
}

impl RawServer {
    /// Plays the first script for the first request, the next for the next and the last for all
    /// further ones, across connections.
    pub fn answering(scripts: Vec<Script>) -> Self {
        assert!(!scripts.is_empty(), "a server needs a script");
        let play = Arc::new(Play {
            scripts,
            next: Mutex::new(0),
        });
        let loopback = Loopback::serve(move |stream, tape| {
            let play = Arc::clone(&play);
            async move { play.serve(stream, &tape).await }
        });
        Self { loopback }
    }

    /// Its base URL: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.loopback.address()
    }

    /// What it received.
    pub fn seen(&self) -> &Seen {
        self.loopback.seen()
    }
}

struct Play {
    scripts: Vec<Script>,
    next: Mutex<usize>,
}

impl Play {
    /// The script for the next request, if it is one that `wanted` wants.
    fn take(&self, wanted: impl Fn(&Script) -> bool) -> Option<Script> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let script = &self.scripts[(*next).min(self.scripts.len() - 1)];
        wanted(script).then(|| {
            *next += 1;
            script.clone()
        })
    }

    async fn serve(&self, mut stream: TcpStream, tape: &Tape) -> io::Result<()> {
        let unread = self.take(|script| matches!(script, Script::CloseUnread));
        if unread.is_some() {
            return Ok(());
        }
        while let Some(request) = Request::read(&mut stream, tape).await? {
            let Some(script) = self.take(|_| true) else {
                break;
            };
            match script.play(&mut stream, tape).await {
                Ok(true) if request.header("connection") != Some("close") => {}
                Ok(_) => break,
                Err(error) => {
                    stream.set_zero_linger()?;
                    return Err(error);
                }
            }
        }
        stream.shutdown().await
    }
}

/// A port of loopback at which connections are refused, kept from others until it is dropped.
pub struct NobodyThere {
    socket: TcpSocket,
}

impl NobodyThere {
    /// Takes a free port and does not listen at it.
    pub fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        socket.bind(any).expect("a port");
        Self { socket }
    }

    /// The base URL at which nobody is.
    pub fn url(&self) -> String {
        format!("http://{}", self.socket.local_addr().expect("an address"))
    }
}
