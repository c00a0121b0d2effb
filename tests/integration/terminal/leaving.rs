//! Case 37: every way to leave deletes nothing and leaves the terminal as it was.

use super::{CANCELLED, ONE, add, changes, delete};
use crate::support::platform::Platform;
use crate::support::program::Program;
use crate::support::terminal::{Session, Terminal};

const KEYS: [&str; 3] = ["\x1b", "\x03", "\x04"];

fn platform() -> Platform {
    let platform = Platform::start();
    add(&platform, ["laptop", "ci"]);
    platform
}

/// The program at its question, or with its list drawn and a token marked.
fn waiting(program: &Program, text: &str) -> Session {
    let mut session = Terminal::size(80, 24).run(program);
    session.wait_for(text);
    if text != ONE {
        session.space();
        session.wait_for("> [x] ci");
    }
    session
}

/// The programs that wait, and what they show then.
fn all(platform: &Platform) -> [(Program, &'static str); 2] {
    [(delete(platform).arg("ci"), ONE), (delete(platform), "> [ ] ci")]
}

#[test]
fn fault_37_escape_ctrl_c_and_the_end_of_input_are_a_no() {
    let platform = platform();
    for (program, text) in all(&platform) {
        for keys in KEYS {
            let mut session = waiting(&program, text);
            session.send(keys);
            let finished = session.finish().exits(130);
            let end = if text == ONE {
                format!("{ONE} no\n{CANCELLED}")
            } else {
                CANCELLED.to_owned()
            };
            assert!(finished.screen.ends_with(&end), "{keys:?}: {}", finished.screen);
        }
    }
    assert_eq!(changes(&platform), [""; 0]);
}

#[test]
fn fault_37_a_signal_is_a_no() {
    let platform = platform();
    for (program, text) in all(&platform) {
        let session = waiting(&program, text);
        session.terminate();
        let finished = session.finish().exits(130);
        let end = if text == ONE {
            format!("{ONE}\n{CANCELLED}")
        } else {
            CANCELLED.to_owned()
        };
        assert!(finished.screen.ends_with(&end), "{}", finished.screen);
    }
    assert_eq!(changes(&platform), [""; 0]);
}

#[test]
fn fault_37_a_list_that_is_left_is_wiped_off_the_screen() {
    let platform = platform();
    let mut session = waiting(&delete(&platform), "> [ ] ci");
    session.escape();
    assert_eq!(session.finish().exits(130).screen, CANCELLED);
    let session = waiting(&delete(&platform), "> [ ] ci");
    session.terminate();
    assert_eq!(session.finish().exits(130).screen, CANCELLED);
}

#[test]
fn fault_37_a_window_that_is_closed_is_a_no() {
    let platform = platform();
    for (program, text) in all(&platform) {
        assert_eq!(waiting(&program, text).hang_up(), 130, "{text}");
    }
    assert_eq!(changes(&platform), [""; 0]);
}

#[test]
fn fault_37_a_terminal_that_goes_away_is_a_no() {
    let platform = platform();
    for (program, text) in all(&platform) {
        assert_eq!(waiting(&program, text).vanish(), 130, "{text}");
    }
    assert_eq!(changes(&platform), [""; 0]);
}

#[test]
fn fault_37_a_signal_is_heard_while_the_rest_of_a_character_does_not_come() {
    let platform = platform();
    for (program, text) in all(&platform) {
        let mut session = waiting(&program, text);
        session.send_bytes(b"\xf0").wait_until_read();
        session.terminate();
        session.finish().exits(130);
    }
    assert_eq!(changes(&platform), [""; 0]);
}
