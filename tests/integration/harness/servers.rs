//! Servers misbehave as they are told to.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::support::servers::{Gate, NobodyThere, RawServer, Script, chunked_response, http_response};

const REQUEST: &[u8] = b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody";

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Sends a request and reads to the end of the connection.
fn ask(server: &RawServer) -> std::io::Result<String> {
    let mut stream = connect(server.address());
    stream.write_all(REQUEST)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn a_request_is_recorded_whole() {
    let server = RawServer::answering(vec![Script::close()]);
    ask(&server).unwrap();
    let [request] = &server.seen().requests()[..] else {
        panic!("one request");
    };
    assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/x"));
    assert_eq!(request.header("HOST"), Some("h"));
    assert_eq!(request.body, b"body");
    assert_eq!(server.seen().bytes(), REQUEST);
    assert_eq!(server.seen().connections(), 1);
}

#[test]
fn scripts_follow_each_other_on_one_connection_and_the_last_repeats() {
    let answer = |text: &str| Script::Answer(http_response(200, &[], text));
    let server = RawServer::answering(vec![answer("one"), answer("two")]);
    let mut stream = connect(server.address());
    for expected in ["one", "two", "two"] {
        stream.write_all(REQUEST).unwrap();
        let whole = http_response(200, &[], expected);
        let mut answer = vec![0; whole.len()];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(answer, whole);
    }
    assert_eq!(server.seen().connections(), 1);
}

#[test]
fn answers_come_as_scripted() {
    let answer = http_response(200, &[], "slow");
    let drip = Script::drip(&answer, Duration::from_millis(1));
    let chunked = chunked_response(200, &[("Connection", "close")], &["a", "bc"]);
    let server = RawServer::answering(vec![
        Script::close(),
        Script::CutShort(b"SSH-2.0-x\r\n".to_vec()),
        Script::Answer(chunked),
        drip,
    ]);
    assert_eq!(ask(&server).unwrap(), "");
    assert_eq!(ask(&server).unwrap(), "SSH-2.0-x\r\n");
    assert!(ask(&server).unwrap().ends_with("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"));
    let mut stream = connect(server.address());
    stream.write_all(REQUEST).unwrap();
    let mut slow = vec![0; answer.len()];
    stream.read_exact(&mut slow).unwrap();
    assert_eq!(slow, answer);
}

#[test]
fn a_connection_is_closed_unread_or_reset() {
    let server = RawServer::answering(vec![Script::CloseUnread, Script::reset()]);
    let mut stream = connect(server.address());
    let gone = stream.read(&mut [0; 1]);
    assert!(matches!(gone, Ok(0)), "{gone:?}");
    assert_eq!(ask(&server).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(server.seen().requests().len(), 1);
}

#[test]
fn an_endless_body_goes_on_until_nobody_reads() {
    let server = RawServer::answering(vec![Script::endless_json()]);
    let mut stream = connect(server.address());
    stream.write_all(REQUEST).unwrap();
    let mut much = vec![0; 4 << 20];
    stream.read_exact(&mut much).unwrap();
    // The last piece may have been read before it was counted.
    assert!(server.seen().sent() >= 3 << 20);
}

#[test]
fn answers_behind_a_gate_come_when_they_are_let_through() {
    let gate = Gate::closed();
    let answer = http_response(200, &[("Connection", "close")], "at last");
    let server = RawServer::answering(vec![Script::Behind(gate.clone(), answer)]);
    let streams = [(); 2].map(|()| {
        let mut stream = connect(server.address());
        stream.write_all(REQUEST).unwrap();
        stream
    });
    server.seen().wait_for_requests(2);
    assert_eq!(server.seen().sent(), 0);
    gate.let_through(2);
    for mut stream in streams {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.ends_with("at last"));
    }
}

#[test]
fn a_silent_server_ends_when_it_is_dropped() {
    let server = RawServer::answering(vec![Script::Silence]);
    let mut stream = connect(server.address());
    stream.write_all(REQUEST).unwrap();
    server.seen().wait_for_requests(1);
    drop(server);
    assert!(stream.read(&mut [0; 1]).is_ok_and(|count| count == 0));
}

#[test]
fn where_nobody_is_connections_are_refused() {
    let nobody = NobodyThere::new();
    let address = nobody.url().replace("http://", "");
    let refused = TcpStream::connect(address).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}
