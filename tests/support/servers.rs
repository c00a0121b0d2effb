//! Servers on loopback that behave as no well-behaved platform does.

mod authority;
mod gate;
mod http;
mod loopback;
mod proxy;
mod raw;
mod relay;
mod script;
mod seen;
mod tls;

pub use authority::{Authority, Identity};
pub use gate::Gate;
pub use http::{Request, chunked_response, http_head, http_response, json_response};
pub use proxy::Proxy;
pub use raw::{NobodyThere, RawServer};
pub use script::Script;
pub use seen::Seen;
pub use tls::TlsServer;
