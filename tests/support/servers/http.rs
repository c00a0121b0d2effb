//! HTTP/1.1 by hand: requests as they came, responses byte for byte.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// The second word of the first line: a path, a URL, or host and port.
    pub target: String,
    /// The text before the body.
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

impl Request {
    /// The value of the first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(':'));
        headers.find(|(sent, _)| sent.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The request on one line, as snapshots show it.
    pub fn line(&self) -> String {
        let target = self.target.replacen("/api/svc/v1", "", 1);
        let body = String::from_utf8_lossy(&self.body);
        format!("{} {target} {body}", self.method).trim_end().to_owned()
    }

    /// A request that is only counted.
    pub(super) fn unnamed() -> Self {
        Self { method: String::new(), target: String::new(), head: String::new(), body: Vec::new() }
    }

    /// Reads the next request; `None` if the connection ends before it is complete.
    pub(super) async fn read(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Self>> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") && from.read_until(b'\n', &mut head).await? > 0 {}
        let text = String::from_utf8_lossy(&head).into_owned();
        let mut words = text.lines().next().unwrap_or_default().split(' ').map(str::to_owned);
        let (Some(method), Some(target), true) = (words.next(), words.next(), text.ends_with("\r\n\r\n")) else {
            return Ok(None);
        };
        let mut request = Self { method, target, head: text, body: Vec::new() };
        let length = request.header("content-length").map_or(0, |length| length.parse().expect("a length"));
        request.body = vec![0; length];
        from.read_exact(&mut request.body).await?;
        Ok(Some(request))
    }
}

/// A status line and only these headers.
pub fn http_head(status: u16, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} Status\r\n");
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    (head + "\r\n").into_bytes()
}

/// A complete response, with `Content-Length` unless it has chunks.
pub fn http_response(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len().to_string();
    let mut headers = headers.to_vec();
    if headers.iter().all(|&(name, _)| name != "Transfer-Encoding") {
        headers.push(("Content-Length", &length));
    }
    [http_head(status, &headers).as_slice(), body].concat()
}

pub fn json_response(status: u16, body: impl AsRef<[u8]>) -> Vec<u8> {
    http_response(status, &[("Content-Type", "application/json")], body)
}
