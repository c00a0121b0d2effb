//! Ctrl-Z and `fg` at a question and at the picker.

use rustix::process::Signal;

use super::{PICKER, QUESTION};
use crate::support::{CTRL_Z, DOWN, ENTER, FakeServer, Terminal};

#[test]
fn question_continues_after_ctrl_z() {
    let server = FakeServer::with(&["laptop"]);
    let session = Terminal::size(100, 24).run(&server.program("delete laptop"));
    session.wait_for(QUESTION).send(CTRL_Z);
    assert_eq!(session.wait_until_stopped(), "");
    session.resume().send("y\r");
    session.finish().exits(0);
    assert_eq!(server.names(), "");
}

#[test]
fn picker_stops_only_by_signal() {
    let server = FakeServer::with(&["laptop", "ci"]);
    let session = Terminal::size(100, 24).run(&server.program("delete --yes"));
    session.wait_for(PICKER).send(CTRL_Z).send(DOWN).wait_for("> [ ] laptop").signal(Signal::TSTP);
    session.wait_until_stopped();
    session.resume().send(" ").wait_for("> [x] laptop").send(ENTER);
    assert_eq!(session.finish().exits(0).terminal, "");
    assert_eq!(server.names(), "ci");
}
