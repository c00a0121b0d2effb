//! Request bodies that record whether they were sent, and response bodies with a size limit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use serde::de::IgnoredAny;
use tokio::sync::Mutex;

use super::wire::Fields;
use crate::untrusted::remove_byte_order_mark;

/// Maximum size of a response, decompressed, in bytes.
const MAX_RESPONSE_SIZE: usize = 32 * 1024 * 1024;

/// Maximum size of a response that is read at the same time as others, in bytes. A page of 1000 tokens is smaller.
const SMALL_RESPONSE_SIZE: usize = 2 * 1024 * 1024;

/// Maximum size of a body that is searched for a status, in bytes.
const MAX_ERROR_SIZE: usize = 16 * 1024;

/// A flag that another part of the program sets, such as the one that sends a body. Clones share the flag.
#[derive(Debug, Clone, Default)]
pub struct Flag(Arc<AtomicBool>);

impl Flag {
    pub fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub fn set(&self, is_set: bool) {
        self.0.store(is_set, Ordering::Relaxed);
    }
}

/// A request body that sets `sent`. hyper polls it only after it has made a connection, so a body that was never polled was not
/// sent.
pub fn tracked(bytes: Bytes, sent: Flag) -> reqwest::Body {
    reqwest::Body::wrap(Full::new(bytes).map_frame(move |frame| {
        sent.set(true);
        frame
    }))
}

/// Reads the body of a response, without the byte order mark that it may begin with. Returns `None` if it is larger than
/// [`MAX_RESPONSE_SIZE`]. Bodies larger than [`SMALL_RESPONSE_SIZE`] wait for `large`, so that only one of them is in memory.
pub async fn read(mut response: reqwest::Response, large: &Mutex<()>) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    if announced > MAX_RESPONSE_SIZE {
        return Ok(None);
    }
    let mut body = Vec::with_capacity(announced.min(SMALL_RESPONSE_SIZE));
    let mut guard = None;
    loop {
        let chunk = match response.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break,
            // Some servers close the connection without ending the response as HTTP and TLS require.
            Err(_) if is_complete(&body) => break,
            Err(error) => return Err(error),
        };
        let length = body.len() + chunk.len();
        if length > MAX_RESPONSE_SIZE {
            return Ok(None);
        }
        if length > SMALL_RESPONSE_SIZE && guard.is_none() {
            guard = Some(large.lock().await);
            // A buffer that grows is in memory twice.
            body.reserve_exact(MAX_RESPONSE_SIZE - body.len());
        }
        body.extend_from_slice(&chunk);
    }
    remove_byte_order_mark(&mut body);
    Ok(Some(body))
}

/// Returns `true` if the text is a JSON object, whose end is its closing brace.
fn is_complete(body: &[u8]) -> bool {
    body.trim_ascii_end().ends_with(b"}") && serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

/// Returns the status in the JSON of an error. Some gateways send errors with the status 200.
pub fn status_in(body: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(body).ok().filter(|text| text.len() <= MAX_ERROR_SIZE)?;
    let fields = Fields::parse(text)?;
    let status = ["statusCode", "status", "code"]
        .into_iter()
        .find_map(|name| fields.get::<u16>(name).or_else(|| fields.get::<String>(name)?.parse().ok()));
    status.filter(|status| (400..=599).contains(status))
}
