//! The proxy passes on what it should, and nothing else.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::tls;
use crate::support::servers::{Authority, Proxy, RawServer, Script, TlsServer, http_response};

fn connect(proxy: &Proxy) -> TcpStream {
    let stream = TcpStream::connect(proxy.url().replace("http://", "")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Asks the proxy for a tunnel; answers with it and the first line of the answer.
fn tunnel(proxy: &Proxy, headers: &str) -> (TcpStream, String) {
    let mut stream = connect(proxy);
    write!(stream, "CONNECT platform.test:443 HTTP/1.1\r\n{headers}\r\n").unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    (stream, head.lines().next().unwrap().to_owned())
}

fn hello() -> Vec<Script> {
    vec![Script::Answer(http_response(200, &[], "hello"))]
}

#[test]
fn a_name_that_does_not_exist_is_reached_through_a_tunnel() {
    let authority = Authority::new();
    let server = TlsServer::answering(authority.identity(), hello());
    let proxy = Proxy::open().reach("platform.test", &server.url());
    let (stream, status) = tunnel(&proxy, "X-Seen: yes\r\n");
    assert_eq!(status, "HTTP/1.1 200 OK");
    assert!(tls::ask(stream, authority.certificate()).unwrap().ends_with("hello"));
    let request = &proxy.seen().requests()[0];
    assert_eq!(request.target, "platform.test:443");
    assert_eq!(request.header("x-seen"), Some("yes"));
    assert!(!proxy.seen().contains("/key"));
}

#[test]
fn a_plain_request_is_passed_on_without_what_is_the_proxys() {
    let server = RawServer::answering(hello());
    let proxy = Proxy::open().reach("platform.test", &server.url());
    let mut stream = connect(&proxy);
    let request = "GET http://platform.test/a?b HTTP/1.1\r\nProxy-Authorization: x\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("hello"));
    let request = &server.seen().requests()[0];
    assert_eq!(request.target, "/a?b");
    assert_eq!(request.header("proxy-authorization"), None);
}

#[test]
fn a_password_is_asked_for() {
    let server = RawServer::answering(hello());
    let proxy = Proxy::behind_password("ada", "pass").reach("platform.test", &server.url());
    let (_, status) = tunnel(&proxy, "");
    assert_eq!(status, "HTTP/1.1 407 Proxy Authentication Required");
    let (_, status) = tunnel(&proxy, "Proxy-Authorization: Basic YWRhOnBhc3M=\r\n");
    assert_eq!(status, "HTTP/1.1 200 OK");
}

#[test]
fn no_server_beyond_loopback_is_reached() {
    let (_, status) = tunnel(&Proxy::open(), "");
    assert_eq!(status, "HTTP/1.1 502 Bad Gateway");
    let (_, status) = tunnel(&Proxy::refusing(407), "");
    assert_eq!(status, "HTTP/1.1 407 Proxy Authentication Required");
}

#[tokio::test]
async fn a_real_client_speaks_http2_through_the_proxy_to_a_server_behind_tls() {
    let authority = Authority::new();
    let plain = wiremock::MockServer::start().await;
    let server = TlsServer::in_front_of_http2(authority.identity(), &plain.uri());
    let proxy = Proxy::behind_password("ada", "pass").reach("localhost", &server.url());
    let mut tls = tls::trusting(authority.certificate());
    tls.alpn_protocols = vec![b"h2".to_vec()];
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .proxy(reqwest::Proxy::all(proxy.url_with("ada", "pass")).unwrap())
        .build()
        .unwrap();
    let answer = client.get(server.url()).send().await.unwrap();
    assert_eq!(answer.status(), 404, "what the server says without a mock");
    assert_eq!(answer.version(), reqwest::Version::HTTP_2);
    assert_eq!(proxy.seen().requests()[0].method, "CONNECT");
}
