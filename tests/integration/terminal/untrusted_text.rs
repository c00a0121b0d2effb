//! Names that could control a terminal, or that are hard to measure, in questions and in the picker.

use super::{PICKER, QUESTION};
use crate::support::{DOWN, ENTER, ESCAPE, FakeServer, Terminal, snapshot};

const HOSTILE: [&str; 7] = [
    "a\u{1b}[2J\u{1b}[Hb",
    "a\u{9b}31mb",
    "a\r\nDelete nothing: yes",
    "a\tb\u{7}\u{8}\u{7f}",
    "a\u{202e}b\u{2066}c",
    "a\u{200b}\u{200d}\u{feff}b",
    "a\u{1b}]0;title\u{7}b",
];

#[test]
fn question_sanitizes_names() {
    let server = FakeServer::with(&HOSTILE);
    let ids: Vec<String> = server.tokens().into_iter().map(|token| token.id).collect();
    let session = Terminal::size(120, 40).run(&server.program("delete").args(&ids.join(" ")));
    session.wait_for("Delete 7 tokens?").send(ENTER);
    let finished = session.finish().exits(130);
    // The screen of the test shows no replacement characters.
    let (_, table) = finished.output.split_once("LAST USED\r\n").unwrap();
    insta::assert_snapshot!(table.replace("\r\n", "\n"), @"
    a�]0;title�b            cm3k1x9qf0000000000000007  2020-01-15  Never       -
    a���b                   cm3k1x9qf0000000000000006  2020-01-15  Never       -
    a�b�c                   cm3k1x9qf0000000000000005  2020-01-15  Never       -
    a b���                  cm3k1x9qf0000000000000004  2020-01-15  Never       -
    a  Delete nothing: yes  cm3k1x9qf0000000000000003  2020-01-15  Never       -
    a�31mb                  cm3k1x9qf0000000000000002  2020-01-15  Never       -
    a�[2J�[Hb               cm3k1x9qf0000000000000001  2020-01-15  Never       -
    Delete 7 tokens? This cannot be undone and breaks whatever uses them. [y/N]
    ");
}

#[test]
fn picker_sanitizes_names() {
    let server = FakeServer::with(&HOSTILE);
    let session = Terminal::size(100, 24).run(&server.program("delete"));
    session.wait_for(PICKER).wait_for("0001");
    insta::assert_snapshot!(session.screen(), @"
    Which tokens do you want to delete? Space selects, Enter confirms, Esc cancels.
          NAME                    ID                         CREATED AT  EXPIRES AT  LAST USED
    > [ ] a]0;titleb            cm3k1x9qf0000000000000007  2020-01-15  Never       -
      [ ] ab                   cm3k1x9qf0000000000000006  2020-01-15  Never       -
      [ ] abc                   cm3k1x9qf0000000000000005  2020-01-15  Never       -
      [ ] a b                  cm3k1x9qf0000000000000004  2020-01-15  Never       -
      [ ] a  Delete nothing: yes  cm3k1x9qf0000000000000003  2020-01-15  Never       -
      [ ] a31mb                  cm3k1x9qf0000000000000002  2020-01-15  Never       -
      [ ] a[2J[Hb               cm3k1x9qf0000000000000001  2020-01-15  Never       -
    ");
    session.send(ESCAPE);
    session.finish().exits(130);
}

#[test]
#[expect(clippy::unicode_not_nfc, reason = "one name has combining accents")]
fn wide_names_line_up() {
    let server = FakeServer::with(&["plain-name", "名前名前", "e\u{301}te\u{301}", "🦀🦀"]);
    let program = server.program("delete plain-name 名前名前 🦀🦀").arg("e\u{301}te\u{301}");
    let session = Terminal::size(80, 12).run(&program);
    session.wait_for("Delete 4 tokens?").send(ENTER);
    snapshot!(session, @"
    exit: 130
    --- screen
    On [SERVER]:
    NAME        ID                         CREATED AT  EXPIRES AT  LAST USED
    plain-name  cm3k1x9qf0000000000000001  2020-01-15  Never       -
    名前名前    cm3k1x9qf0000000000000002  2020-01-15  Never       -
    🦀🦀        cm3k1x9qf0000000000000004  2020-01-15  Never       -
    été         cm3k1x9qf0000000000000003  2020-01-15  Never       -
    Delete 4 tokens? This cannot be undone and breaks whatever uses them. [y/N]
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
}

#[test]
fn picker_shows_wide_names() {
    let server = FakeServer::with(&["名前名前", "🦀🦀"]);
    let session = Terminal::size(80, 12).run(&server.program("delete"));
    session.wait_for("> [ ] 🦀🦀").send(DOWN).wait_for("> [ ] 名前名前").send(ESCAPE);
    session.finish().exits(130);
}

#[test]
fn huge_name_is_cut() {
    let server = FakeServer::with(&[&"x".repeat(10_000), "short"]);
    let session = Terminal::size(80, 12).run(&server.program("delete"));
    session.wait_for(PICKER).send(DOWN).wait_for("> [ ] xxx");
    insta::assert_snapshot!(session.screen(), @"
    Which tokens do you want to delete? Space selects, Enter confirms, Esc cancels.
          NAME
      [ ] short
    > [ ] xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
    ");
    session.send(" \r").wait_for(QUESTION).send(ENTER);
    snapshot!(session, @"
    exit: 130
    --- screen
    Which tokens do you want to delete? Space selects, Enter confirms, Esc cancels.
          NAME
    On [SERVER]:
    NAME                                       ID                         EXPIRES AT
    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx  cm3k1x9qf0000000000000001  Never
    xxxxxxxxxxxxxxxxxxxxxx…
    Delete this token? This cannot be undone and breaks whatever uses it. [y/N]
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
}
