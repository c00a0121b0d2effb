//! Where there is nothing to offer, a shell hears nothing and soon.

use std::time::Duration;

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{SHELLS, account, against, tab};
use crate::support::platform::{Call, Platform, TokenSeed};
use crate::support::program::Program;
use crate::support::servers::{NobodyThere, RawServer, Script};

const DELETE: [&str; 3] = ["tfy-tokens", "delete", "ci-"];

#[test]
fn an_answer_that_a_shell_would_wait_too_long_for_is_not_waited_for() {
    let platform = account();
    // Within the time that commands allow an answer.
    platform.latency(Duration::from_secs(10));
    assert_eq!(tab(&against(&platform), &DELETE).stdout, "");
    assert_eq!(platform.calls(Call::List).len(), 1);
}

#[test]
fn many_answers_that_are_soon_enough_one_by_one_are_not_waited_for() {
    let platform = Platform::start();
    for number in 0..12 {
        platform.add(TokenSeed::named(format!("ci-{number}")));
    }
    platform.cap_page_size(1).latency(Duration::from_millis(900));
    assert_eq!(tab(&against(&platform), &DELETE).stdout, "");
    assert!(!platform.calls(Call::List).is_empty());
}

#[test]
fn an_answer_without_end_is_not_waited_for() {
    let server = RawServer::answering(vec![Script::endless_json()]);
    let run = tab(&Program::against(server.url(), "tfy_SENTINEL"), &DELETE);
    assert_eq!(run.stdout, "");
    assert_eq!(server.seen().requests().len(), 1);
}

#[test]
fn a_platform_that_is_not_there_is_not_told() {
    let run = tab(&Program::against(NobodyThere::new().url(), "tfy_SENTINEL"), &DELETE);
    assert_eq!(run.stdout, "");
}

#[test]
fn without_settings_or_with_broken_ones_nothing_is_offered() {
    for program in [
        Program::bare(),
        Program::bare().no_env("HOME"),
        Program::bare().write_cwd_file(".env", "TFY_BASE_URL=ftp://x\nnonsense\nTFY_API_KEY=tfy_SENTINEL"),
        Program::bare().write_home_file(".truefoundry/credentials.json", "{"),
        Program::against("http://example.test", "tfy_SENTINEL"),
    ] {
        assert_eq!(tab(&program, &DELETE).stdout, "");
    }
}

#[test]
fn an_answer_that_is_none_is_not_told() {
    let html = ResponseTemplate::new(200).set_body_raw("<html>sign in</html>", "text/html");
    for answer in [html, ResponseTemplate::new(401), ResponseTemplate::new(503)] {
        let platform = account();
        platform.answer_always(Call::List, answer);
        assert_eq!(tab(&against(&platform), &DELETE).stdout, "");
        assert_eq!(platform.requests().len(), 1);
    }
}

#[test]
fn what_is_under_way_when_the_shell_is_let_go_costs_no_session() {
    let platform = Platform::start();
    let over = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(1);
    let credentials = json!({
        "access_token": platform.user_key(over), "refresh_token": platform.refresh_token(), "host": platform.url(),
    });
    let file = ".truefoundry/credentials.json";
    let program = Program::bare().write_home_file(file, credentials.to_string());
    assert_eq!(tab(&program, &DELETE).stdout, "");
    assert_eq!(platform.requests().len(), 0);
    let after = std::fs::read_to_string(program.home().join(file)).unwrap();
    assert_eq!(after, credentials.to_string());
}

#[test]
fn a_command_line_that_cannot_be_completed_is_never_run() {
    let platform = account();
    for shell in SHELLS {
        for arguments in [
            &["--"][..],
            &["--", "tfy-tokens"],
            &["--", "tfy-tokens", "delete", "laptop", "--yes"],
        ] {
            let program = against(&platform)
                .env("COMPLETE", shell)
                .env("_CLAP_COMPLETE_INDEX", "99")
                .args(arguments);
            let run = program.run().exits(0);
            assert_eq!(run.stderr, "", "{shell} {arguments:?}");
        }
    }
    assert_eq!(platform.calls(Call::Delete).len(), 0);
}

#[test]
fn a_variable_of_that_name_does_not_change_what_commands_do() {
    let platform = account();
    let program = against(&platform).env("COMPLETE", "bash");
    let listed = program.clone().args(["list", "-o", "json"]).run().exits(0);
    assert_eq!(listed.json().as_array().map(Vec::len), Some(3));
    program.args(["delete", "--yes", "--", "laptop"]).run().exits(0);
    assert_eq!(platform.calls(Call::Delete).len(), 1);
}
