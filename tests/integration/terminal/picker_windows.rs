//! The list in windows that are too small for it.

use super::{CANCELLED, ONE, delete, left};
use crate::support::platform::{Platform, TokenSeed, in_days};
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

/// The whole of a window of 80 by 23.
fn screen(first: usize, last: usize, pointed_at: usize) -> String {
    format!(
        "Which tokens are to be deleted? Type to filter: _\n      \
         NAME        EXPIRES AT  LAST USED  CREATED AT  ID\n{}\n{}-{} of 60, 0 marked; space marks, esc leaves",
        names(first, last, pointed_at),
        61 - first,
        61 - last
    )
}

#[test]
fn a_long_list_is_scrolled_by_arrows_pages_and_to_its_ends() {
    let (_platform, mut session) = sixty(80, 23);
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
    let (platform, mut session) = sixty(80, 23);
    session.send(&" \x1b[B".repeat(59));
    session.wait_for("> [ ] token-0001");
    session.wait_for("41-60 of 60, 59 marked; space marks, enter goes on, esc leaves");
    session.enter();
    session.wait_for("Delete these 59 tokens? [y/N]");
    session.send("y");
    session.finish().exits(0);
    assert_eq!(left(&platform), ["token-0001"]);
}

#[test]
fn a_filter_brings_the_list_back_to_its_top() {
    let (_platform, mut session) = sixty(80, 23);
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
fn a_window_of_20_by_5_shows_what_matters() {
    let (platform, mut session) = sixty(20, 5);
    let expected =
        "Which tokens are t…\n      NAME        …\n> [ ] token-0060  …\n  [ ] token-0059  …\n1-2 of 60, 0 marke…";
    session.wait_for(expected);
    assert_eq!(session.screen(), expected);
    session.send("\x1b[B\x1b[B ");
    let expected =
        "Which tokens are t…\n      NAME        …\n  [ ] token-0059  …\n> [x] token-0058  …\n2-3 of 60, 1 marke…";
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
fn a_window_of_two_lines_still_works() {
    let (platform, mut session) = {
        let platform = Platform::start();
        platform.add_many(3);
        let session = Terminal::size(80, 2).run(&delete(&platform));
        (platform, session)
    };
    session.wait_for("> [ ] token-0003  Never       -          2026-01-15  cm3k1x9qf000003\n1-1 of 3, 0 marked; ");
    session.send("0002 \r");
    session.wait_for(ONE);
    session.send("y");
    session.finish().exits(0);
    assert_eq!(left(&platform), ["token-0003", "token-0001"]);
}

#[test]
fn another_size_is_drawn_at_once_and_leaves_nothing_stale() {
    let (_platform, session) = sixty(80, 23);
    for (columns, rows, first, last) in [(80, 9, 60, 55), (84, 39, 60, 25), (70, 23, 60, 41)] {
        session.resize(columns, rows);
        let expected = screen(first, last, 60);
        session.wait_for(&expected);
        assert_eq!(session.screen(), expected);
    }
    session.terminate();
    let finished = session.finish().exits(130);
    assert_eq!(finished.screen, CANCELLED);
}

#[test]
fn another_size_keeps_the_pointer_the_filter_and_the_marks() {
    let (platform, mut session) = sixty(80, 23);
    session.send("token-000 \x1b[F");
    session.wait_for("1 of 60 marked, 9 fit; ");
    session.resize(50, 8);
    session.wait_for(
        "/token-000_\n      NAME        EXPIRES AT  ID\n  \
           [ ] token-0005  Never       cm3k1x9qf000005\n  \
           [ ] token-0004  Never       cm3k1x9qf000004\n  \
           [ ] token-0003  Never       cm3k1x9qf000003\n  \
           [ ] token-0002  Never       cm3k1x9qf000002\n\
         > [ ] token-0001  Never       cm3k1x9qf000001\n\
         5-9 of 9 that fit, 1 of 60 marked; space marks, …",
    );
    session.enter();
    session.wait_for("Delete this token? [y/N]");
    session.send("y");
    session.finish().exits(0);
    assert_eq!(platform.tokens().len(), 59);
}

#[test]
fn an_id_is_whole_in_a_usual_window_and_what_expires_soon_is_said_in_words() {
    let platform = Platform::start();
    for (name, expiry) in [("grafana-export", 155), ("ci-pipeline", 9), ("old-laptop", -15)] {
        platform.add(
            TokenSeed::named(name)
                .created(in_days(-50))
                .expires(in_days(expiry))
                .last_used(in_days(-3)),
        );
    }
    for columns in [80, 75] {
        let mut session = Terminal::size(columns, 10).run(&delete(&platform));
        session.wait_for("0 of 3 marked");
        let screen = session.screen();
        let rows: Vec<Vec<&str>> = screen.lines().map(|line| line.split("  ").collect()).collect();
        let ends = |row: usize, words: &str, id: &str| {
            let cells: Vec<&str> = rows[row].iter().copied().filter(|cell| !cell.is_empty()).collect();
            let [.., expires, last_used, shown] = cells[..] else {
                panic!("{screen}");
            };
            assert!(expires.trim().ends_with(words) && !last_used.contains('('), "{screen}");
            assert_eq!(shown.trim(), id, "{screen}");
        };
        ends(2, " (expired)", "cm3k1x9qf000003");
        ends(3, " (in 9 days)", "cm3k1x9qf000002");
        ends(4, "", "cm3k1x9qf000001");
        session.escape();
        session.finish().exits(130);
    }
}
