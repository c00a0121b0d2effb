//! HTTP/1.1 by hand: requests as they came, responses byte for byte.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

use super::received::Tape;

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
        headers
            .find(|(sent, _)| sent.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The request on one line, as snapshots show it.
    pub fn line(&self) -> String {
        let target = self.target.replacen("/api/svc/v1", "", 1);
        let body = String::from_utf8_lossy(&self.body);
        format!("{} {target} {body}", self.method).trim_end().to_owned()
    }

    fn parse(head: &str) -> Option<Self> {
        let mut lines = head.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        Some(Self {
            method,
            target,
            headers,
            body: Vec::new(),
        })
    }

    /// Reads and records the next request; `None` if the connection ends before it is complete.
    pub(super) async fn read(from: &mut (impl AsyncRead + Unpin), tape: &Tape) -> io::Result<Option<Self>> {
        let Some(head) = read_until(from, tape, b"\r\n\r\n").await? else {
            return Ok(None);
        };
        let Some(mut request) = Self::parse(&String::from_utf8_lossy(&head)) else {
            return Ok(None);
        };
        if let Some(length) = request.header("content-length") {
            let mut body = vec![0; length.parse().unwrap_or(0)];
            let mut filled = 0;
            while filled < body.len() {
                let count = from.read(&mut body[filled..]).await?;
                if count == 0 {
                    return Ok(None);
                }
                tape.received(&body[filled..filled + count]);
                filled += count;
            }
            request.body = body;
        } else if request.header("transfer-encoding").is_some() {
            match read_until(from, tape, b"0\r\n\r\n").await? {
                Some(body) => request.body = body,
                None => return Ok(None),
            }
        }
        tape.request(request.clone());
        Ok(Some(request))
    }
}

/// Reads to the end of `mark` and no byte further.
async fn read_until(from: &mut (impl AsyncRead + Unpin), tape: &Tape, mark: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(mark) {
        let mut byte = [0];
        if from.read(&mut byte).await? == 0 {
            return Ok(None);
        }
        tape.received(&byte);
        bytes.push(byte[0]);
    }
    Ok(Some(bytes))
}

/// A status line and only these headers.
pub fn http_head(status: u16, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head += "\r\n";
    head.into_bytes()
}

/// A complete response, with `Content-Length` unless the headers already describe the length.
pub fn http_response(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len().to_string();
    let mut headers = headers.to_vec();
    let framed = headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("transfer-encoding"));
    if !framed && status >= 200 && status != 204 && status != 304 {
        headers.push(("Content-Length", &length));
    }
    [http_head(status, &headers).as_slice(), body].concat()
}

/// A complete response with JSON.
pub fn json_response(status: u16, body: impl AsRef<[u8]>) -> Vec<u8> {
    http_response(status, &[("Content-Type", "application/json")], body)
}

/// A complete response in chunks.
pub fn chunked_response(status: u16, headers: &[(&str, &str)], chunks: &[&str]) -> Vec<u8> {
    let mut body = String::new();
    for chunk in chunks {
        let size = format!("{:x}", chunk.len());
        body.extend([&size, "\r\n", chunk, "\r\n"]);
    }
    body += "0\r\n\r\n";
    let chunked = [("Transfer-Encoding", "chunked")];
    http_response(status, &[headers, &chunked].concat(), body)
}

/// The reason phrases that the tests depend on.
fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        200 => "OK",
        201 => "Created",
        407 => "Proxy Authentication Required",
        502 => "Bad Gateway",
        _ => "Status",
    }
}
