//! The list that bare `delete` offers: type to filter, space to mark, enter to go on.

use super::{CANCELLED, ONE, PLAIN, add, changes, dated, delete, deletion, left};
use crate::support::platform::Platform;
use crate::support::program::Program;
use crate::support::terminal::{Session, Terminal};

const QUESTION: &str = "Which tokens are to be deleted? Type to filter: ";

/// A platform with tokens whose ids end in 1 to 4, and the program with its list drawn.
fn picking() -> (Platform, Session) {
    let platform = Platform::start();
    for name in ["laptop", "release-bot", "ci-pipeline", "ci-nightly"] {
        platform.add(dated(name));
    }
    let session = Terminal::size(PLAIN, 24).run(&delete(&platform));
    session.wait_for("> [ ] ci-nightly");
    (platform, session)
}

/// The whole list: `rows` are pointers and marks with names.
fn drawn(filter: &str, rows: &[(&str, &str)], footer: &str) -> String {
    let mut lines = vec![format!("{QUESTION}{filter}_")];
    let width = rows.iter().map(|(_, name)| name.len()).max().unwrap_or(0).max(11);
    lines.push(format!(
        "      {:width$}  EXPIRES AT  LAST USED   CREATED AT  ID",
        "NAME"
    ));
    for (marks, name) in rows {
        let number = match *name {
            "laptop" => 1,
            "release-bot" => 2,
            "ci-pipeline" => 3,
            _ => 4,
        };
        lines.push(format!(
            "{marks} {name:width$}  2099-12-31  2026-02-01  2026-01-15  cm3k1x9qf00000{number}"
        ));
    }
    lines.push(footer.to_owned());
    lines.join("\n")
}

#[test]
fn a_list_is_drawn_and_nothing_is_marked() {
    let (platform, mut session) = picking();
    let rows = [
        ("> [ ]", "ci-nightly"),
        ("  [ ]", "ci-pipeline"),
        ("  [ ]", "release-bot"),
        ("  [ ]", "laptop"),
    ];
    let expected = drawn("", &rows, "0 of 4 marked; space marks, esc leaves");
    session.wait_for(&expected);
    assert_eq!(session.screen(), expected);
    session.escape();
    session.finish().exits(130);
    assert_eq!(changes(&platform), [""; 0]);
}

#[test]
fn what_is_marked_is_asked_about_and_deleted() {
    let (platform, mut session) = picking();
    session.arrow_down().space().arrow_down().arrow_down().space();
    let rows = [
        ("  [ ]", "ci-nightly"),
        ("  [x]", "ci-pipeline"),
        ("  [ ]", "release-bot"),
        ("> [x]", "laptop"),
    ];
    let expected = drawn("", &rows, "2 of 4 marked; space marks, enter goes on, esc leaves");
    session.wait_for(&expected);
    assert_eq!(session.screen(), expected);
    session.enter();
    session.wait_for("Delete these 2 tokens? [y/N]");
    let asked = "NAME         ID               CREATED AT  EXPIRES AT  LAST USED\n\
         ci-pipeline  cm3k1x9qf000003  2026-01-15  2099-12-31  2026-02-01\n\
         laptop       cm3k1x9qf000001  2026-01-15  2099-12-31  2026-02-01\n\
         This cannot be undone, and breaks whatever uses them.\nDelete these 2 tokens? [y/N]";
    assert_eq!(session.screen(), asked);
    session.send("y");
    let finished = session.finish().exits(0);
    let end = "yes\nDeleted ci-pipeline (cm3k1x9qf000003)\nDeleted laptop (cm3k1x9qf000001)\nIf services";
    assert!(
        finished.screen.starts_with(&format!("{asked} {end}")),
        "{}",
        finished.screen
    );
    assert_eq!(
        changes(&platform),
        [deletion("cm3k1x9qf000001"), deletion("cm3k1x9qf000003")]
    );
}

#[test]
fn marks_survive_filtering_and_can_be_taken_back() {
    let (platform, mut session) = picking();
    session.space().send("BOT").space();
    let one = [("> [x]", "release-bot")];
    session.wait_for(&drawn(
        "BOT",
        &one,
        "2 of 4 marked, 1 fit; space marks, enter goes on, esc leaves",
    ));
    session.send("\x7f\x7f\x7f");
    let rows = [
        ("> [x]", "ci-nightly"),
        ("  [ ]", "ci-pipeline"),
        ("  [x]", "release-bot"),
        ("  [ ]", "laptop"),
    ];
    session.wait_for(&drawn(
        "",
        &rows,
        "2 of 4 marked; space marks, enter goes on, esc leaves",
    ));
    session.space();
    session.wait_for("> [ ] ci-nightly");
    session.wait_for("1 of 4 marked; ");
    session.enter();
    session.wait_for(ONE);
    session.send("y");
    session.finish().exits(0);
    assert_eq!(left(&platform), ["ci-nightly", "ci-pipeline", "laptop"]);
}

#[test]
fn a_filter_finds_names_ids_and_dates_and_says_when_nothing_fits() {
    let (_platform, mut session) = picking();
    session.send("000003");
    session.wait_for(&drawn(
        "000003",
        &[("> [ ]", "ci-pipeline")],
        "0 of 4 marked, 1 fit; space marks, esc leaves",
    ));
    session.send("x").space();
    let none = "0 of 4 marked, 0 fit; space marks, esc leaves";
    session.wait_for(&drawn("000003x", &[], none));
    session.arrow_down().arrow_up().enter();
    session.send("\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f2026-02-01");
    session.wait_for("0 of 4 marked, 4 fit");
    session.escape();
    assert_eq!(session.finish().exits(130).screen, CANCELLED);
}

#[test]
fn a_filter_is_taken_back_at_once() {
    let (_platform, mut session) = picking();
    session.send("nothing like it");
    session.wait_for("0 of 4 marked, 0 fit");
    session.send("\x15bot");
    session.wait_for(&drawn(
        "bot",
        &[("> [ ]", "release-bot")],
        "0 of 4 marked, 1 fit; space marks, esc leaves",
    ));
    session.escape();
    session.finish().exits(130);
}

#[test]
fn enter_goes_nowhere_while_nothing_is_marked_and_says_so() {
    let (platform, mut session) = picking();
    let last = |session: &Session| session.screen().lines().last().map(str::to_owned);
    session.enter().enter();
    session.wait_for("nothing is marked: space marks, esc leaves");
    assert_eq!(
        last(&session).as_deref(),
        Some("nothing is marked: space marks, esc leaves")
    );
    session.arrow_down();
    session.wait_for("> [ ] ci-pipeline");
    session.wait_for("0 of 4 marked; space marks, esc leaves");
    session.escape();
    assert_eq!(session.finish().exits(130).screen, CANCELLED);
    assert_eq!(changes(&platform), [""; 0]);
}

#[test]
fn a_no_after_the_list_deletes_nothing() {
    let (platform, mut session) = picking();
    session.space().enter();
    session.wait_for(ONE);
    session.send("n");
    let finished = session.finish().exits(130);
    assert!(
        finished.screen.ends_with(&format!("{ONE} no\n{CANCELLED}")),
        "{}",
        finished.screen
    );
    assert_eq!(changes(&platform), [""; 0]);
}

#[test]
fn a_yes_beforehand_leaves_only_the_list() {
    let platform = Platform::start();
    add(&platform, ["laptop", "ci"]);
    let mut session = Terminal::size(80, 24).run(&delete(&platform).arg("--yes"));
    session.wait_for("> [ ] ci");
    session.space().enter();
    let finished = session.finish().exits(0);
    assert!(
        finished.screen.starts_with("Deleted ci (cm3k1x9qf000002)\n"),
        "{}",
        finished.screen
    );
    assert_eq!(left(&platform), ["laptop"]);
}

#[test]
fn a_dry_run_of_the_list_deletes_nothing() {
    let platform = Platform::start();
    add(&platform, ["laptop"]);
    let mut session = Terminal::size(80, 24).run(&delete(&platform).arg("--dry-run"));
    session.wait_for("> [ ] laptop");
    session.space().enter();
    assert_eq!(
        session.finish().exits(0).screen,
        "Would delete laptop (cm3k1x9qf000001)"
    );
    assert_eq!(changes(&platform), [""; 0]);
}

#[test]
fn without_tokens_there_is_nothing_to_pick() {
    let platform = Platform::start();
    let finished = Terminal::size(80, 24).run(&delete(&platform)).finish();
    assert_eq!(finished.exits(0).screen, "There is no token: nothing was deleted.");
}

#[test]
fn a_list_that_cannot_be_read_is_told_and_nothing_is_drawn() {
    let platform = Platform::start();
    platform.reject_key();
    let program: Program = delete(&platform);
    let finished = Terminal::size(100, 24).run(&program).finish().exits(3);
    assert!(
        finished.screen.starts_with("error: The key was not accepted"),
        "{}",
        finished.screen
    );
}
