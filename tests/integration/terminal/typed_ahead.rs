//! What was typed before a question answers nothing: nobody had been asked.

use std::sync::mpsc;
use std::time::Duration;

use super::{ONE, add, changes, delete, left};
use crate::support::platform::{Call, Platform};
use crate::support::terminal::Terminal;

#[test]
fn a_y_typed_while_the_tokens_are_read_confirms_nothing() {
    for early in ["y", "y\r", "yes\ry\r"] {
        let platform = Platform::start();
        add(&platform, ["laptop"]);
        let (reached, is_listing) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        platform.before_each(move |_, seen, _| {
            if seen.call == Call::List {
                reached.send(()).ok();
                released.recv().ok();
            }
        });
        let mut session = Terminal::size(80, 24).run(&delete(&platform).arg("laptop"));
        is_listing.recv_timeout(Duration::from_secs(20)).unwrap();
        session.send(early);
        // The terminal shows what it has taken in.
        session.wait_for(early.split('\r').next().unwrap());
        release.send(()).unwrap();
        session.wait_for(ONE);
        session.enter();
        let finished = session.finish().exits(130);
        assert!(
            finished.screen.contains(&format!("{ONE} no\n")),
            "{early:?}: {}",
            finished.screen
        );
        assert_eq!(changes(&platform), [""; 0]);
    }
}

#[test]
fn a_y_pasted_into_the_list_confirms_nothing() {
    let platform = Platform::start();
    add(&platform, ["laptop"]);
    let mut session = Terminal::size(80, 24).run(&delete(&platform));
    session.wait_for("> [ ] laptop");
    session.send(" \ryyy");
    session.wait_for(ONE);
    session.escape();
    session.finish().exits(130);
    assert_eq!(left(&platform), ["laptop"]);
}
