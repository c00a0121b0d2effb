//! The picker in small windows.

use super::PICKER;
use crate::support::{DOWN, ENTER, ESCAPE, FakeServer, Terminal};

#[test]
fn rows_fit_each_width() {
    let server = FakeServer::with(&[
        "old created=-50d expires=-15d used=-9d",
        "a-name-of-thirty-six-characters-long created=-50d expires=9d",
        "ci-pipeline created=-50d",
    ]);
    let program = server.program("delete --dry-run");
    let pick = |columns| {
        let session = Terminal::size(columns, 24).run(&program);
        session.wait_for(PICKER).send(DOWN).send(" ").send(DOWN).wait_for("> [ ] old");
        let screen = session.screen();
        session.send(ENTER);
        let finished = session.finish().exits(0);
        let result = finished.snapshot();
        let is_deleted = result.contains("Would delete a-name-of-thirty-six-characters-long (");
        assert!(is_deleted && !result.contains("[ ]"), "{result}");
        screen
    };
    insta::assert_snapshot!(pick(80), @"
    Which tokens do you want to delete? Space selects, a selects all, Enter confirms
    , Esc cancels.
          NAME                                  EXPIRES AT
      [ ] ci-pipeline                           Never
      [x] a-name-of-thirty-six-characters-long  in 9 days
    > [ ] old                                   expired
    ");
    insta::assert_snapshot!(pick(40), @"
    Which tokens do you want to delete? Spac
    e selects, a selects all, Enter confirms
    , Esc cancels.
          NAME
      [ ] ci-pipeline
      [x] a-name-of-thirty-six-characters-
    > [ ] old
    ");
    pick(20);
}

#[test]
fn long_list_has_pages() {
    let server = FakeServer::start();
    server.add_many(20);
    let session = Terminal::size(100, 10).run(&server.program("delete --yes -q"));
    session.wait_for(PICKER).wait_for("token-0015").send(" ").send("\x1b[C");
    session.wait_for("> [ ] token-0014").send(DOWN.repeat(6)).wait_for("> [ ] token-0008");
    session.send(" ").send(DOWN.repeat(5)).wait_for("> [ ] token-0003");
    insta::assert_snapshot!(session.screen(), @"
    Which tokens do you want to delete? Space selects, a selects all, Enter confirms, Esc cancels.
    20 tokens on 4 pages. Left and Right change the page.
          NAME        ID                         CREATED AT  EXPIRES AT  LAST USED
      [x] token-0008  cm3k1x9qf0000000000000008  2020-01-15  Never       -
      [ ] token-0007  cm3k1x9qf0000000000000007  2020-01-15  Never       -
      [ ] token-0006  cm3k1x9qf0000000000000006  2020-01-15  Never       -
      [ ] token-0005  cm3k1x9qf0000000000000005  2020-01-15  Never       -
      [ ] token-0004  cm3k1x9qf0000000000000004  2020-01-15  Never       -
    > [ ] token-0003  cm3k1x9qf0000000000000003  2020-01-15  Never       -
    ");
    session.send(ENTER);
    session.finish().exits(0);
    assert!(!server.names().contains("token-0008") && !server.names().contains("token-0020"));
    assert_eq!(server.tokens().len(), 18);
}

#[test]
fn tokens_must_look_different() {
    let name = "a-name-of-thirty-six-characters-lon";
    let server = FakeServer::with(&[&format!("{name}a"), &format!("{name}b")]);
    let finished = Terminal::size(40, 24).run(&server.program("delete").env("NO_COLOR", "1")).finish().exits(2);
    let error =
        "error: the window is too narrow to tell the tokens apart\r\nhint: widen the window, or pass names or IDs\r\n";
    assert!(finished.output.ends_with(error), "{:?}", finished.output);
}

#[test]
fn rows_are_colored_like_list() {
    let server = FakeServer::with(&["old expires=-15d", "soon expires=3d", "later"]);
    let session = Terminal::size(100, 24).run(&server.program("delete"));
    session.wait_for("> [ ] later").send(DOWN).wait_for("> [ ] soon");
    let output = session.output();
    assert!(output.contains("\u{1b}[1mNAME\u{1b}[0m") && output.contains("\u{1b}[38;5;1m"), "{output:?}");
    // The last row is drawn after the one that the cursor is on.
    session.wait_for("(expired)    -").send(ESCAPE);
    session.finish().exits(130);
}

#[test]
fn three_lines_are_enough() {
    let server = FakeServer::with(&["laptop", "ci"]);
    let session = Terminal::size(100, 3).run(&server.program("delete --yes -q"));
    session.wait_for("> [ ] ci").send(DOWN).wait_for("> [ ] laptop").send(" ").wait_for("> [x]").send(ENTER);
    session.finish().exits(0);
    let finished = Terminal::size(100, 2).run(&server.program("delete")).finish().exits(2);
    assert!(finished.output.contains("at least one TOKEN is required"), "{}", finished.screen);
}

#[test]
fn resized_window_keeps_selection() {
    let server = FakeServer::with(&["laptop", "release-bot", "ci-pipeline", "ci-nightly"]);
    let session = Terminal::size(100, 24).run(&server.program("delete --yes -q"));
    session.wait_for(PICKER).send(" ").wait_for("> [x] ci-nightly");
    session.resize(60, 10).send(DOWN).wait_for("> [ ] ci-pipeline").send(" ").wait_for("> [x] ci-pipeline");
    session.send(ENTER);
    session.finish().exits(0);
    assert_eq!(server.names(), "release-bot laptop");
}

#[test]
fn fast_keys_leave_no_traces() {
    let server = FakeServer::start();
    server.add_many(12);
    let session = Terminal::size(100, 24).run(&server.program("delete"));
    session.wait_for(PICKER).send(format!(" {DOWN}").repeat(11)).wait_for("> [ ] token-0001");
    assert!(!session.output().contains("^["), "{:?}", session.output());
    assert_eq!(session.screen().matches("[x]").count(), 11, "{}", session.screen());
    session.send(ESCAPE);
    session.finish().exits(130);
}
