//! A listener on a free port of loopback.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::LazyLock;
use std::thread;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Handle};
use tokio::task::{AbortHandle, JoinSet};

use super::received::Received;

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
    pub fn serve<F>(serve: impl Fn(TcpStream, Received) -> F + Send + 'static) -> Self
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
                record.add_connection();
                connections.spawn(serve(stream, record.clone()));
            }
        });
        Self { address, received, serving: serving.abort_handle() }
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
    let (_, address) = url.split_once("://").expect("a URL");
    address.replace("localhost", "127.0.0.1").parse().expect("an address")
}
