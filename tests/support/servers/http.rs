//! HTTP/1.1 by hand: requests as they came, responses byte for byte.

use std::io;

use reqwest::StatusCode;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// A request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `CONNECT` …
    pub method: String,
    /// The second word of the first line: a path, a URL, or host and port.
    pub target: String,
    /// Names as they were sent, in order.
    pub headers: Vec<(String, String)>,
    /// The body as it was sent, perhaps in chunks.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of the first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(sent, _)| sent.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// The request on one line, as snapshots show it.
    pub fn line(&self) -> String {
        let target = self.target.replacen("/api/svc/v1", "", 1);
        let body = String::from_utf8_lossy(&self.body);
        format!("{} {target} {body}", self.method).trim_end().to_owned()
    }

    /// Reads the next request; `None` if the connection ends before it is complete.
    pub(super) async fn read(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Self>> {
        let head = read_until(from, "\r\n\r\n").await?;
        let Some(mut request) = Self::parse(&String::from_utf8_lossy(&head)) else {
            return Ok(None);
        };
        if let Some(length) = request.header("content-length") {
            request.body = vec![0; length.parse().unwrap_or(0)];
            from.read_exact(&mut request.body).await?;
        } else if request.header("transfer-encoding").is_some() {
            request.body = read_until(from, "0\r\n\r\n").await?;
        }
        Ok(Some(request))
    }

    fn parse(head: &str) -> Option<Self> {
        let mut lines = head.strip_suffix("\r\n\r\n")?.split("\r\n");
        let mut words = lines.next()?.split(' ').map(str::to_owned);
        let headers = lines.filter_map(|line| line.split_once(':'));
        Some(Self {
            method: words.next()?,
            target: words.next()?,
            headers: headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect(),
            body: Vec::new(),
        })
    }
}

/// Reads lines to the one that ends with `mark`, or to the end of the connection.
async fn read_until(from: &mut (impl AsyncBufRead + Unpin), mark: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(mark.as_bytes()) && from.read_until(b'\n', &mut bytes).await? > 0 {}
    Ok(bytes)
}

/// A status line and only these headers.
pub fn http_head(status: u16, headers: &[(&str, &str)]) -> Vec<u8> {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let mut head = format!("HTTP/1.1 {status} {}\r\n", reason.unwrap_or("Status"));
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    (head + "\r\n").into_bytes()
}

/// A complete response, with `Content-Length` unless the headers already describe the length.
pub fn http_response(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len().to_string();
    let mut headers = headers.to_vec();
    let framing = ["content-length", "transfer-encoding"];
    let framed = headers.iter().any(|(name, _)| framing.contains(&name.to_ascii_lowercase().as_str()));
    if !framed && status >= 200 && status != 204 && status != 304 {
        headers.push(("Content-Length", &length));
    }
    [http_head(status, &headers).as_slice(), body].concat()
}

pub fn json_response(status: u16, body: impl AsRef<[u8]>) -> Vec<u8> {
    http_response(status, &[("Content-Type", "application/json")], body)
}

pub fn chunked_response(status: u16, headers: &[(&str, &str)], chunks: &[&str]) -> Vec<u8> {
    let chunk = |chunk: &&str| format!("{:x}\r\n{chunk}\r\n", chunk.len());
    let body: String = chunks.iter().chain([&""]).map(chunk).collect();
    let chunked = [("Transfer-Encoding", "chunked")];
    http_response(status, &[headers, &chunked].concat(), body)
}
