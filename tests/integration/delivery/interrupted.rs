//! Signals while a token is created.

use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use wiremock::ResponseTemplate;

use super::{CREATED, NOT_CREATED, assert_undelivered, create, delete_as_printed, shell};
use crate::support::servers::{Authority, RawServer, Script};
use crate::support::signals::is_in_mask;
use crate::support::{CTRL_C, Call, FakeServer, Fault, Output, Terminal, snapshot};

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
    The token never expires. To limit it, pass an expiry such as --expires 90d.
    Checking whether the token was created.
    error: the value of token `ci-run` was not delivered; the token was created with ID cm3k1x9qf0000000000000001 at [now]
      interrupted; the server may have received the request
    hint: its value cannot be shown again; run `tfy-tokens delete cm3k1x9qf0000000000000001` and create it again
    --- requests
    POST /personal-access-tokens 201 {"name":"ci-run"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=ci-run 200
    "#);
    delete_as_printed(&server, &run);
}

#[test]
fn signal_removes_file() {
    for signal in [Signal::TERM, Signal::HUP, Signal::QUIT] {
        let (server, arrived) = slow_server();
        let program = create(&server).args("--save new.token");
        let running = program.start();
        arrived.recv_timeout(LIMIT).unwrap();
        running.signal(signal);
        delete_as_printed(&server, &running.finish().exits(7));
        assert_eq!(std::fs::read_dir(program.cwd()).unwrap().count(), 0);
    }
}

#[test]
fn second_signal_ends_lookup() {
    let server = RawServer::answering(vec![Script::Silence]);
    let running = server.program("create ci-run -q").start();
    for number in [1, 2] {
        server.received().wait_for_requests(number);
        running.signal(Signal::INT);
    }
    snapshot!(running, @r#"
    exit: killed by SIGINT
    --- requests
    POST /personal-access-tokens {"name":"ci-run"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=ci-run
    "#);
}

#[test]
fn signal_before_request_creates_no_token() {
    // The program waits for a handshake that the server never answers.
    let server = RawServer::answering(vec![Script::Silence]);
    let authority = Authority::new();
    let program = server.program("create ci-run -q").env("SSL_CERT_FILE", authority.pem_file());
    let running = program.env("TFY_BASE_URL", server.url().replace("http:", "https:")).start();
    server.received().wait_for_connection();
    running.signal(Signal::TERM);
    snapshot!(running.finish(), @"exit: killed by SIGTERM");
    assert_eq!((server.received().connections(), server.received().text().contains("POST")), (1, false));
}

#[test]
fn signal_during_retry_wait_creates_no_token() {
    let server = FakeServer::start();
    server.answer_always(Call::Create, ResponseTemplate::new(503).insert_header("Retry-After", "60"));
    let running = create(&server).args("-v").start();
    running.wait_for_stderr("tokens: 503 in ");
    running.signal(Signal::INT);
    let run = running.finish();
    assert_eq!(run.exit, "killed by SIGINT");
    assert!(run.stderr.ends_with(", attempt 1\n") && server.requests().len() == 1, "{}", run.stderr);
}

#[test]
fn signal_while_stdout_blocks_reports_token() {
    let server = FakeServer::start();
    let running = create(&server).args("-v -o json").stdout(Output::Stalled).start();
    running.wait_for_stderr("POST /api/svc/v1/personal-access-tokens: 201 in ");
    running.signal(Signal::TERM);
    let run = running.finish();
    assert_undelivered(&run, CREATED);
    delete_as_printed(&server, &run);
}

#[test]
fn value_read_after_signal_is_delivered() {
    let server = FakeServer::with(&["bot"]);
    let program = server.program("rotate bot --yes -v").stdout(Output::Stalled).delivers_value();
    let mut running = program.start();
    running.wait_for_stderr("POST /api/svc/v1/personal-access-tokens: 201 in ");
    running.signal(Signal::TERM);
    running.read_stalled_stdout();
    let run = running.finish();
    // The pipe held blanks before the value.
    assert!(run.stdout.trim_start().starts_with("tfy_value_"), "{}", run.snapshot());
    assert_eq!((run.exit.as_str(), server.names().as_str()), ("killed by SIGTERM", "bot-2 bot"));
}

#[test]
fn second_signal_ends_program_while_stderr_blocks() {
    let server = FakeServer::start();
    let running = create(&server).stderr(Output::Stalled).start();
    let status = format!("/proc/{}/status", running.id());
    let began = Instant::now();
    // The handler of SIGQUIT is installed last.
    let is_handled = |status: &str| is_in_mask(status, "SigCgt", Signal::QUIT.as_raw());
    while !is_handled(&std::fs::read_to_string(&status).unwrap_or_default()) {
        assert!(began.elapsed() < LIMIT, "no handler");
        std::thread::yield_now();
    }
    // The system merges two pending signals of one kind.
    running.signal(Signal::TERM);
    running.signal(Signal::INT);
    let run = running.finish();
    assert!(["killed by SIGINT", "killed by SIGTERM"].contains(&run.exit.as_str()), "{}", run.snapshot());
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn ctrl_c_restores_terminal() {
    let server = RawServer::answering(vec![Script::Silence, Script::json(200, r#"{"data":[]}"#)]);
    let session = Terminal::size(120, 24).run(&server.program("create ci-run --color never"));
    server.received().wait_for_requests(1);
    session.send(CTRL_C);
    let finished = session.finish().exits(7);
    assert!(finished.screen.contains(NOT_CREATED), "{}", finished.screen);
    assert_eq!(finished.terminal, "");
}

#[test]
#[cfg(target_os = "linux")]
fn signal_ignored_at_startup_does_not_cancel() {
    for (name, signal) in [("HUP", Signal::HUP), ("TERM", Signal::TERM)] {
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
        assert!(is_in_mask(&status, "SigIgn", signal.as_raw()), "{name}: {status}");
        release.send(()).unwrap();
        running.finish().exits(0);
    }
}
