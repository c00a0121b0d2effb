//! Names that could control a terminal, or that are hard to measure, in questions and in the picker.

use super::{PICKER, QUESTION};
use crate::support::{DOWN, ENTER, ESCAPE, FakeServer, Terminal, snapshot};

#[test]
fn names_are_sanitized() {
    let server = FakeServer::with(&[
        "a\u{1b}[2J\u{1b}[Hb",
        "a\r\nDelete nothing: yes",
        "a\tb\u{7}\u{8}\u{7f}\u{9b}",
        "a\u{202e}b\u{2066}c\u{200b}\u{feff}",
        "a\u{1b}]0;title\u{7}b",
    ]);
    let session = Terminal::size(120, 40).run(&server.program("delete").env("NO_COLOR", "1"));
    session.wait_for(PICKER).wait_for("0001");
    insta::assert_snapshot!(session.screen(), @r#"
    Which tokens do you want to delete? Space selects, a selects all, Enter confirms, Esc cancels.
          NAME                                   ID                         CREATED AT  EXPIRES AT  LAST USED
    > [ ] "a\u{1b}]0;title\u{7}b"                cm3k1x9qf0000000000000005  2020-01-15  Never       -
      [ ] "a\u{202e}b\u{2066}c\u{200b}\u{feff}"  cm3k1x9qf0000000000000004  2020-01-15  Never       -
      [ ] "a\tb\u{7}\u{8}\u{7f}\u{9b}"           cm3k1x9qf0000000000000003  2020-01-15  Never       -
      [ ] "a\r\nDelete nothing: yes"             cm3k1x9qf0000000000000002  2020-01-15  Never       -
      [ ] "a\u{1b}[2J\u{1b}[Hb"                  cm3k1x9qf0000000000000001  2020-01-15  Never       -
    "#);
    // This key selects all rows.
    session.send("a").wait_for("> [x]").send(ENTER).wait_for("Delete 5 tokens?").send(ENTER);
    let finished = session.finish().exits(130);
    // The screen of the test shows no replacement characters.
    let (_, table) = finished.output.rsplit_once("LAST USED\r\n").unwrap();
    insta::assert_snapshot!(table.replace("\r\n", "\n"), @r#"
    "a\u{1b}]0;title\u{7}b"                cm3k1x9qf0000000000000005  2020-01-15  Never       -
    "a\u{202e}b\u{2066}c\u{200b}\u{feff}"  cm3k1x9qf0000000000000004  2020-01-15  Never       -
    "a\tb\u{7}\u{8}\u{7f}\u{9b}"           cm3k1x9qf0000000000000003  2020-01-15  Never       -
    "a\r\nDelete nothing: yes"             cm3k1x9qf0000000000000002  2020-01-15  Never       -
    "a\u{1b}[2J\u{1b}[Hb"                  cm3k1x9qf0000000000000001  2020-01-15  Never       -
    Delete 5 tokens? This cannot be undone and breaks whatever uses them. [y/N]
    "#);
}

#[test]
fn picker_shows_wide_names() {
    let server = FakeServer::with(&["名前名前", "🦀🦀"]);
    let session = Terminal::size(80, 12).run(&server.program("delete"));
    session.wait_for("> [ ] \"🦀🦀\"").send(DOWN).wait_for("> [ ] \"名前名前\"").send(ESCAPE);
    session.finish().exits(130);
}

#[test]
fn huge_name_is_cut() {
    let server = FakeServer::with(&[&"x".repeat(10_000), "short"]);
    let session = Terminal::size(80, 12).run(&server.program("delete"));
    session.wait_for(PICKER).send(DOWN).wait_for("> [ ] \"xxx");
    insta::assert_snapshot!(session.screen(), @r#"
    Which tokens do you want to delete? Space selects, a selects all, Enter confirms
    , Esc cancels.
          NAME
      [ ] short
    > [ ] "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"
    "#);
    session.send(" \r").wait_for(QUESTION).send(ENTER);
    snapshot!(session, @r#"
    exit: 130
    --- screen
    Which tokens do you want to delete? Space selects, a selects all, Enter confirms, Esc cancels.
          NAME
    On [SERVER]:
    NAME                                       ID                         EXPIRES AT
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…  cm3k1x9qf0000000000000001  Never
    Delete this token? This cannot be undone and breaks whatever uses it. [y/N]
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    "#);
}
