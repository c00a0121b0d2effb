//! A listener on a free port of loopback, and the relay of bytes between two connections.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use super::received::{Received, Tape};

/// The limit for one connection.
const LIMIT: Duration = Duration::from_mins(1);

/// A listener; its connections are closed when it is dropped.
pub struct Loopback {
    address: SocketAddr,
    received: Received,
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
        let received = Received::default();

        let record = received.clone();
        let serve_all = async move {
            let listener = TcpListener::from_std(listener).expect("a listener");
            let serve = Arc::new(serve);
            while let Ok((stream, _)) = listener.accept().await {
                let (serve, tape) = (Arc::clone(&serve), record.open());
                // An error is ignored here, because the client that the test is about sees it as well.
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
            received,
            _serving: serving,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn received(&self) -> &Received {
        &self.received
    }
}

/// The address of a server on loopback by its URL.
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

/// Relays bytes in both directions until both sides have ended or one has failed; records those of the client.
pub async fn relay<C, U>(client: &mut C, upstream: &mut U, tape: &Tape) -> io::Result<()>
where
    C: AsyncRead + AsyncWrite + Unpin,
    U: AsyncRead + AsyncWrite + Unpin,
{
    let (mut from_client, mut to_client) = split(client);
    let (mut from_upstream, mut to_upstream) = split(upstream);
    let up = pass_on(&mut from_client, &mut to_upstream, |bytes| {
        tape.received(bytes);
    });
    let down = pass_on(&mut from_upstream, &mut to_client, |bytes| {
        tape.sent(bytes.len());
    });
    tokio::try_join!(up, down)?;
    Ok(())
}

async fn pass_on(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    record: impl Fn(&[u8]),
) -> io::Result<()> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return to.shutdown().await;
        }
        record(&buffer[..count]);
        to.write_all(&buffer[..count]).await?;
        to.flush().await?;
    }
}
