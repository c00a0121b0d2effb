//! A server that follows scripts.

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};

use super::http::Request;
use super::listener::Listener;
use super::received::Received;
use super::script::Script;

/// A plain HTTP server whose responses are given byte for byte. Clones are the same server.
#[derive(Clone)]
pub struct RawServer(Arc<Listener>);

impl RawServer {
    /// Uses one script for each request, across connections, and the last one for all further requests.
    pub fn answering(mut scripts: Vec<Script>) -> Self {
        scripts.reverse();
        let scripts = Arc::new(Mutex::new(scripts));
        Self(Arc::new(Listener::serve(move |stream, received| serve(Arc::clone(&scripts), stream, received))))
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    pub fn received(&self) -> &Received {
        &self.0.received
    }
}

async fn serve(scripts: Arc<Mutex<Vec<Script>>>, stream: TcpStream, received: Received) -> io::Result<()> {
    let next = |accepts: fn(&Script) -> bool| {
        let mut scripts = scripts.lock().expect("scripts");
        let script = scripts.last().cloned().filter(accepts)?;
        if scripts.len() > 1 {
            scripts.pop();
        }
        Some(script)
    };
    if next(|script| matches!(script, Script::CloseUnread)).is_some() {
        return Ok(());
    }
    let mut stream = BufReader::new(received.recording(stream));
    while let Some(request) = Request::read(&mut stream).await?
        && let Some(script) = next(|_| true)
    {
        received.add_request(request);
        let played = script.play(&mut stream, &received).await;
        if played.is_err() {
            // Closing the connection resets it.
            stream.get_ref().get_ref().set_zero_linger()?;
        }
        if !played? {
            break;
        }
    }
    stream.shutdown().await
}

/// A port of loopback that refuses connections, reserved until it is dropped.
pub struct ClosedPort(TcpSocket);

impl ClosedPort {
    pub fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).expect("a port");
        Self(socket)
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().expect("an address"))
    }
}
