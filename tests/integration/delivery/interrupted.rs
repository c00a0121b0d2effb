//! Signals while a token is created.

use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use wiremock::ResponseTemplate;

use super::{CREATED, NOT_CREATED, assert_undelivered, create, delete_as_printed, shell};
use crate::support::servers::{Authority, RawServer, Script};
use crate::support::signals::is_in_mask;
use crate::support::{CTRL_C, Call, Exit, FakeServer, Fault, Output, Running, Terminal, TerminalState, snapshot};

const LIMIT: Duration = Duration::from_secs(20);

/// A server that creates the token and does not answer. The receiver gets a message when the request arrives.
fn slow_server() -> (FakeServer, Receiver<()>) {
    let server = FakeServer::start();
    let answer = ResponseTemplate::new(201).set_delay(Duration::from_mins(5));
    server.add_fault(Fault::answer(Call::Create, answer).after_applying());
    let (sender, arrived) = channel();
    server.before_each(move |_, _, _| sender.send(()).unwrap_or_default());
    (server, arrived)
}

/// A server that reads the request and does not answer, and then plays `script`.
fn silent_then(script: Script) -> RawServer {
    RawServer::answering(vec![Script::Silence, script])
}

/// Waits until the program handles `signal`.
#[track_caller]
fn wait_for_handler(running: &Running, signal: Signal) {
    let status = format!("/proc/{}/status", running.id());
    let began = Instant::now();
    let is_handled = |status: &str| is_in_mask(status, "SigCgt", signal.as_raw());
    while !is_handled(&std::fs::read_to_string(&status).unwrap_or_default()) {
        assert!(began.elapsed() < LIMIT, "no handler of {signal:?}");
        std::thread::yield_now();
    }
}

#[test]
fn signal_finds_created_token() {
    let (server, arrived) = slow_server();
    let running = create(&server).start();
    arrived.recv_timeout(LIMIT).unwrap();
    running.signal(Signal::INT);
    let run = snapshot!(running, @r#"
    exit: 7
    --- stderr
    Creating token ci-run on [SERVER]; never expires
    error: the value of token `ci-run` was not delivered; the token was created with ID cm3k1x9qf0000000000000001 at [now]
      interrupted; the server may have received the request
    hint: its value cannot be shown again; run `tfy-tokens delete cm3k1x9qf0000000000000001` and create it again
    --- requests
    POST /personal-access-tokens 201 {"name":"ci-run"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=ci-run 200
    "#);
    delete_as_printed(&server, &run);
    for signal in [Signal::TERM, Signal::HUP, Signal::QUIT] {
        let (server, arrived) = slow_server();
        let running = create(&server).start();
        arrived.recv_timeout(LIMIT).unwrap();
        running.signal(signal);
        delete_as_printed(&server, &running.wait().exits(7));
    }
}

#[test]
fn signal_finds_no_token() {
    let server = silent_then(Script::json(200, r#"{"data":[]}"#));
    let running = server.program("create ci-run").start();
    server.received().wait_for_requests(1);
    running.signal(Signal::TERM);
    snapshot!(running, @r#"
    exit: 7
    --- stderr
    Creating token ci-run on [SERVER]; never expires
    error: the value of token `ci-run` was not delivered; no token with this name exists
      interrupted; the server may have received the request
    hint: run `tfy-tokens list --search ci-run` to be sure, then create it again
    --- requests
    POST /personal-access-tokens {"name":"ci-run"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=ci-run
    "#);
}

#[test]
fn second_signal_ends_lookup() {
    let server = silent_then(Script::Silence);
    let running = server.program("create ci-run").start();
    server.received().wait_for_requests(1);
    running.signal(Signal::INT);
    server.received().wait_for_requests(2);
    running.signal(Signal::INT);
    snapshot!(running, @r#"
    exit: killed by SIGINT
    --- stderr
    Creating token ci-run on [SERVER]; never expires
    --- requests
    POST /personal-access-tokens {"name":"ci-run"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=ci-run
    "#);
}

#[test]
fn signal_before_request_creates_no_token() {
    let authority = Authority::new();
    for signal in [Signal::INT, Signal::TERM] {
        // The program waits for a handshake that the server never answers.
        let server = RawServer::answering(vec![Script::Silence]);
        let program = server.program("create ci-run -q");
        let running = program
            .env("TFY_BASE_URL", server.url().replace("http:", "https:"))
            .env("SSL_CERT_FILE", authority.pem_file())
            .start();
        server.received().wait_for_connections(1);
        running.signal(signal);
        let run = running.wait().exits(128 + signal.as_raw());
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
        assert_eq!((server.received().connections(), server.received().contains("POST")), (1, false));
    }
}

#[test]
fn signal_during_retry_wait_creates_no_token() {
    let server = FakeServer::start();
    let busy = ResponseTemplate::new(503).insert_header("Retry-After", "60");
    server.answer_always(Call::Create, busy);
    let running = create(&server).args("-v").start();
    running.wait_for_stderr("tokens: 503 in ");
    running.signal(Signal::INT);
    snapshot!(running, @r#"
    exit: killed by SIGINT
    --- stderr
    Creating token ci-run on [SERVER]; never expires
    POST /api/svc/v1/personal-access-tokens: 503 in [MS] ms, attempt 1
    --- requests
    POST /personal-access-tokens 503 {"name":"ci-run"}
    "#);
}

#[test]
fn signal_while_stdout_blocks_reports_token() {
    for (signal, format) in [(Signal::INT, "table"), (Signal::TERM, "json"), (Signal::HUP, "table")] {
        let server = FakeServer::start();
        let program = create(&server).args("-v -o").arg(format);
        let running = program.stdout(Output::Stalled).start();
        running.wait_for_stderr("POST /api/svc/v1/personal-access-tokens: 201 in ");
        running.signal(signal);
        let run = running.wait();
        assert_undelivered(&run, CREATED);
        delete_as_printed(&server, &run);
        assert_eq!(server.calls(Call::Create).len(), 1);
    }
}

#[test]
fn second_signal_ends_program_while_stderr_blocks() {
    let server = FakeServer::start();
    let running = create(&server).stderr_stalled().start();
    // The handler of SIGQUIT is installed last.
    wait_for_handler(&running, Signal::QUIT);
    // The system merges two pending signals of one kind.
    running.signal(Signal::TERM);
    running.signal(Signal::INT);
    let run = running.wait();
    assert!(matches!(run.exit, Exit::Signal(2 | 15)), "{}", run.snapshot());
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn signal_removes_file() {
    let (server, arrived) = slow_server();
    let program = create(&server).args("--save new.token");
    let running = program.start();
    arrived.recv_timeout(LIMIT).unwrap();
    running.signal(Signal::TERM);
    let run = running.wait().exits(7);
    assert_eq!(std::fs::read_dir(program.cwd()).unwrap().count(), 0);
    delete_as_printed(&server, &run);
}

#[test]
fn ctrl_c_restores_terminal() {
    let server = silent_then(Script::json(200, r#"{"data":[]}"#));
    let program = server.program("create ci-run --color never");
    let session = Terminal::size(120, 24).run(&program);
    server.received().wait_for_requests(1);
    session.send(CTRL_C);
    let finished = session.finish().exits(7);
    assert!(finished.screen.contains(NOT_CREATED), "{}", finished.screen);
    assert_eq!(finished.terminal, TerminalState::default());
}

#[test]
#[cfg(target_os = "linux")]
fn signal_ignored_at_startup_does_not_cancel() {
    for (name, signal) in [("HUP", Signal::HUP), ("INT", Signal::INT), ("TERM", Signal::TERM)] {
        let server = FakeServer::start();
        let (sender, arrived) = channel();
        let (release, released) = channel::<()>();
        server.before_each(move |_, _, _| {
            sender.send(()).unwrap_or_default();
            released.recv().unwrap_or_default();
        });
        let script = format!(r#"trap '' {name}; exec "$0" create ci-run"#);
        let running = shell(&server, &script).delivers_value().start();
        arrived.recv_timeout(LIMIT).unwrap();
        // The system drops an ignored signal at once, so it cannot arrive after the response.
        running.signal(signal);
        let status = std::fs::read_to_string(format!("/proc/{}/status", running.id())).unwrap();
        release.send(()).unwrap();
        let run = running.wait().exits(0);
        assert_eq!(run.stdout, server.value_of("ci-run").unwrap() + "\n");
        assert!(is_in_mask(&status, "SigIgn", signal.as_raw()), "{name}: {status}");
    }
}
