//! The picker that `delete` without arguments opens.

use super::{PICKER, shell};
use crate::support::{DOWN, ENTER, ESCAPE, FakeServer, Terminal, UP, snapshot};

#[test]
fn selected_tokens_are_confirmed_and_deleted() {
    let server = FakeServer::with(&["laptop", "bot", "old expires=2021-01-01T00:00:00Z", "ci"]);
    let session = Terminal::size(100, 24).run(&server.program("delete"));
    session.wait_for(PICKER);
    session.send(DOWN).send(" ").send(DOWN).send(DOWN).send(" ").wait_for("> [x] laptop");
    insta::assert_snapshot!(session.screen(), @"
    Which tokens do you want to delete? Space selects, a selects all, Enter confirms, Esc cancels.
          NAME    ID                         CREATED AT  EXPIRES AT            LAST USED
      [ ] ci      cm3k1x9qf0000000000000004  2020-01-15  Never                 -
      [x] old     cm3k1x9qf0000000000000003  2020-01-15  2021-01-01 (expired)  -
      [ ] bot     cm3k1x9qf0000000000000002  2020-01-15  Never                 -
    > [x] laptop  cm3k1x9qf0000000000000001  2020-01-15  Never                 -
    ");
    session.send(ENTER).wait_for("Delete 2 tokens?").send("y\r");
    snapshot!(session, @"
    exit: 0
    --- screen
    Which tokens do you want to delete? Space selects, a selects all, Enter confirms, Esc cancels.
          NAME    ID                         CREATED AT  EXPIRES AT            LAST USED
    On [SERVER]:
    NAME    ID                         CREATED AT  EXPIRES AT            LAST USED
    old     cm3k1x9qf0000000000000003  2020-01-15  2021-01-01 (expired)  -
    laptop  cm3k1x9qf0000000000000001  2020-01-15  Never                 -
    Delete 2 tokens? This cannot be undone and breaks whatever uses them. [y/N] y
    Deleted old (cm3k1x9qf0000000000000003)
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
    let server = FakeServer::with(&["kept", "ci-pipeline", "laptop"]);
    let session = Terminal::size(100, 24).run(&server.program("delete --yes -q"));
    session.wait_for(PICKER).send(" ").wait_for("> [x] laptop").send(" ").wait_for("> [ ] laptop");
    session.send(DOWN).send(" ").wait_for("> [x] ci-pipeline").send(ENTER);
    session.finish().exits(0);
    assert_eq!(server.names(), "laptop kept");
}

#[test]
fn enter_without_selection_asks_again() {
    let server = FakeServer::with(&["laptop"]);
    let session = Terminal::size(100, 24).run(&server.program("delete"));
    session.wait_for(PICKER).send(ENTER).wait_for("No token selected.").send(ESCAPE);
    snapshot!(session, @"
    exit: 130
    --- screen
    Which tokens do you want to delete? Space selects, a selects all, Enter confirms, Esc cancels.
          NAME    ID                         CREATED AT  EXPIRES AT  LAST USED
    No token selected. Press Space to select, Esc to cancel.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
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
