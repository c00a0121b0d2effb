//! Tests of the test support: it must catch leaks, and snapshots must be stable.

#[cfg(unix)]
use crate::support::Program;
use crate::support::{FakeServer, cases, snapshot};

#[test]
fn cases_have_columns() {
    let table = "a b | | c\n\n # a comment\n d | e | ";
    let rows: Vec<[&str; 3]> = cases(table).map(|case| case.columns()).collect();
    assert_eq!(rows, [["a b", "", "c"], ["d", "e", ""]]);
}

#[cfg(unix)]
mod inspection {
    use std::panic::AssertUnwindSafe;

    use crate::support::{Output, Program, SENTINEL, Terminal};

    /// Output that must be caught, each with the words of the failure.
    fn assert_caught(program: &Program, expected: &str) {
        let caught = std::panic::catch_unwind(AssertUnwindSafe(|| program.run()));
        let panic = caught.expect_err("a panic");
        let message = panic.downcast_ref::<String>().expect("a message");
        assert!(message.contains(expected), "{message}");
    }

    fn shell(script: &str) -> Program {
        Program::shell(script).arg(SENTINEL)
    }

    #[test]
    fn leaked_key_is_caught() {
        let secret = "the-key-of-this-test";
        let out = shell("echo the-key-of-this-test").secret(secret);
        assert_caught(&out, "\"the-key-of-this-test\" got into standard output");
        let err = shell("echo the-key-of-this-test >&2").secret(secret);
        assert_caught(&err, "\"the-key-of-this-test\" got into standard error");
    }

    #[test]
    fn leaked_value_is_caught() {
        assert_caught(&shell("echo tfy-$0"), "\"SENTINEL\" got into standard output");
        let both = shell("echo $0; echo $0 >&2").delivers_value();
        assert_caught(&both, "\"SENTINEL\" got into standard error");
        assert_caught(&shell("echo eyJhbGciOiJSUzI1NiJ9"), "got into standard output");
    }

    #[test]
    fn value_is_delivered_exactly_once() {
        assert_caught(&shell("echo $0 $0").delivers_value(), "is 2 times in standard output");
        assert_caught(&shell("true").delivers_value(), "is 0 times in standard output");
        let run = shell("echo $0").delivers_value().run();
        assert_eq!(run.stdout, "SENTINEL\n");
    }

    #[test]
    fn control_characters_are_caught() {
        let title = shell(r"printf '\033]0;title' >&2").exact_output();
        assert_caught(&title, "got into standard error");
        assert_caught(&shell(r"printf '\302\233'"), "got into standard output");
        assert_caught(&shell(r"printf '\342\200\256'"), "got into standard output");
    }

    #[test]
    fn only_colors_may_be_declared() {
        shell(r"printf '\033[1;31mred\033[0m'").colored().run();
        let clear = shell(r"printf '\033[1;31mred\033[2J'").colored();
        assert_caught(&clear, "got into standard output");
    }

    #[test]
    fn panic_is_caught() {
        assert_caught(&shell("echo thread main panicked at src/main.rs >&2"), "panicked at");
    }

    #[test]
    #[should_panic(expected = "\"SENTINEL\" got into the terminal")]
    fn overwritten_secret_is_caught_at_terminal() {
        Terminal::size(80, 24).run(&shell("echo $0; clear")).finish();
    }

    #[test]
    #[should_panic(expected = "got into the terminal")]
    fn title_is_caught_at_terminal() {
        let program = shell(r"printf '\033]0;title\007'");
        Terminal::size(80, 24).run(&program).finish();
    }

    #[test]
    #[should_panic(expected = "\"SENTINEL\" got into the terminal")]
    fn redirected_value_is_caught_at_terminal() {
        let program = shell("echo $0; echo $0 >&2").delivers_value();
        Terminal::size(80, 24).run(&program.stdout(Output::File)).finish();
    }

    #[test]
    #[should_panic(expected = "a running program was not waited for")]
    fn forgotten_program_is_caught() {
        drop(shell("exec sleep 60").start());
    }
}

#[test]
#[cfg(unix)]
fn snapshot_hides_variable_parts() {
    let server = FakeServer::with(&["ci created=-176d expires=9d used=-3h type=jwt"]);
    let value = server.value_of("ci").unwrap();
    assert!((1200..1400).contains(&value.len()), "{}", value.len());
    let script = "echo $TFY_BASE_URL $HOME $PWD http://127.0.0.1:65000; echo $1 in 12 ms; echo $2 2099-12-31 $0";
    let program = server.program("").run_by("/bin/sh").args("-c").arg(script).arg(value).delivers_value();
    let now = jiff::Timestamp::now();
    let program = program.arg(now.to_string()).arg(&now.to_string()[..10]);
    snapshot!(program, @"
    exit: 0
    --- stdout
    [SERVER] [HOME] [CWD] http://127.0.0.1:[PORT]
    [now] in [MS] ms
    [  DATE  ] 2099-12-31 [VALUE]
    ");
}

#[test]
#[cfg(unix)]
fn snapshot_shows_ends_and_control_characters() {
    snapshot!(Program::shell(r"printf 'a\r\n\033[1mb' && exit 130").exact_output(), @"
    exit: 130
    --- stdout
    a␍
    ␛[1mb[no newline]
    ");
    snapshot!(Program::shell("kill -INT $$"), @"exit: killed by SIGINT");
}

#[test]
fn snapshot_sorts_concurrent_requests() {
    let server = FakeServer::start();
    server.add_many(350);
    server.add("ci");
    server.rules(|rules| rules.max_limit = Some(100));
    snapshot!(server.program("delete ci --yes -q"), @"
    exit: 0
    --- stdout
    Deleted ci (cm3k1x9qf0000000000000351)
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /personal-access-tokens?limit=100&offset=99 200
    GET /personal-access-tokens?limit=100&offset=198 200
    GET /personal-access-tokens?limit=100&offset=297 200
    GET /personal-access-tokens?limit=1000&offset=99 400
    GET /session 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000351 200
    ");
}

#[cfg(unix)]
mod terminal {
    use crate::support::{CTRL_C, CTRL_Z, Input, Program, Terminal, snapshot};

    #[test]
    fn screen_and_settings_are_shown() {
        let program = Program::shell(r"stty -echo; printf '\033[?25lready '; read x; echo $x $x");
        let session = Terminal::size(20, 5).run(&program);
        session.wait_for("ready").send("a word that wraps\r");
        snapshot!(session, @"
        exit: 0
        --- screen
        ready a word that wraps a word that wraps
        --- terminal
        cursor hidden
        no echo
        ");
    }

    #[test]
    fn signal_differs_from_exit_code() {
        let session = Terminal::size(80, 5).run(&Program::shell("echo ready; exec sleep 60"));
        session.wait_for("ready").send(CTRL_C);
        snapshot!(session, @"
        exit: killed by SIGINT
        --- screen
        ready
        ^C
        ");
        snapshot!(Terminal::size(80, 5).run(&Program::shell("exit 130")), @"exit: 130");
    }

    #[test]
    fn stopped_program_can_continue() {
        let session = Terminal::size(80, 5).run(&Program::shell("echo ready; read x; echo $x"));
        session.wait_for("ready").send(CTRL_Z);
        assert_eq!(session.wait_until_stopped(), "");
        session.resume().send("on\r");
        snapshot!(session, @"
        exit: 0
        --- screen
        ready
        ^Zon
        on
        ");
    }

    #[test]
    fn window_can_be_resized_and_closed() {
        let program = Program::shell("trap 'stty size' WINCH; echo ready; while :; do sleep 0.01; done");
        let session = Terminal::size(80, 5).run(&program);
        session.wait_for("ready").resize(60, 7);
        session.wait_for("7 60");
        assert_eq!(session.hang_up().exit, "killed by SIGHUP");
    }

    #[test]
    fn streams_can_be_redirected() {
        let program = Program::shell("cat; [ -t 0 ] || echo no terminal").stdin(Input::Text("typed\n".into()));
        snapshot!(Terminal::size(80, 5).run(&program), @"
        exit: 0
        --- screen
        typed
        no terminal
        ");
        let session = Terminal::size(80, 5).run(&Program::shell("trap '' HUP; echo ready; read x; exit 7"));
        session.wait_for("ready");
        assert_eq!(session.vanish().code(), 7);
    }
}
