//! Signals from other processes, as CI runners and supervisors send them.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use wiremock::ResponseTemplate;

use super::script;
use crate::support::servers::{RawServer, Script};
use crate::support::signals::is_in_mask;
use crate::support::{Call, FakeServer, Fault, Program, Running, snapshot};

const LIMIT: Duration = Duration::from_secs(20);

/// Prints the names of the signals that it gets. USR2 ends it with exit code 9.
const CATCH_ALL: &str = "for s in INT QUIT TERM HUP USR1 ALRM WINCH CONT; do trap \"echo $s >&2\" $s; done
    trap 'exit 9' USR2; echo ready >&2; while :; do sleep 300 >/dev/null 2>&1 & wait; kill $!; done";

/// Starts a script and waits until it has printed `ready` to standard error.
fn start_when_ready(server: &FakeServer, code: &str) -> Running {
    let running = script(server, "", code).start();
    running.wait_for_stderr("ready");
    running
}

#[test]
fn signals_reach_command() {
    let server = FakeServer::start();
    let running = start_when_ready(&server, CATCH_ALL);
    let mut expected = "ready\n".to_owned();
    for (signal, name) in [
        (Signal::TERM, "TERM"),
        (Signal::INT, "INT"),
        (Signal::HUP, "HUP"),
        (Signal::QUIT, "QUIT"),
        (Signal::USR1, "USR1"),
        (Signal::ALARM, "ALRM"),
        (Signal::WINCH, "WINCH"),
        (Signal::INT, "INT"),
        (Signal::CONT, "CONT"),
    ] {
        running.signal(signal);
        expected = format!("{expected}{name}\n");
        running.wait_for_stderr(&expected);
    }
    assert_eq!(server.names(), "job");
    running.signal(Signal::USR2);
    let run = running.finish().exits(9);
    assert_eq!((run.stderr, server.names()), (expected, String::new()));
}

#[test]
fn exit_code_tells_signal() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let server = FakeServer::start();
        let running = start_when_ready(&server, "echo ready >&2; exec sleep 300");
        running.signal(signal);
        assert_eq!(running.finish().exit, code.to_string());
        assert_eq!(server.names(), "");
    }
}

/// A server that creates the token and answers after `delay`, and a run that has sent its request.
fn start_during_creation(delay: Duration) -> (FakeServer, Running) {
    let server = FakeServer::start();
    let value = serde_json::json!({"token": "tfy_value_SENTINEL_of_a_slow_server"});
    let answer = ResponseTemplate::new(201).set_body_json(value).set_delay(delay);
    server.add_fault(Fault::answer(Call::Create, answer).after_applying());
    let (sender, arrived) = channel();
    server.before_each(move |_, _, _| sender.send(()).unwrap_or_default());
    let running = script(&server, "", "echo started").start();
    arrived.recv_timeout(LIMIT).unwrap();
    (server, running)
}

#[test]
fn signal_during_creation_deletes_token() {
    let (_server, running) = start_during_creation(Duration::from_millis(500));
    running.signal(Signal::TERM);
    snapshot!(running, @r#"
    exit: killed by SIGTERM
    --- requests
    POST /personal-access-tokens 201 {"expirationDate":"[now+1d]","name":"job"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=job 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    "#);
}

#[test]
fn usr1_during_creation_deletes_token() {
    let (server, running) = start_during_creation(Duration::from_millis(500));
    running.signal(Signal::USR1);
    assert_eq!(running.finish().exit, "killed by SIGUSR1");
    assert_eq!(server.names(), "");
}

#[test]
fn token_of_silent_server_is_looked_up_and_deleted() {
    let (server, running) = start_during_creation(Duration::from_mins(5));
    for signal in [Signal::INT, Signal::INT, Signal::TERM] {
        running.signal(signal);
    }
    let run = snapshot!(running, @r#"
    exit: 7
    --- stderr
    error: the value of token `job` was not delivered; the token was deleted
      interrupted; the server may have received the request
    --- requests
    POST /personal-access-tokens 201 {"expirationDate":"[now+1d]","name":"job"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=job 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    "#);
    assert!(run.elapsed < Duration::from_secs(12), "{:?}", run.elapsed);
    assert_eq!(server.names(), "");
}

#[test]
fn repeated_signals_do_not_prevent_deletion() {
    let server = FakeServer::start();
    let (sender, arrived) = channel();
    server.before_each(move |_, request, _| {
        if request.call == Call::Delete {
            sender.send(()).unwrap_or_default();
        }
    });
    server.rules(|rules| rules.latency = Duration::from_millis(300));
    let running = start_when_ready(&server, "echo ready >&2; exec sleep 300");
    running.signal(Signal::INT);
    arrived.recv_timeout(LIMIT).unwrap();
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT, Signal::USR1] {
        running.signal(signal);
    }
    assert_eq!(running.finish().exits(130).stderr, "ready\n");
    assert_eq!(server.names(), "");
}

#[test]
fn deletion_after_signal_is_limited() {
    let created = Script::json(201, r#"{"token":"tfy_value_SENTINEL_x"}"#);
    let listed = Script::json(200, r#"{"data":[{"id":"a1","name":"job"}]}"#);
    let server = RawServer::answering(vec![created, listed, Script::Silence]);
    let running = server.program("run --name job -- sh -c").arg("echo ready >&2; exec sleep 300").start();
    running.wait_for_stderr("ready");
    server.received().wait_for_requests(2);
    running.signal(Signal::TERM);
    let run = running.finish().exits(143);
    let (_, reason) = run.stderr.split_once("Z: ").unwrap();
    assert_eq!(reason, "no response within 10 s after the signal\n");
    assert!(run.elapsed < Duration::from_secs(13), "{:?}", run.elapsed);
}

/// Waits until the status of the command in `/proc` fulfills a condition. The command has written its ID to the file `pid`.
#[cfg(target_os = "linux")]
fn wait_for_status(program: &Program, condition: impl Fn(&str) -> bool) -> Pid {
    let began = Instant::now();
    loop {
        let pid = std::fs::read_to_string(program.cwd().join("pid")).unwrap_or_default();
        let status = std::fs::read_to_string(format!("/proc/{}/status", pid.trim())).unwrap_or_default();
        if condition(&status) {
            return pid.trim().parse().ok().and_then(Pid::from_raw).unwrap();
        }
        assert!(began.elapsed() < LIMIT, "{status}");
        std::thread::yield_now();
    }
}

/// Another process, such as one that limits the use of the processor, may stop and continue only the command.
#[test]
#[cfg(target_os = "linux")]
fn command_stopped_by_other_process_is_not_followed() {
    let server = FakeServer::start();
    let program = script(&server, "", "trap 'exit 7' USR1; echo $$ >pid; kill -STOP $$; while :; do :; done");
    let running = program.start();
    wait_for_status(&program, |status| status.contains("State:\tT"));
    // A stopped program would not pass this signal on.
    running.signal(Signal::USR1);
    let command = wait_for_status(&program, |status| is_in_mask(status, "ShdPnd", Signal::USR1.as_raw()));
    kill_process(command, Signal::CONT).unwrap();
    running.finish().exits(7);
}

#[test]
#[cfg(target_os = "linux")]
fn signal_to_end_continues_stopped_command() {
    let server = FakeServer::start();
    let program = script(&server, "", "echo $$ >pid; kill -STOP $$; exit 7");
    let running = program.start();
    wait_for_status(&program, |status| status.contains("State:\tT"));
    running.signal(Signal::TERM);
    running.finish().exits(143);
    assert_eq!(server.names(), "");
}
