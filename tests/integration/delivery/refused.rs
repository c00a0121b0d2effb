//! No token was made, and that is certain.

use std::time::Duration;

use wiremock::ResponseTemplate;

use super::{create, create_trying_once, program};
use crate::support::platform::{Call, Fault, Platform};
use crate::support::program::{Program, Run};
use crate::support::servers::{NobodyThere, RawServer, Script, http_response};

const SAID_BACK: &str = "Creating the token ci-run, which never expires\n";

fn later(status: u16, when: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).insert_header("Retry-After", when)
}

/// It was too busy to make a token, after so many tries, and was not asked for anything else.
#[track_caller]
fn too_busy(platform: &Platform, run: &Run, status: u16, tries: usize) {
    assert_eq!(
        run.stderr,
        format!(
            "{SAID_BACK}error: the platform is too busy or failing (HTTP {status}): no token was made\n\
             hint: try again in a while\n"
        )
    );
    let calls: Vec<Call> = platform.requests().iter().map(|seen| seen.call).collect();
    assert_eq!(calls, vec![Call::Create; tries]);
}

#[test]
fn fault_04_a_platform_that_was_never_reached_has_made_no_token() {
    let nobody = NobodyThere::new();
    let create = Program::against(nobody.url(), "key-of-no-platform").args(["create", "ci-run", "--retries", "0"]);
    let run = create.run().exits(6);
    let url = nobody.url();
    assert_eq!(run.stdout, "");
    assert_eq!(
        run.stderr,
        format!(
            "{SAID_BACK}error: cannot reach {url}: no token was made\n  \
             Connection refused (os error 111)\nhint: check the base URL, the network and any proxy\n"
        )
    );
    let run = create.args(["-o", "json"]).run().exits(6);
    let message = format!("cannot reach {url}: no token was made: Connection refused (os error 111)");
    let hint = "check the base URL, the network and any proxy";
    let error = serde_json::json!({
        "kind": "unreachable", "message": message, "hint": hint, "status": null, "exitCode": 6,
    });
    assert_eq!(run.failure(), error);
}

#[test]
fn fault_04_a_connection_that_was_never_made_is_tried_again() {
    let nobody = NobodyThere::new();
    let create =
        Program::against(nobody.url(), "key-of-no-platform").args(["create", "ci-run", "-v", "--retries", "1"]);
    let run = create.run().exits(6);
    let tries: Vec<_> = run.stderr.lines().filter(|line| line.starts_with("POST ")).collect();
    assert!(tries.len() == 2 && tries[1].ends_with("try 2"), "{tries:?}");
    assert!(run.stderr.contains(": no token was made\n"));
}

#[test]
fn fault_05_a_platform_that_says_when_to_come_back_is_asked_again_then() {
    for status in [429, 503] {
        let platform = Platform::start();
        platform.inject(Fault::answer(Call::Create, later(status, "0")).times(2));
        let run = create(&platform).delivers_value().run().exits(0);
        assert_eq!(run.stdout.trim_end(), platform.value_of("ci-run").unwrap());
        assert_eq!(run.stderr, SAID_BACK);
        assert_eq!(platform.requests().len(), 3);
        assert_eq!(platform.tokens().len(), 1);
    }
}

#[test]
fn fault_05_the_wait_is_as_long_as_the_platform_asks() {
    let platform = Platform::start();
    platform.answer_once(Call::Create, later(429, "1"));
    let run = create(&platform).delivers_value().run().exits(0);
    assert!(run.elapsed >= Duration::from_secs(1), "{:?}", run.elapsed);
}

#[test]
fn fault_05_a_platform_that_stays_busy_has_made_no_token() {
    let platform = Platform::start();
    platform.answer_always(Call::Create, later(503, "0"));
    let run = create(&platform).run().exits(6);
    too_busy(&platform, &run, 503, 3);
}

#[test]
fn fault_05_a_platform_that_does_not_say_when_or_says_tomorrow_is_not_waited_for() {
    for (status, answer) in [
        (429, ResponseTemplate::new(429)),
        (429, later(429, "86400")),
        (503, later(503, "86400")),
    ] {
        let platform = Platform::start();
        platform.answer_always(Call::Create, answer);
        let run = create(&platform).run().exits(6);
        too_busy(&platform, &run, status, 1);
    }
}

#[test]
fn fault_05_what_was_turned_away_and_then_never_arrived_has_made_no_token() {
    let busy = http_response(429, &[("Retry-After", "1"), ("Connection", "close")], "");
    let server = RawServer::answering(vec![Script::Answer(busy)]);
    let create =
        Program::against(server.url(), "key-of-no-platform").args(["create", "ci-run", "-v", "--retries", "1"]);
    let running = create.start();
    running.wait_for_stderr("tokens: 429 in ");
    let url = server.url();
    drop(server);
    let run = running.wait().exits(6);
    assert!(
        run.stderr
            .contains(&format!("error: cannot reach {url}: no token was made\n"))
    );
}

#[test]
fn fault_07_ctrl_c_while_a_busy_platform_is_waited_for_makes_no_token() {
    let platform = Platform::start();
    platform.answer_always(Call::Create, later(503, "60"));
    let running = create(&platform).arg("-v").start();
    running.wait_for_stderr("tokens: 503 in ");
    running.interrupt();
    let run = running.wait().exits(130);
    assert!(run.stderr.ends_with("error: cancelled: no token was made\n"));
    assert_eq!(platform.requests().len(), 1);
}

#[test]
fn a_refusal_is_told_as_what_it_is() {
    let platform = Platform::start();
    create(&platform).delivers_value().run().exits(0);
    let run = create(&platform).run().exits(5);
    assert_eq!(
        run.stderr,
        format!(
            "{SAID_BACK}error: A token with this name already exists. Use a different name.\n  \
             the platform says: Personal access token with name ci-run already exists\n"
        )
    );
    platform.max_token_age(90);
    let run = program(&platform).args(["create", "ci-run-2"]).run().exits(1);
    assert_eq!(
        run.stderr,
        "Creating the token ci-run-2, which never expires\n\
         error: the platform refused this (HTTP 400)\n  the platform says: \
         expirationDate is required: tokens of this tenant live at most 90 days\n"
    );
    assert_eq!(create_trying_once(&platform).run().code, 1);
    assert_eq!(platform.calls(Call::List).len(), 0);
}
