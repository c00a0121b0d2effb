//! Sets up reqwest.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use reqwest::{Client, redirect};
use rustls::ClientConfig;

use crate::error::{Failure, Kind};

/// Time limit for making a connection. With a shorter `--timeout`, it is one second longer than that.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Maximum idle time of a connection that is used again.
const IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// Maximum number of header lines in a response.
const MAX_HEADERS: usize = 1000;

/// Maximum size of the headers of an HTTP/2 response, in bytes.
const MAX_HEADERS_SIZE: u32 = 256 * 1024;

/// Number of bytes of an HTTP/2 response that the server may send before they are read.
const STREAM_WINDOW: u32 = 1024 * 1024;

/// The same number for all responses of a connection. It lets a response continue while 15 others wait, each with a full window.
const CONNECTION_WINDOW: u32 = 17 * STREAM_WINDOW;

/// Returns a client without connections. `timeout` is `--timeout`.
pub fn new(tls: ClientConfig, timeout: Duration, uses_proxy: bool) -> Result<Client, Failure> {
    // The limit is divided among the addresses of the server. If it were the same as `timeout`, the error message would be random.
    let connect_timeout = if timeout > CONNECT_TIMEOUT { CONNECT_TIMEOUT } else { timeout + Duration::from_secs(1) };
    let mut builder = Client::builder()
        .connect_timeout(connect_timeout)
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .pool_idle_timeout(IDLE_TIMEOUT)
        // A malformed header line must not lose the value of a new token.
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_max_headers(MAX_HEADERS)
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW)
        .http2_max_header_list_size(MAX_HEADERS_SIZE)
        // The name must not lead to another machine, because it may be used without TLS.
        .resolve_to_addrs("localhost", &[(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()])
        .user_agent(concat!("tfy-tokens/", env!("CARGO_PKG_VERSION")));
    if !uses_proxy {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| Failure::new(Kind::Failed, "cannot set up the HTTP client").caused_by(error))
}
