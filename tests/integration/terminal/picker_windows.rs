//! The list in windows that are too small for it.

use super::{CANCELLED, ONE, delete, left};
use crate::support::platform::Platform;
use crate::support::terminal::{Session, Terminal};

/// A list of 60 tokens: `token-0060` is the first.
fn sixty(columns: u16, rows: u16) -> (Platform, Session) {
    let platform = Platform::start();
    platform.add_many(60);
    let session = Terminal::size(columns, rows).run(&delete(&platform));
    session.wait_for("> [ ] token-0060");
    (platform, session)
}

/// The names on the screen, from the top.
fn names(first: usize, last: usize, pointed_at: usize) -> String {
    let numbers = (last..=first).rev();
    let lines = numbers.map(|number| {
        let pointer = if number == pointed_at { '>' } else { ' ' };
        format!("{pointer} [ ] token-{number:04}  Never       -          2026-01-15  cm3k1x9qf00{number:04}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The whole of a window of 80 by 24.
fn screen(first: usize, last: usize, pointed_at: usize) -> String {
    format!(
        "Which tokens are to be deleted? Type to filter: _\n      \
         NAME        EXPIRES AT  LAST USED  CREATED AT  ID\n{}\n0 of 60 marked; space marks, esc leaves",
        names(first, last, pointed_at)
    )
}

#[test]
fn a_long_list_is_scrolled_by_arrows_pages_and_to_its_ends() {
    let (_platform, mut session) = sixty(80, 24);
    session.wait_for(&screen(60, 41, 60));
    for (keys, first, last, pointed_at) in [
        ("\x1b[A", 60, 41, 60),
        ("\x1b[B", 60, 41, 59),
        ("\x1b[6~", 58, 39, 39),
        ("\x1b[A\x1b[A", 58, 39, 41),
        ("\x1b[F", 20, 1, 1),
        ("\x1b[B", 20, 1, 1),
        ("\x1b[5~", 21, 2, 21),
        ("\x1b[H", 60, 41, 60),
        ("\x1b[6~\x1b[6~\x1b[6~\x1b[6~", 20, 1, 1),
    ] {
        session.send(keys);
        session.wait_for(&screen(first, last, pointed_at));
        assert_eq!(session.screen(), screen(first, last, pointed_at), "{keys:?}");
    }
    session.escape();
    assert_eq!(session.finish().exits(130).screen, CANCELLED);
}

#[test]
fn a_hundred_keys_at_once_are_all_taken() {
    let (platform, mut session) = sixty(80, 24);
    session.send(&" \x1b[B".repeat(59));
    session.wait_for("> [ ] token-0001");
    session.wait_for("59 of 60 marked; space marks, enter goes on, esc leaves");
    session.enter();
    session.wait_for("Delete these 59 tokens? [y/N]");
    session.send("y");
    session.finish().exits(0);
    assert_eq!(left(&platform), ["token-0001"]);
}

#[test]
fn a_filter_brings_the_list_back_to_its_top() {
    let (_platform, mut session) = sixty(80, 24);
    session.send("\x1b[F");
    session.wait_for("> [ ] token-0001");
    session.send("token-005");
    session.wait_for(&format!("Type to filter: token-005_\n{:>10}", "NAME"));
    session.wait_for(&names(59, 50, 59));
    session.wait_for("0 of 60 marked, 10 fit; ");
    session.escape();
    session.finish().exits(130);
}

#[test]
fn a_window_of_20_by_6_shows_what_matters() {
    let (platform, mut session) = sixty(20, 6);
    let expected =
        "Which tokens are t…\n      NAME        …\n> [ ] token-0060  …\n  [ ] token-0059  …\n0 of 60 marked; sp…";
    session.wait_for(expected);
    assert_eq!(session.screen(), expected);
    session.send("\x1b[B\x1b[B ");
    let expected =
        "Which tokens are t…\n      NAME        …\n  [ ] token-0059  …\n> [x] token-0058  …\n1 of 60 marked; sp…";
    session.wait_for(expected);
    assert_eq!(session.screen(), expected);
    session.send("token-0007");
    session.wait_for("/token-0007_\n      NAME        …\n> [ ] token-0007  …\n1 of 60 marked, 1 …");
    session.send("-and-much-more");
    session.wait_for("/007-and-much-more_\n      NAME");
    session.enter();
    session.wait_for("Delete this token? [\ny/N]");
    let scrolled_by = "token-0058\r\n  id cm3k1x9qf000058\r\n";
    assert!(session.all_output().contains(scrolled_by), "{:?}", session.all_output());
    session.send("y");
    session.finish().exits(0);
    assert_eq!(platform.tokens().len(), 59);
}

#[test]
fn a_window_of_one_line_still_works() {
    let (platform, mut session) = {
        let platform = Platform::start();
        platform.add_many(3);
        let session = Terminal::size(80, 2).run(&delete(&platform));
        (platform, session)
    };
    session.wait_for("0 of 3 marked");
    session.send("0002 \r");
    session.wait_for(ONE);
    session.send("y");
    session.finish().exits(0);
    assert_eq!(left(&platform), ["token-0003", "token-0001"]);
}

#[test]
fn another_size_counts_from_the_next_key() {
    let (_platform, mut session) = sixty(80, 24);
    session.resize(80, 10);
    session.arrow_down();
    session.wait_for("> [ ] token-0059");
    session.arrow_down();
    session.wait_for(&format!("{}\n0 of 60 marked", names(60, 55, 58)));
    session.resize(100, 40);
    session.arrow_down();
    session.wait_for(&format!("{}\n0 of 60 marked", names(60, 25, 57)));
    session.escape();
    session.finish().exits(130);
}
