//! A server that only lists tokens. It keeps no tokens in memory: the system adds the memory of this process to the peak of the
//! programs that it starts.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use super::page::{item, page};

/// A server on loopback, for as long as the program runs.
pub struct Listing {
    port: u16,
}

impl Listing {
    /// Serves `tokens` tokens in pages of at most `max_page`, each after `latency`.
    pub fn serve(tokens: usize, max_page: usize, latency: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || answer(&stream, tokens, max_page, latency));
            }
        });
        Self { port }
    }

    /// The base URL.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// Answers requests on a connection until it closes.
fn answer(stream: &TcpStream, tokens: usize, max_page: usize, latency: Duration) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut lines = BufReader::new(stream).lines();
    loop {
        let target = lines.next()?.ok()?;
        while !lines.next()?.ok()?.is_empty() {}
        thread::sleep(latency);
        let offset = parameter(&target, "offset=").min(tokens);
        let end = (offset + parameter(&target, "limit=").min(max_page)).min(tokens);
        let items: Vec<String> = (offset..end).map(item).collect();
        let body = page(&items, offset, tokens);
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        let mut stream = stream;
        stream.write_all((head + &body).as_bytes()).ok()?;
    }
}

fn parameter(target: &str, name: &str) -> usize {
    let text = target.split_once(name).map_or("", |(_, rest)| rest);
    let digits = text.find(|c: char| !c.is_ascii_digit()).map_or(text, |end| &text[..end]);
    digits.parse().unwrap_or(0)
}
