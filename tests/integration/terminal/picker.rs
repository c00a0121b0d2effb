//! The picker that `delete` without arguments opens.

use super::{LAPTOP, PICKER, QUESTION, assert_kept, shell};
use crate::support::{DOWN, ENTER, ESCAPE, FakeServer, Session, Terminal, UP, snapshot};

/// Three tokens, and the picker that lists them.
fn pick(arguments: &str) -> (FakeServer, Session) {
    let server = FakeServer::with(&["release-bot", "ci-pipeline", LAPTOP]);
    let session = Terminal::size(100, 24).run(&server.program("delete").args(arguments));
    session.wait_for(PICKER);
    (server, session)
}

#[test]
fn selected_tokens_are_confirmed_and_deleted() {
    let server = FakeServer::with(&["laptop", "release-bot", "ci-pipeline", "ci-nightly"]);
    let session = Terminal::size(100, 24).run(&server.program("delete"));
    session.wait_for(PICKER);
    session.send(DOWN).send(" ").send(DOWN).send(DOWN).send(" ").wait_for("> [x] laptop");
    insta::assert_snapshot!(session.screen(), @"
    Which tokens do you want to delete? Space selects, Enter confirms, Esc cancels.
          NAME         ID                         CREATED AT  EXPIRES AT  LAST USED
      [ ] ci-nightly   cm3k1x9qf0000000000000004  2020-01-15  Never       -
      [x] ci-pipeline  cm3k1x9qf0000000000000003  2020-01-15  Never       -
      [ ] release-bot  cm3k1x9qf0000000000000002  2020-01-15  Never       -
    > [x] laptop       cm3k1x9qf0000000000000001  2020-01-15  Never       -
    ");
    session.send(ENTER).wait_for("Delete 2 tokens?").send("y\r");
    snapshot!(session, @"
    exit: 0
    --- screen
    Which tokens do you want to delete? Space selects, Enter confirms, Esc cancels.
          NAME         ID                         CREATED AT  EXPIRES AT  LAST USED
    On [SERVER]:
    NAME         ID                         CREATED AT  EXPIRES AT  LAST USED
    ci-pipeline  cm3k1x9qf0000000000000003  2020-01-15  Never       -
    laptop       cm3k1x9qf0000000000000001  2020-01-15  Never       -
    Delete 2 tokens? This cannot be undone and breaks whatever uses them. [y/N] y
    Deleted ci-pipeline (cm3k1x9qf0000000000000003)
    Deleted laptop (cm3k1x9qf0000000000000001)
    If services fail after token deletion, they were using the deleted token. Create a new token and update them.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000003 200
    ");
}

#[test]
fn selection_can_be_undone() {
    let (server, session) = pick("--yes -q");
    session.send(" ").wait_for("> [x] laptop");
    session.send(" ").wait_for("> [ ] laptop");
    session.send(DOWN).send(" ").wait_for("> [x] ci-pipeline").send(ENTER);
    session.finish().exits(0);
    assert_eq!(server.names(), "laptop release-bot");
}

#[test]
fn enter_without_selection_asks_again() {
    let (_server, session) = pick("");
    session.send(ENTER).wait_for("No token selected.").send(ESCAPE);
    snapshot!(session, @"
    exit: 130
    --- screen
    Which tokens do you want to delete? Space selects, Enter confirms, Esc cancels.
          NAME         ID                         CREATED AT  EXPIRES AT              LAST USED
    No token selected. Press Space to select, Esc to cancel.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
}

#[test]
fn no_after_picker_keeps_tokens() {
    let (server, session) = pick("");
    session.send(" \r").wait_for(QUESTION).send("n\r");
    session.finish().exits(130);
    assert_kept(&server);
}

#[test]
fn yes_and_dry_run_keep_picker() {
    for (option, result) in [("--dry-run", "Would delete laptop ("), ("--yes", "Deleted laptop (")] {
        let (_server, session) = pick(option);
        session.send(" \r");
        let finished = session.finish().exits(0);
        assert!(finished.screen.contains(result), "{}", finished.screen);
        assert!(!finished.screen.contains(QUESTION), "{}", finished.screen);
    }
}

#[test]
fn arrow_keys_move_in_both_modes() {
    // In application mode, a terminal sends other sequences for the arrow keys. The picker turns that mode off.
    let server = FakeServer::with(&["third", "second", "first"]);
    let script = r#"printf '\033[?1h'; exec "$0" delete --dry-run"#;
    let session = Terminal::size(100, 24).run(&shell(&server, script));
    session.wait_for(PICKER);
    let output = session.output();
    let (before_rows, _) = output.split_once(PICKER).unwrap();
    assert!(before_rows.contains("\x1b[?1l"), "{output:?}");
    session.send(UP).wait_for("> [ ] third");
    session.send(DOWN).wait_for("> [ ] first");
    session.send("j").wait_for("> [ ] second");
    session.send("k").wait_for("> [ ] first").send(ESCAPE);
    session.finish().exits(130);
}

#[test]
fn account_without_tokens_opens_no_picker() {
    let server = FakeServer::start();
    snapshot!(Terminal::size(100, 24).run(&server.program("delete")), @"
    exit: 0
    --- screen
    You have no tokens. Nothing was deleted.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
}

#[test]
fn failed_listing_opens_no_picker() {
    let server = FakeServer::start();
    server.rules(|rules| rules.reject_key = true);
    let finished = Terminal::size(100, 24).run(&server.program("delete")).finish().exits(3);
    assert!(finished.screen.starts_with("error: the API key"), "{}", finished.screen);
}
