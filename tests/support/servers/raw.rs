//! A server that follows scripts.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

use super::http::Request;
use super::loopback::Loopback;
use super::received::{Received, Tape};
use super::script::Script;

/// A plain HTTP server whose responses are given byte for byte. Clones are the same server.
#[derive(Clone)]
pub struct RawServer {
    loopback: Arc<Loopback>,
}

impl RawServer {
    /// Uses one script for each request, across connections, and the last one for all further requests.
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
        let loopback = Arc::new(loopback);
        Self { loopback }
    }

    /// Its base URL: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    pub fn address(&self) -> SocketAddr {
        self.loopback.address()
    }

    pub fn received(&self) -> &Received {
        self.loopback.received()
    }
}

struct Play {
    scripts: Vec<Script>,
    next: Mutex<usize>,
}

impl Play {
    /// The script for the next request, if `wanted` accepts it.
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

/// A port of loopback that refuses connections, reserved until it is dropped.
pub struct ClosedPort {
    socket: TcpSocket,
}

impl ClosedPort {
    /// Reserves a free port without listening.
    pub fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        socket.bind(any).expect("a port");
        Self { socket }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.socket.local_addr().expect("an address"))
    }
}
