//! The question before anything is deleted.

use super::{CANCELLED, ONE, PLAIN, add, changes, dated, delete, deletion, left};
use crate::support::platform::{Platform, TokenSeed, in_days};
use crate::support::terminal::Terminal;

const TABLE: &str = "NAME    ID               CREATED AT  EXPIRES AT  LAST USED\n\
     laptop  cm3k1x9qf000001  2026-01-15  2099-12-31  2026-02-01";

fn platform() -> Platform {
    let platform = Platform::start();
    platform.add(dated("laptop"));
    platform
}

#[test]
fn a_yes_deletes_what_was_shown() {
    for key in ["y", "Y"] {
        let platform = platform();
        let mut session = Terminal::size(PLAIN, 24).run(&delete(&platform).arg("laptop"));
        let asked = format!("{TABLE}\nThis cannot be undone, and breaks whatever uses it.\n{ONE}");
        session.wait_for(&asked);
        assert_eq!(session.screen(), asked);
        assert_eq!(changes(&platform), [""; 0]);
        session.send(key);
        let finished = session.finish().exits(0);
        let expected = format!(
            "{asked} yes\nDeleted laptop (cm3k1x9qf000001)\n\
             If services fail now, they were using this token: create a new one and u\npdate them."
        );
        assert_eq!(finished.screen, expected);
        assert_eq!(changes(&platform), [deletion("cm3k1x9qf000001")]);
    }
}

#[test]
fn delete_keeps_the_token_when_the_answer_is_no() {
    for key in ["n", "N", "\r", "\n"] {
        let platform = platform();
        let mut session = Terminal::size(80, 24).run(&delete(&platform).arg("laptop"));
        session.wait_for(ONE);
        session.send(key);
        let finished = session.finish().exits(130);
        let end = format!("{ONE} no\n{CANCELLED}");
        assert!(finished.screen.ends_with(&end), "{key:?}: {}", finished.screen);
        assert_eq!(changes(&platform), [""; 0]);
    }
}

#[test]
fn other_keys_are_no_answer() {
    for (answer, code) in [("y", 0), ("n", 130)] {
        let platform = platform();
        let mut session = Terminal::size(80, 24).run(&delete(&platform).arg("laptop"));
        session.wait_for(ONE);
        session.send("jo 1\té名\u{1f980}\x7f\x1a\x1c\x13\x11\x1b[A\x1b[6~\x01");
        session.send(answer);
        let finished = session.finish().exits(code);
        let end = format!("\n{ONE} {}", if code == 0 { "yes\nDeleted" } else { "no\nerror" });
        assert!(finished.screen.contains(&end), "{}", finished.screen);
    }
}

#[test]
fn several_are_asked_about_at_once() {
    let platform = platform();
    platform.add(dated("ci"));
    platform.add(TokenSeed::named("kept"));
    let mut session = Terminal::size(PLAIN, 24).run(&delete(&platform).args(["ci", "laptop"]));
    session.wait_for(
        "NAME    ID               CREATED AT  EXPIRES AT  LAST USED\n\
         ci      cm3k1x9qf000002  2026-01-15  2099-12-31  2026-02-01\n\
         laptop  cm3k1x9qf000001  2026-01-15  2099-12-31  2026-02-01\n\
         This cannot be undone, and breaks whatever uses them.\nDelete these 2 tokens? [y/N]",
    );
    session.send("y");
    session.finish().exits(0);
    assert_eq!(left(&platform), ["kept"]);
}

#[test]
fn a_filter_is_asked_about_too() {
    let platform = platform();
    platform.add(dated("over").expired(true));
    let mut session = Terminal::size(80, 24).run(&delete(&platform).arg("--expired"));
    session.wait_for("over  cm3k1x9qf000002  2026-01-15  2099-12-31 (expired)  2026-02-01");
    session.wait_for(ONE);
    session.enter();
    session.finish().exits(130);
    assert_eq!(left(&platform), ["over", "laptop"]);
}

#[test]
fn what_expires_soon_is_said_in_words_also_where_they_make_the_table_too_wide() {
    let platform = platform();
    platform.add(
        TokenSeed::named("ci-pipeline")
            .created("2026-01-15T00:00:00Z")
            .expires(in_days(9)),
    );
    for (columns, words) in [
        (76, " (in 9 days)  -\nlaptop "),
        (75, " (in 9 days)\n  last used -\nlaptop\n"),
        (35, " (in 9 days)\n  last used -\nlaptop\n"),
    ] {
        let mut session = Terminal::size(columns, 24).run(&delete(&platform).args(["ci-pipeline", "laptop"]));
        session.wait_for(words);
        session.wait_for("Delete these 2 tokens? [y/N]");
        session.enter();
        session.finish().exits(130);
    }
}

#[test]
fn names_are_whole_in_a_question_and_ids_too() {
    let platform = Platform::start();
    let name = "a-name-of-thirty-six-characters-long";
    platform.add(dated(name));
    let mut session = Terminal::size(80, 24).run(&delete(&platform).arg(name));
    session.wait_for(&format!("{name}\n  id cm3k1x9qf000001\n  created 2026-01-15 ("));
    session.wait_for(ONE);
    session.enter();
    session.finish().exits(130);
}

#[test]
fn what_signs_in_is_said_right_before_the_question_whatever_is_kept_quiet() {
    let platform = platform();
    platform.sign_in_with_token(dated("mine"));
    let mut session = Terminal::size(80, 24).run(&delete(&platform).args(["laptop", "mine", "-q"]));
    session.wait_for(
        "mine is the token this client signs in with.\n\
         This cannot be undone, and breaks whatever uses them.\nDelete these 2 tokens? [y/N]",
    );
    session.send("y");
    session.finish().exits(0);
    assert_eq!(left(&platform), [""; 0]);
}

#[test]
fn a_yes_beforehand_and_a_dry_run_ask_nothing() {
    let platform = platform();
    add(&platform, ["ci"]);
    let finished = Terminal::size(80, 24)
        .run(&delete(&platform).args(["ci", "--dry-run"]))
        .finish();
    assert_eq!(finished.exits(0).screen, "Would delete ci (cm3k1x9qf000002)");
    let finished = Terminal::size(80, 24)
        .run(&delete(&platform).args(["ci", "--yes"]))
        .finish();
    let screen = finished.exits(0).screen;
    assert!(
        screen.starts_with("Deleted ci (cm3k1x9qf000002)\nIf services fail now"),
        "{screen}"
    );
}

#[test]
fn what_is_not_found_is_not_asked_about() {
    let platform = platform();
    let finished = Terminal::size(80, 24)
        .run(&delete(&platform).args(["laptop", "gone"]))
        .finish();
    assert!(!finished.exits(4).screen.contains("[y/N]"));
    assert_eq!(changes(&platform), [""; 0]);
}

#[test]
fn a_y_in_what_a_terminal_reports_is_no_answer() {
    // The 9 of a keypad, a click in column 89, and what a terminal says of its name and colours.
    for report in [
        "\x1bOy",
        "\x1b[M !y",
        "\x1b[1;1y",
        "\x1bP>|kitty\x1b\\",
        "\x1b]4;yyy\x07",
    ] {
        let platform = platform();
        let mut session = Terminal::size(80, 24).run(&delete(&platform).arg("laptop"));
        session.wait_for(ONE);
        session.send(report);
        // Keys are heard in their order: an answer that is heard after the report was not given by it.
        session.send_until("n", &format!("{ONE} no"));
        session.finish().exits(130);
        assert_eq!(changes(&platform), [""; 0], "{report:?}");
    }
}
