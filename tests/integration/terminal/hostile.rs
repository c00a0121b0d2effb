//! Cases 19 and 20 where someone is asked: names that would drive a terminal, and names that are hard to measure.

use super::{add, changes, delete};
use crate::support::platform::{Platform, TokenSeed};
use crate::support::terminal::Terminal;

const HOSTILE: [&str; 7] = [
    "a\u{1b}[2J\u{1b}[Hb",
    "a\u{9b}31mb",
    "a\r\nDelete nothing: yes",
    "a\tb\u{7}\u{8}\u{7f}",
    "a\u{202e}b\u{2066}c",
    "a\u{200b}\u{200d}\u{feff}b",
    "a\u{1b}]0;title\u{7}b",
];

const CLEAN: [&str; 7] = [
    "a\u{fffd}[2J\u{fffd}[Hb",
    "a\u{fffd}31mb",
    "a  Delete nothing: yes",
    "a b\u{fffd}\u{fffd}\u{fffd}",
    "a\u{fffd}b\u{fffd}c",
    "a\u{fffd}\u{fffd}\u{fffd}b",
    "a\u{fffd}]0;title\u{fffd}b",
];

/// What the emulator makes of it: it drops the character that stands for one that cannot be shown.
fn emulated(clean: &str) -> String {
    clean.replace('\u{fffd}', "")
}

#[test]
fn fault_19_a_question_shows_hostile_names_harmless_and_each_on_one_line() {
    for (name, clean) in HOSTILE.into_iter().zip(CLEAN) {
        let platform = Platform::start();
        platform.add(TokenSeed::named(name));
        for columns in [120, 24] {
            let mut session = Terminal::size(columns, 24).run(&delete(&platform).arg("cm3k1x9qf000001"));
            session.wait_for("[y/N]");
            let written = session.all_output();
            let is_there = written.lines().any(|line| line.starts_with(clean));
            assert!(is_there && !written.contains(name), "{clean:?} is not in {written:?}");
            let line = emulated(clean);
            assert!(
                session.screen().lines().any(|shown| shown.starts_with(&line)),
                "{}",
                session.screen()
            );
            session.escape();
            session.finish().exits(130);
        }
        assert_eq!(changes(&platform), [""; 0]);
    }
}

#[test]
fn fault_19_a_list_shows_hostile_names_harmless_and_each_on_one_line() {
    let platform = Platform::start();
    add(&platform, HOSTILE);
    let mut session = Terminal::size(100, 24).run(&delete(&platform));
    session.wait_for("0 of 7 marked; space marks, esc leaves");
    let screen = session.screen();
    let lines: Vec<&str> = screen.lines().collect();
    assert_eq!(lines.len(), 10, "{screen}");
    for (line, clean) in lines[2..9].iter().rev().zip(CLEAN) {
        assert!(
            line[2..].starts_with(&format!("[ ] {}  ", emulated(clean))),
            "{clean}: {screen}"
        );
        let row = format!("[ ] {clean}  ");
        assert!(session.all_output().contains(&row), "{row:?}");
    }
    session.send("nothing");
    session.wait_for("0 of 7 marked, 1 fit");
    session.send(" \r");
    session.wait_for("Delete this token? [y/N]");
    session.escape();
    let finished = session.finish().exits(130);
    for name in HOSTILE {
        assert!(!finished.output.contains(name), "{name:?}");
    }
    assert_eq!(changes(&platform), [""; 0]);
}

#[test]
fn fault_20_columns_line_up_under_wide_names() {
    let platform = Platform::start();
    add(&platform, ["plain-name", "名前名前", "e\u{301}te\u{301}", "🦀🦀"]);
    let mut session = Terminal::size(60, 12).run(&delete(&platform));
    session.wait_for(
        "      NAME        EXPIRES AT  LAST USED  ID\n\
         > [ ] 🦀🦀        Never       -          cm3k1x9qf000004\n  \
           [ ] e\u{301}te\u{301}         Never       -          cm3k1x9qf000003\n  \
           [ ] 名前名前    Never       -          cm3k1x9qf000002\n  \
           [ ] plain-name  Never       -          cm3k1x9qf000001\n\
         0 of 4 marked; space marks, esc leaves",
    );
    session.send("名");
    session.wait_for("Type to filter: 名_");
    session.wait_for("> [ ] 名前名前    Never");
    session.escape();
    session.finish().exits(130);
}

#[test]
fn fault_20_a_name_of_ten_thousand_characters_fills_neither_list_nor_question() {
    let platform = Platform::start();
    add(&platform, [&"x".repeat(10_000), "short"]);
    let mut session = Terminal::size(80, 12).run(&delete(&platform));
    let cut = format!("{}…", "x".repeat(39));
    session.wait_for(&format!("\n  [ ] {cut}  Never"));
    session.arrow_down();
    session.send(" \r");
    session.wait_for("Delete this token? [y/N]");
    let cut = format!("{}…", "x".repeat(79));
    let expected = format!("{cut}\n  id cm3k1x9qf000001\n  created 2026-01-15 (");
    assert!(session.screen().starts_with(&expected), "{}", session.screen());
    session.escape();
    session.finish().exits(130);
}
