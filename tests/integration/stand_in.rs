//! The stand-in of the platform keeps to the contract, so that the other tests may lean on it.

mod access;
mod faults;
mod listing;
mod managing;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

use crate::support::platform::Platform;

const TOKENS: &str = "/api/svc/v1/personal-access-tokens";
const SESSION: &str = "/api/svc/v1/session";

/// The status and body of an answer; status 0 where the connection was closed without one.
fn ask(platform: &Platform, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
    ask_with(&platform.key(), platform, method, path, body)
}

fn ask_with(key: &str, platform: &Platform, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
    let url = platform.url();
    let host = url.trim_start_matches("http://");
    let body = body.map(Value::to_string).unwrap_or_default();
    let length = body.len();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        return (0, Value::Null);
    };
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_default())
}

fn list(platform: &Platform, query: &str) -> (u16, Value) {
    ask(platform, "GET", &format!("{TOKENS}{query}"), None)
}

fn create(platform: &Platform, body: &Value) -> (u16, Value) {
    ask(platform, "POST", TOKENS, Some(body))
}

fn delete(platform: &Platform, id: &str) -> u16 {
    ask(platform, "DELETE", &format!("{TOKENS}/{id}"), None).0
}

fn names(page: &Value) -> Vec<&str> {
    let items = page["data"].as_array().unwrap().iter();
    items.map(|item| item["manifest"]["name"].as_str().unwrap()).collect()
}
