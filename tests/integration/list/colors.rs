//! Colors mark tokens that expire soon, and errors.

#[cfg(unix)]
use crate::support::Terminal;
use crate::support::{FakeServer, cases, snapshot};

fn account() -> FakeServer {
    FakeServer::with(&["gone expires=-15d", "soon expires=13d", "later expires=15d", "ever"])
}

/// The color of each line that has one, or `plain` if there is no escape sequence.
fn colors(text: &str) -> String {
    let color = |line: &str| match line.split_once("\u{1b}[38;5;") {
        None => None,
        Some((_, rest)) if rest.starts_with("1m") => Some("red"),
        Some((_, rest)) if rest.starts_with("3m") => Some("yellow"),
        Some(_) => Some("another"),
    };
    if text.contains('\u{1b}') { text.lines().filter_map(color).collect::<Vec<_>>().join(" ") } else { "plain".into() }
}

#[test]
fn pipe_has_color_only_if_requested() {
    let server = account();
    for case in cases(
        "               |                            | plain
                        | CLICOLOR_FORCE=1           | yellow red
                        | CLICOLOR_FORCE=1 TERM=dumb | yellow red
                        | CLICOLOR_FORCE=0           | plain
                        | CLICOLOR_FORCE=            | plain
                        | CLICOLOR_FORCE=1 NO_COLOR=1| plain
                        | FORCE_COLOR=1              | yellow red
                        | FORCE_COLOR=3 NO_COLOR=1   | plain
                        | FORCE_COLOR=0              | plain
         --color auto   | CLICOLOR_FORCE=1           | yellow red
         --color never  | CLICOLOR_FORCE=1           | plain
         --color always | NO_COLOR=1                 | yellow red",
    ) {
        let [arguments, variables, expected] = case.columns();
        let run = server.program("list").args(arguments).envs(variables).colored().run();
        assert_eq!(colors(&run.stdout), expected, "{case:?}");
    }
    for format in ["json", "jsonl", "csv", "id"] {
        let program = server.program("list --color always -o").arg(format).exact_output();
        assert_eq!(colors(&program.run().exits(0).stdout), "plain", "{format}");
    }
}

#[test]
#[cfg(unix)]
fn terminal_has_color_unless_refused() {
    let server = account();
    for case in cases(
        "               |                      | yellow red
                        | NO_COLOR=            | yellow red
                        | NO_COLOR=1           | plain
                        | TERM=dumb            | plain
                        | TERM=                | plain
                        | TERM= FORCE_COLOR=1  | yellow red
         --color never  |                      | plain
         --color always | NO_COLOR=1 TERM=dumb | yellow red",
    ) {
        let [arguments, variables, expected] = case.columns();
        let program = server.program("list").args(arguments).envs(variables);
        let finished = Terminal::size(120, 20).run(&program).finish().exits(0);
        assert_eq!(colors(&finished.output), expected, "{case:?}");
    }
}

#[test]
fn color_moves_no_column() {
    let server = FakeServer::with(&["gone created=2019-01-15 expires=2020-01-01 used=2019-06-01T00:00:00Z"]);
    let colored = snapshot!(server.program("list --color always").colored(), @"
    exit: 0
    --- stdout
    ␛[1mNAME␛[0m  ␛[1mID␛[0m                         ␛[1mCREATED AT␛[0m  ␛[1mEXPIRES AT␛[0m            ␛[1mLAST USED␛[0m
    gone  cm3k1x9qf0000000000000001  2019-01-15  ␛[38;5;1m2020-01-01 (expired)␛[39m  2019-06-01
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    let plain = server.program("list").run().stdout;
    let styles = ["\u{1b}[1m", "\u{1b}[38;5;1m", "\u{1b}[39m", "\u{1b}[0m"];
    assert_eq!(styles.iter().fold(colored.stdout, |text, style| text.replace(style, "")), plain);
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
    ␛[36m␛[1mhint:␛[0m set TFY_API_KEY to a valid key, or unset it and run `tfy-tokens login [SERVER]`
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 401
    ");
}
