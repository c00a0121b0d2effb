//! Ctrl-C, and the signals that ask a program to end.

use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use wiremock::ResponseTemplate;

use super::{create, lost, lost_and_found, obey, program, told};
use crate::support::platform::{Call, Fault, Platform};
use crate::support::program::signals::is_in_mask;
use crate::support::program::{Program, Run};
use crate::support::servers::{Authority, RawServer, Script};
use crate::support::terminal::Terminal;

const LIMIT: Duration = Duration::from_secs(20);
const CANCELLED: &str = "cancelled: the platform may have got the request already";

/// A platform that makes the token and keeps its answer to itself; what is received from tells that the request came.
fn slow_platform() -> (Platform, Receiver<()>) {
    let platform = Platform::start();
    let answer = ResponseTemplate::new(201).set_delay(Duration::from_mins(5));
    platform.inject(Fault::answer(Call::Create, answer).after_applying());
    let (came, receiver) = channel();
    platform.before_each(move |_, _, _| came.send(()).unwrap_or_default());
    (platform, receiver)
}

fn create_at(server: &RawServer) -> Program {
    Program::against(server.url(), "key-of-no-platform").args(["create", "ci-run", "--retries", "0"])
}

/// A server that takes the request to create and does not answer it, then plays `script`.
fn silent_then(script: Script) -> RawServer {
    RawServer::answering(vec![Script::Silence, script])
}

/// What is told where the platform had the request and shows no token.
fn nothing_found() -> String {
    lost(
        "no token of this name exists now",
        &[CANCELLED],
        "run `tfy-tokens list --search ci-run` to be sure, then create it again",
    )
}

#[test]
fn fault_07_a_signal_after_the_token_was_made_finds_it() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT] {
        let (platform, came) = slow_platform();
        let running = create(&platform).start();
        came.recv_timeout(LIMIT).unwrap();
        running.signal(signal);
        let run = running.wait().exits(7);
        assert_eq!(told(&run), lost_and_found(&[CANCELLED]), "{signal:?}");
        assert_eq!(platform.calls(Call::Create).len(), 1);
        obey(&platform, &run);
    }
}

#[test]
fn fault_01_a_signal_while_nobody_reads_the_value_tells_what_became_of_it() {
    for (signal, more) in [
        (Signal::INT, &[][..]),
        (Signal::TERM, &["-o", "json"]),
        (Signal::HUP, &[]),
    ] {
        let platform = Platform::start();
        let running = create(&platform).args(more).arg("-v").stdout_stalled().start();
        running.wait_for_stderr("POST /api/svc/v1/personal-access-tokens: 201 in ");
        running.signal(signal);
        let run = running.wait().exits(7);
        let id = &platform.tokens()[0].id;
        assert!(
            run.stderr.contains(&format!("the token exists, its id is {id}")),
            "{}",
            run.stderr
        );
        assert!(
            run.stderr.contains(&format!("`tfy-tokens delete {id}`")),
            "{}",
            run.stderr
        );
        assert_eq!(platform.calls(Call::Create).len(), 1);
    }
}

#[test]
fn a_signal_ends_a_run_whose_standard_error_nobody_reads() {
    for (signal, arguments) in [(Signal::TERM, &["-v"][..]), (Signal::INT, &[])] {
        let platform = Platform::start();
        let running = create(&platform).args(arguments).stderr_stalled().start();
        let status = format!("/proc/{}/status", running.id());
        let is_listening = || {
            let status = std::fs::read_to_string(&status).unwrap_or_default();
            is_in_mask(&status, "SigCgt", signal.as_raw())
        };
        let began = Instant::now();
        while !is_listening() {
            assert!(began.elapsed() < LIMIT, "it does not listen to {signal:?}");
            std::thread::yield_now();
        }
        running.signal(signal);
        let run = running.wait().exits(130);
        assert_eq!((run.stdout.as_str(), platform.requests().len()), ("", 0));
    }
    let (platform, came) = slow_platform();
    let running = create(&platform).arg("-q").stderr_stalled().stdout_stalled().start();
    came.recv_timeout(LIMIT).unwrap();
    running.terminate();
    running.wait().exits(7);
    assert_eq!(platform.calls(Call::Create).len(), 1);
}

#[test]
fn fault_07_a_signal_after_the_request_was_sent_looks_the_name_up() {
    for signal in [Signal::INT, Signal::TERM] {
        let server = silent_then(Script::json(200, r#"{"data":[]}"#));
        let running = create_at(&server).start();
        server.seen().wait_for_requests(1);
        running.signal(signal);
        let run = running.wait().exits(7);
        assert_eq!(told(&run), nothing_found(), "{signal:?}");
        let requests = server.seen().requests();
        let methods: Vec<_> = requests.iter().map(|request| request.method.as_str()).collect();
        assert_eq!(methods, ["POST", "GET"]);
    }
}

#[test]
fn fault_07_a_second_ctrl_c_ends_the_look_up() {
    let server = silent_then(Script::Silence);
    let running = create_at(&server).start();
    server.seen().wait_for_requests(1);
    running.interrupt();
    server.seen().wait_for_requests(2);
    running.interrupt();
    let run = running.wait().exits(7);
    assert_eq!(
        told(&run),
        lost(
            "the token may exist: looking it up failed: cancelled: it was not looked up",
            &[CANCELLED],
            "once the platform answers, run `tfy-tokens list --search ci-run`: if it is there and new, \
             delete it with `tfy-tokens delete ci-run`"
        )
    );
}

#[test]
fn fault_07_a_signal_before_anything_was_sent_makes_no_token() {
    let authority = Authority::new();
    for signal in [Signal::INT, Signal::TERM] {
        let server = RawServer::answering(vec![Script::Silence]);
        // It waits for a handshake that never comes.
        let create = create_at(&server)
            .env("TFY_BASE_URL", server.url().replace("http:", "https:"))
            .env("SSL_CERT_FILE", authority.pem_file().to_str().unwrap());
        let running = create.start();
        server.seen().wait_for_connections(1);
        running.signal(signal);
        let run = running.wait().exits(130);
        assert_eq!(
            run.stderr,
            "Creating the token ci-run, which never expires\nerror: cancelled: no token was made\n"
        );
        assert_eq!(
            (server.seen().connections(), server.seen().contains("POST")),
            (1, false)
        );
    }
}

#[test]
fn fault_07_a_file_for_the_value_does_not_outlive_a_signal() {
    let (platform, came) = slow_platform();
    let program = create(&platform).args(["--save", "new.token"]);
    let running = program.start();
    came.recv_timeout(LIMIT).unwrap();
    running.terminate();
    let run = running.wait().exits(7);
    assert_eq!(std::fs::read_dir(program.cwd()).unwrap().count(), 0);
    obey(&platform, &run);
}

#[test]
fn fault_07_ctrl_c_at_a_terminal_leaves_it_as_it_was() {
    let server = silent_then(Script::json(200, r#"{"data":[]}"#));
    let mut session = Terminal::size(100, 24).run(&create_at(&server));
    server.seen().wait_for_requests(1);
    session.ctrl_c();
    let finished = session.finish();
    assert_eq!(finished.code, 7);
    assert!(finished.echo && finished.canonical && !finished.cursor_hidden);
    let run = Run {
        code: finished.code,
        stdout: String::new(),
        stdout_bytes: Vec::new(),
        stderr: finished.screen.replace("^C", "") + "\n",
        elapsed: Duration::ZERO,
    };
    assert_eq!(told(&run), nothing_found());
}

#[test]
#[cfg(target_os = "linux")]
fn a_signal_that_was_to_be_ignored_as_by_nohup_stops_nothing() {
    for (name, signal) in [("HUP", Signal::HUP), ("INT", Signal::INT), ("TERM", Signal::TERM)] {
        let platform = Platform::start();
        let (came, receiver) = channel();
        let (release, released) = channel::<()>();
        platform.before_each(move |_, _, _| {
            came.send(()).unwrap_or_default();
            released.recv().unwrap_or_default();
        });
        let script = format!(r#"trap '' {name}; exec "$0" create ci-run"#);
        let shell = program(&platform).run_by("/bin/sh");
        let running = shell
            .args(["-c", &script, env!("CARGO_BIN_EXE_tfy-tokens")])
            .delivers_value()
            .start();
        receiver.recv_timeout(LIMIT).unwrap();
        // What is sent now is there before the answer, or nowhere: an ignored signal is dropped where it is sent.
        running.signal(signal);
        let status = std::fs::read_to_string(format!("/proc/{}/status", running.id())).unwrap();
        release.send(()).unwrap();
        let run = running.wait().exits(0);
        assert_eq!(run.stdout, format!("{}\n", platform.value_of("ci-run").unwrap()));
        assert!(is_in_mask(&status, "SigIgn", signal.as_raw()), "{name}: {status}");
    }
}
