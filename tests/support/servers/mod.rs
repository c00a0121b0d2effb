//! Servers on loopback that misbehave in every way, with and without TLS, and a proxy.

mod certificates;
mod http;
mod http2;
mod listener;
mod proxy;
mod raw;
mod received;
mod script;
mod tls;

pub use certificates::{Authority, Identity};
pub use http::{Request, http_head, http_response, json_response};
pub use http2::{Frames, Http2Server};
pub use proxy::Proxy;
pub use raw::{ClosedPort, RawServer};
pub use script::Script;
pub use tls::TlsServer;
