//! Ctrl-C, Ctrl-\, Ctrl-Z and `fg` at a terminal.

use rustix::process::Signal;

use super::script;
use crate::support::{CTRL_C, CTRL_Z, FakeServer, Session, Terminal};

/// Starts a script and waits until it has printed `ready`.
fn start_when_ready(server: &FakeServer, code: &str) -> Session {
    let session = Terminal::size(80, 24).run(&script(server, "", code));
    session.wait_for("ready");
    session
}

#[test]
fn ctrl_c_ends_command_and_deletes_token() {
    for (key, code) in [(CTRL_C, 130), ("\x1c", 131)] {
        let server = FakeServer::start();
        let session = start_when_ready(&server, "echo ready; exec sleep 300");
        session.send(key);
        let finished = session.finish().exits(code);
        assert_eq!(finished.exit, code.to_string());
        assert_eq!((finished.terminal.as_str(), server.names().as_str()), ("", ""));
    }
}

#[test]
fn ctrl_c_reaches_command_once() {
    let server = FakeServer::start();
    let code = "trap 'n=$((n + 1)); echo count=$n' INT; echo ready; until read line; do :; done; exit 7";
    let session = start_when_ready(&server, code);
    for count in [1, 2, 3] {
        session.send(CTRL_C).wait_for(&format!("count={count}"));
    }
    session.send("x\r");
    let finished = session.finish().exits(7);
    assert!(!finished.screen.contains("count=4"), "{}", finished.screen);
    assert_eq!(server.names(), "");
}

#[test]
fn ctrl_z_stops_both_until_fg() {
    let server = FakeServer::start();
    let session = start_when_ready(&server, "echo ready; read line; echo \"got $line\"; read line; exit 7");
    for line in ["one", "two"] {
        session.send(CTRL_Z);
        session.wait_until_stopped();
        session.resume().send(format!("{line}\r"));
        if line == "one" {
            session.wait_for("got one");
        }
    }
    assert_eq!(session.finish().exits(7).terminal, "");
    assert_eq!(server.names(), "");
}

/// An editor stops its whole process group when it handles Ctrl-Z, and must not be stopped again after `fg`.
#[test]
fn command_that_stops_its_group_continues() {
    let server = FakeServer::start();
    let program = script(&server, "", "sh -c 'kill -TSTP 0'; echo ready; read line; exit 7");
    let session = Terminal::size(80, 24).run(&program);
    session.wait_until_stopped();
    session.resume().wait_for("ready").send("x\r");
    session.finish().exits(7);
}

#[test]
fn command_may_ignore_ctrl_z() {
    let server = FakeServer::start();
    let session = start_when_ready(&server, "trap '' TSTP; echo ready; read line; exit 7");
    session.send(CTRL_Z).send("x\r");
    session.finish().exits(7);
}

#[test]
fn hang_up_ends_command_and_deletes_token() {
    let server = FakeServer::start();
    // The process group gets no signal, only this program, as from a shell that ends.
    let session = start_when_ready(&server, "echo ready; exec sleep 300");
    session.hang_up().exits(129);
    assert_eq!(server.names(), "");
}

#[test]
fn stopped_group_is_continued_by_shell() {
    let server = FakeServer::start();
    let session = start_when_ready(&server, "echo ready; read line; exit 7");
    session.signal(Signal::TSTP);
    session.wait_until_stopped();
    session.resume().send("x\r");
    session.finish().exits(7);
}
