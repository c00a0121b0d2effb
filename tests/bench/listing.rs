//! A platform that only lists, and answers as fast as memory can be copied: what is measured is the client.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// A server on loopback, for as long as the program runs.
pub struct Listing {
    port: u16,
}

impl Listing {
    /// Serves so many tokens, each request after `latency`.
    pub fn serve(tokens: usize, latency: Duration) -> Self {
        let items: Arc<Vec<String>> = Arc::new((0..tokens).map(item).collect());
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let port = listener.local_addr().expect("a listener has an address").port();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let items = items.clone();
                thread::spawn(move || answer(&stream, &items, latency));
            }
        });
        Self { port }
    }

    /// The base URL.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// A token with all the fields that the platform sends.
fn item(number: usize) -> String {
    format!(
        r#"{{"id":"cm3k1x9qf{number:07}","type":"pat","tenantName":"acme","manifest":{{"name":"token-{number}","type":"virtual-account","expiration_date":"2099-07-15T00:00:00.000Z","ownedBy":{{"account":"acme","team":"platform"}},"token_type":"opaque"}},"jwtId":"jwt-{number}","jwts":[{{"id":"jwt-{number}","subjectType":"serviceaccount","subjectId":"sa-1","expiry":"2099-07-15T00:00:00.000Z","tokenType":"opaque","createdAt":"2026-01-15T09:30:00.000Z","updatedAt":"2026-01-15T09:30:00.000Z"}}],"createdBySubject":{{"subjectId":"user-1","subjectType":"user","subjectSlug":"ada@acme.test"}},"createdAt":"2026-01-15T09:30:00.000Z","updatedAt":"2026-01-15T09:30:00.000Z","lastAccessedAt":"2026-06-30T18:04:11.000Z","isExpired":false,"accountId":"acct-1","metadata":{{}},"roleIds":[],"rolesWithResource":[],"createdBy":"ada@acme.test"}}"#
    )
}

/// Answers requests on a connection until it closes.
fn answer(stream: &TcpStream, items: &[String], latency: Duration) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut lines = BufReader::new(stream).lines();
    loop {
        let target = lines.next()?.ok()?;
        while !lines.next()?.ok()?.is_empty() {}
        thread::sleep(latency);
        let offset = parameter(&target, "offset=").min(items.len());
        let end = (offset + parameter(&target, "limit=")).min(items.len());
        let mut body = String::from(r#"{"data":["#);
        body.push_str(&items[offset..end].join(","));
        write!(
            body,
            r#"],"pagination":{{"total":{},"offset":{offset},"limit":{}}}}}"#,
            items.len(),
            end - offset
        )
        .ok()?;
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = stream;
        stream.write_all((head + &body).as_bytes()).ok()?;
    }
}

fn parameter(target: &str, name: &str) -> usize {
    let text = target.split_once(name).map_or("", |(_, rest)| rest);
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .map_or(text, |end| &text[..end]);
    digits.parse().unwrap_or(0)
}
