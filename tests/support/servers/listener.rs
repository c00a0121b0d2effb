//! A listener on a free port of loopback, and the relay of bytes between two connections.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, LazyLock};
use std::thread;

use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Handle};
use tokio::task::{AbortHandle, JoinSet};
use tokio_util::io::InspectReader;

use super::received::{Received, Tape};

/// Runs all servers of the tests, on a thread of its own.
static RUNTIME: LazyLock<Handle> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let handle = runtime.handle().clone();
    thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
    handle
});

/// A listener; its connections are closed when it is dropped.
pub struct Listener {
    pub address: SocketAddr,
    pub received: Received,
    serving: AbortHandle,
}

impl Listener {
    /// Serves each connection with `serve`. Errors are ignored, because the client that the test is about sees them as well.
    pub fn serve<F>(serve: impl Fn(TcpStream, Tape) -> F + Send + 'static) -> Self
    where
        F: Future<Output = io::Result<()>> + Send + 'static,
    {
        let listener = RUNTIME.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).expect("a port");
        let address = listener.local_addr().expect("an address");
        let received = Received::default();
        let record = received.clone();
        let serving = RUNTIME.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).ok();
                connections.spawn(serve(stream, record.open()));
            }
        });
        let serving = serving.abort_handle();
        Self { address, received, serving }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The address of a server on loopback by its URL.
#[track_caller]
pub fn address_of(url: &str) -> SocketAddr {
    let url = url::Url::parse(url).expect("a URL");
    let host = url.host_str().unwrap_or_default().replace("localhost", "127.0.0.1");
    let host = host.trim_matches(['[', ']']).parse().expect("an address");
    SocketAddr::new(host, url.port_or_known_default().expect("a port"))
}

/// Relays bytes in both directions until both sides have ended or one has failed; records those of the server behind.
pub async fn relay<C, U>(client: &mut C, upstream: &mut U, tape: &Tape) -> io::Result<()>
where
    C: AsyncRead + AsyncWrite + Unpin,
    U: AsyncRead + AsyncWrite + Unpin,
{
    let mut upstream = InspectReader::new(upstream, |bytes: &[u8]| tape.sent(bytes.len()));
    copy_bidirectional(client, &mut upstream).await?;
    Ok(())
}
