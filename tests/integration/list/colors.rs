//! Colors mark tokens that expire soon, and errors.

#[cfg(unix)]
use crate::support::Terminal;
use crate::support::{FakeServer, cases, snapshot};

fn account() -> FakeServer {
    FakeServer::with(&["gone expires=-15d", "soon expires=13d", "later expires=15d", "ever"])
}

/// The color of each line that has one.
fn colors(text: &str) -> String {
    let color = |line: &str| match line.split_once("\u{1b}[38;5;") {
        None => None,
        Some((_, rest)) if rest.starts_with("1m") => Some("red"),
        Some((_, rest)) if rest.starts_with("3m") => Some("yellow"),
        Some(_) => Some("another"),
    };
    text.lines().filter_map(color).collect::<Vec<_>>().join(" ")
}

#[test]
fn pipe_has_color_only_if_requested() {
    let server = account();
    for case in cases(
        "               |                           |
                        | CLICOLOR_FORCE=1           | yellow red
                        | CLICOLOR_FORCE=1 TERM=dumb | yellow red
                        | CLICOLOR_FORCE=0           |
                        | CLICOLOR_FORCE=            |
                        | CLICOLOR_FORCE=1 NO_COLOR=1|
         --color auto   | CLICOLOR_FORCE=1           | yellow red
         --color never  | CLICOLOR_FORCE=1           |
         --color always | NO_COLOR=1                 | yellow red",
    ) {
        let [arguments, variables, expected] = case.columns();
        let run = server.program("list").args(arguments).envs(variables).colored().run();
        assert_eq!(colors(&run.stdout), expected, "{case:?}");
    }
}

#[test]
#[cfg(unix)]
fn terminal_has_color_unless_refused() {
    let server = account();
    for case in cases(
        "               |                      | yellow red
                        | NO_COLOR=            | yellow red
                        | NO_COLOR=1           |
                        | TERM=dumb            |
         --color never  |                      |
         --color always | NO_COLOR=1 TERM=dumb | yellow red",
    ) {
        let [arguments, variables, expected] = case.columns();
        let program = server.program("list").args(arguments).envs(variables);
        let finished = Terminal::size(120, 20).run(&program).finish().exits(0);
        assert_eq!(colors(&finished.output), expected, "{case:?}");
    }
}

#[test]
#[cfg(unix)]
fn narrow_window_has_same_colors() {
    let server = account();
    let finished = Terminal::size(50, 30).run(&server.program("list")).finish();
    assert_eq!(colors(&finished.output), "yellow red");
    assert!(finished.output.contains("  \u{1b}[38;5;3min 13 days\u{1b}[39m\r\n"), "{:?}", finished.output);
}

#[test]
#[cfg(unix)]
fn dumb_terminal_gets_no_escape_sequence() {
    let server = account();
    let program = server.program("list").env("TERM", "dumb");
    let listed = Terminal::size(120, 20).run(&program).finish().exits(0);
    server.rules(|rules| rules.forbid = true);
    let failed = Terminal::size(120, 20).run(&program).finish().exits(3);
    for finished in [listed, failed] {
        assert!(!finished.output.contains('\u{1b}'), "{:?}", finished.output);
    }
}

#[test]
fn color_moves_no_column() {
    let server = FakeServer::with(&["gone expires=2020-01-01 used=2019-06-01T00:00:00Z"]);
    snapshot!(server.program("list --color always").colored(), @"
    exit: 0
    --- stdout
    NAME  ID                         CREATED AT  EXPIRES AT            LAST USED
    gone  cm3k1x9qf0000000000000001  2020-01-15  ␛[38;5;1m2020-01-01 (expired)␛[39m  2019-06-01
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    snapshot!(server.program("list"), @"
    exit: 0
    --- stdout
    NAME  ID                         CREATED AT  EXPIRES AT            LAST USED
    gone  cm3k1x9qf0000000000000001  2020-01-15  2020-01-01 (expired)  2019-06-01
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
}

#[test]
fn formats_for_programs_have_no_color() {
    let server = account();
    for format in ["json", "jsonl", "csv", "id"] {
        let program = server.program("list --color always -o").arg(format).exact_output();
        assert!(!program.run().exits(0).stdout.contains('\u{1b}'), "{format}");
    }
}

#[test]
fn errors_are_colored_like_tables() {
    let server = account();
    server.rules(|rules| rules.reject_key = true);
    snapshot!(server.program("list --color always").colored(), @"
    exit: 3
    --- stderr
    ␛[31m␛[1merror:␛[0m the API key from TFY_API_KEY was rejected: it is invalid, expired or deleted
      server message: Unauthorized
    ␛[36m␛[1mhint:␛[0m set TFY_API_KEY to a valid key, or unset it and run `tfy login --host [SERVER]`
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 401
    ");
}
