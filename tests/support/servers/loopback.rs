//! A listener on a free port of loopback, served until it is dropped.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use super::seen::{Seen, Tape};

/// How long a connection may last.
const LIMIT: Duration = Duration::from_mins(1);

/// A listener; its connections end when it is dropped.
pub struct Loopback {
    address: SocketAddr,
    seen: Seen,
    /// Ends the serving when it is dropped.
    _serving: oneshot::Sender<()>,
}

impl Loopback {
    /// Serves each connection with `serve`, on a thread of its own.
    pub fn serve<S, F>(serve: S) -> Self
    where
        S: Fn(TcpStream, Tape) -> F + Send + Sync + 'static,
        F: Future<Output = io::Result<()>> + Send + 'static,
    {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let address = listener.local_addr().expect("an address");
        let seen = Seen::default();

        let record = seen.clone();
        let serve_all = async move {
            let listener = TcpListener::from_std(listener).expect("a listener");
            let serve = Arc::new(serve);
            while let Ok((stream, _)) = listener.accept().await {
                let (serve, tape) = (Arc::clone(&serve), record.open());
                // What goes wrong with a connection is what the test is about, and its peer sees it.
                tokio::spawn(async move {
                    stream.set_nodelay(true).ok();
                    tokio::time::timeout(LIMIT, serve(stream, tape)).await.ok();
                });
            }
        };
        let (serving, over) = oneshot::channel();
        thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = serve_all => {}
                    _ = over => {}
                }
            });
            runtime.shutdown_background();
        });
        Self {
            address,
            seen,
            _serving: serving,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it received.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }
}

/// The address that a URL of a server on loopback leads to.
#[track_caller]
pub fn address_of(url: &str) -> SocketAddr {
    let parsed = url::Url::parse(url).expect("a URL");
    let host = match parsed.host() {
        Some(url::Host::Ipv4(address)) => address.into(),
        Some(url::Host::Ipv6(address)) => address.into(),
        Some(url::Host::Domain("localhost")) => Ipv4Addr::LOCALHOST.into(),
        other => panic!("{other:?} in {url} is not loopback"),
    };
    SocketAddr::new(host, parsed.port_or_known_default().expect("a port"))
}
