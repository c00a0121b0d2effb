//! `rotate`: whatever becomes of the new value, the old token lives until it was handed over.

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{create, obey, printed_commands, program, told};
use crate::support::platform::{Call, Fault, Platform, TokenSeed};
use crate::support::program::{Program, Run};

/// The id of the token that is replaced, and of the one that replaces it.
const OLD: &str = "cm3k1x9qf000001";
const NEW: &str = "cm3k1x9qf000002";

const KEPT: &str = "  the old token was kept: ci-run (cm3k1x9qf000001)\n";

fn platform() -> Platform {
    let platform = Platform::start();
    platform.add(TokenSeed::named("ci-run"));
    platform
}

fn rotate(platform: &Platform) -> Program {
    program(platform).args(["rotate", "ci-run", "--yes"])
}

fn names(platform: &Platform) -> Vec<String> {
    platform.tokens().into_iter().map(|token| token.name).collect()
}

/// The value of `ci-run-2` was lost and the token found, and the old one is told to live.
#[track_caller]
fn told_of_both(platform: &Platform, run: &Run, why: &str) {
    assert_eq!(
        told(run),
        format!(
            "Creating the token ci-run-2, which never expires\n\
             error: the value of `ci-run-2` was not delivered: the token exists, its id is {NEW}, created TIME\n\
             {why}{KEPT}\
             hint: its value cannot be shown again: delete it with `tfy-tokens delete {NEW}` and create a new one\n"
        )
    );
    assert_eq!(names(platform), ["ci-run-2", "ci-run"]);
    assert_eq!(platform.calls(Call::Create).len(), 1);
    assert_eq!(platform.calls(Call::Delete).len(), 0);
    program(platform)
        .args(&printed_commands(run)[0])
        .arg("--yes")
        .run()
        .exits(0);
    assert_eq!(names(platform), ["ci-run"]);
}

#[test]
fn fault_01_a_value_that_standard_output_did_not_take_keeps_the_old_token() {
    let platform = platform();
    let run = rotate(&platform).stdout_full().run().exits(7);
    let why = "  standard output did not take it\n  No space left on device (os error 28)\n";
    told_of_both(&platform, &run, why);
}

#[test]
fn fault_03_a_value_whose_answer_was_lost_keeps_the_old_token() {
    let platform = platform();
    platform.inject(Fault::hang_up(Call::Create).after_applying());
    let run = rotate(&platform).run().exits(7);
    let url = platform.url();
    let why = format!("  the answer from {url} did not arrive in full\n  connection closed before message completed\n");
    told_of_both(&platform, &run, &why);
}

#[test]
fn fault_02_a_file_that_exists_is_not_touched_and_nothing_is_asked() {
    let platform = platform();
    let program = rotate(&platform)
        .args(["--save", "new.token"])
        .write_cwd_file("new.token", "precious");
    let run = program.run().exits(2);
    assert!(
        run.stderr
            .starts_with("error: cannot save the value to new.token\n  File exists (os error 17)\n")
    );
    assert_eq!(std::fs::read(program.cwd().join("new.token")).unwrap(), b"precious");
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn a_file_is_not_left_where_the_old_token_is_not_found() {
    let platform = platform();
    let program = program(&platform).args(["rotate", "none", "--yes", "--save", "new.token"]);
    program.run().exits(4);
    assert_eq!(std::fs::read_dir(program.cwd()).unwrap().count(), 0);
}

#[test]
fn a_refusal_keeps_the_old_token_and_says_so() {
    let platform = platform();
    platform.answer_once(
        Call::Create,
        ResponseTemplate::new(403).set_body_json(json!({"message": "no"})),
    );
    let run = rotate(&platform).run().exits(3);
    assert_eq!(
        run.stderr,
        format!(
            "Creating the token ci-run-2, which never expires\n\
             error: Cannot manage access tokens. Check your API key permissions.\n  the platform says: no\n{KEPT}"
        )
    );
    assert_eq!(names(&platform), ["ci-run"]);
}

#[test]
fn a_platform_too_busy_to_make_the_new_token_keeps_the_old_one() {
    let platform = platform();
    platform.answer_always(Call::Create, ResponseTemplate::new(429));
    let run = rotate(&platform).args(["-o", "json"]).run().exits(6);
    let message = "the platform is too busy or failing (HTTP 429): no token was made: \
                   the old token was kept: ci-run (cm3k1x9qf000001)";
    let error = json!({
        "kind": "unreachable", "message": message, "hint": "try again in a while", "status": 429, "exitCode": 6,
    });
    assert_eq!(run.failure(), error);
    assert_eq!(names(&platform), ["ci-run"]);
}

#[test]
fn an_old_token_that_cannot_be_deleted_is_told_with_the_command_that_deletes_it() {
    let platform = platform();
    platform.answer_once(Call::Delete, ResponseTemplate::new(403));
    let run = rotate(&platform).delivers_value().run().exits(3);
    assert_eq!(run.stdout.trim_end(), platform.value_of("ci-run-2").unwrap());
    assert_eq!(
        run.stderr,
        format!(
            "Creating the token ci-run-2, which never expires\n\
             error: the new token works, but deleting the old one failed\n  \
             Cannot manage access tokens. Check your API key permissions.\n\
             hint: delete it with `tfy-tokens delete {OLD}`\n"
        )
    );
    program(&platform)
        .args(&printed_commands(&run)[0])
        .arg("--yes")
        .run()
        .exits(0);
    assert_eq!(names(&platform), ["ci-run-2"]);
}

#[test]
fn a_saved_value_replaces_the_old_token() {
    let platform = platform();
    let program = rotate(&platform).args(["--save", "new.token"]);
    let run = program.run().exits(0);
    assert_eq!(run.stdout, "Name:     ci-run-2\nExpires:  never\n");
    let value = platform.value_of("ci-run-2").unwrap();
    assert_eq!(
        std::fs::read_to_string(program.cwd().join("new.token")).unwrap(),
        format!("{value}\n")
    );
    assert_eq!(names(&platform), ["ci-run-2"]);
}

#[test]
fn what_was_lost_by_create_can_be_made_again_under_its_name() {
    let platform = Platform::start();
    platform.inject(Fault::hang_up(Call::Create).after_applying());
    let run = create(&platform).run().exits(7);
    obey(&platform, &run);
    create(&platform).delivers_value().run().exits(0);
}
