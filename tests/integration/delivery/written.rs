//! Standard output takes the value, or does not.

use serde_json::json;

use super::{ID, create, lost_and_found, obey, program, told};
use crate::support::platform::{Call, Platform};
use crate::support::terminal::Terminal;

#[test]
fn off_a_terminal_standard_output_is_the_value_and_a_newline() {
    let platform = Platform::start();
    let run = create(&platform).delivers_value().run().exits(0);
    let value = platform.value_of("ci-run").unwrap();
    assert_eq!(run.stdout, format!("{value}\n"));
    assert_eq!(run.stderr, "Creating the token ci-run, which never expires\n");
    assert_eq!(platform.requests().len(), 1);
    assert_eq!(platform.calls(Call::Create)[0].json(), json!({"name": "ci-run"}));
}

#[test]
fn json_has_the_value_and_what_it_is_of() {
    let platform = Platform::start();
    let create = create(&platform).args(["-o", "json", "--expires", "2099-12-31"]);
    let run = create.delivers_value().run().exits(0);
    let token = platform.value_of("ci-run").unwrap();
    let document = json!({"name": "ci-run", "token": token, "expiresAt": "2099-12-31T23:59:59Z"});
    assert_eq!(run.json(), document);
    assert_eq!((run.stdout.lines().count(), run.stderr.as_str()), (1, ""));
}

#[test]
fn at_a_terminal_the_value_stands_with_its_name_and_a_warning() {
    let platform = Platform::start();
    let finished = Terminal::size(100, 24)
        .run(&create(&platform).delivers_value())
        .finish();
    let value = platform.value_of("ci-run").unwrap();
    let screen = format!(
        "Creating the token ci-run, which never expires\nName:     ci-run\nExpires:  never\nToken:    {value}\n\
         warning: Save the value now: it cannot be shown again."
    );
    assert_eq!((finished.code, finished.screen), (0, screen));
}

#[test]
fn fault_01_a_full_standard_output_is_told_with_the_token_and_the_command_that_deletes_it() {
    let platform = Platform::start();
    let run = create(&platform).stdout_full().run().exits(7);
    assert_eq!(
        told(&run),
        lost_and_found(&[
            "standard output did not take it",
            "No space left on device (os error 28)"
        ])
    );
    assert_eq!(platform.calls(Call::Create).len(), 1);
    obey(&platform, &run);
}

#[test]
fn fault_01_a_closed_standard_output_is_told_with_the_token_and_the_command_that_deletes_it() {
    let platform = Platform::start();
    let run = create(&platform).stdout_closed().run().exits(7);
    assert_eq!(
        told(&run),
        lost_and_found(&["standard output did not take it", "standard output is closed"])
    );
    obey(&platform, &run);
}

#[test]
fn fault_01_a_standard_output_that_can_only_be_read_is_told_with_the_token_and_the_command_that_deletes_it() {
    for input in ["/dev/null", "/etc/passwd"] {
        let platform = Platform::start();
        let script = format!(r#"exec "$0" create ci-run 1<{input}"#);
        let shell = program(&platform).run_by("/bin/sh");
        let run = shell
            .args(["-c", &script, env!("CARGO_BIN_EXE_tfy-tokens")])
            .run()
            .exits(7);
        assert_eq!(
            told(&run),
            lost_and_found(&[
                "standard output did not take it",
                "standard output is open for reading only"
            ])
        );
        obey(&platform, &run);
    }
}

#[test]
fn a_value_that_is_thrown_away_on_purpose_is_delivered() {
    let platform = Platform::start();
    let shell = program(&platform).run_by("/bin/sh");
    let script = r#"exec "$0" create ci-run >/dev/null"#;
    let run = shell
        .args(["-c", script, env!("CARGO_BIN_EXE_tfy-tokens")])
        .run()
        .exits(0);
    assert_eq!(told(&run), "Creating the token ci-run, which never expires\n");
    let calls: Vec<Call> = platform.requests().iter().map(|seen| seen.call).collect();
    assert_eq!(calls, [Call::Create]);
}

#[test]
fn fault_01_a_reader_that_is_gone_is_told_with_the_token_and_the_command_that_deletes_it() {
    let platform = Platform::start();
    let run = create(&platform).stdout_reader_gone().run().exits(7);
    assert_eq!(
        told(&run),
        lost_and_found(&["standard output did not take it", "Broken pipe (os error 32)"])
    );
    obey(&platform, &run);
}

#[test]
fn fault_01_a_script_reads_the_same_as_one_line() {
    let platform = Platform::start();
    let run = create(&platform).args(["-o", "json"]).stdout_full().run().exits(7);
    let failure = run.failure();
    let message = failure["message"].as_str().unwrap();
    let beginning = format!("the value of `ci-run` was not delivered: the token exists, its id is {ID}, created ");
    assert!(message.starts_with(&beginning), "{message}");
    assert!(message.ends_with("Z: standard output did not take it: No space left on device (os error 28)"));
    let hint = format!("its value cannot be shown again: delete it with `tfy-tokens delete {ID}` and create a new one");
    assert_eq!(
        failure,
        json!({"kind": "undelivered", "message": message, "hint": hint, "status": null, "exitCode": 7})
    );
    obey(&platform, &run);
}

#[test]
fn fault_01_a_quiet_run_still_tells_what_became_of_the_token() {
    let platform = Platform::start();
    let run = create(&platform).arg("--quiet").stdout_full().run().exits(7);
    assert!(run.stderr.starts_with("error: the value of `ci-run` was not delivered"));
    obey(&platform, &run);
}

#[test]
fn fault_01_the_printed_command_goes_to_the_platform_of_the_command_line() {
    let platform = Platform::start();
    let elsewhere = program(&platform).no_env("TFY_BASE_URL");
    let create = elsewhere
        .clone()
        .args(["create", "ci-run", "--base-url", &platform.url()]);
    let run = create.stdout_full().run().exits(7);
    let url = platform.url();
    assert!(run.stderr.ends_with(&format!(
        "delete it with `tfy-tokens delete {ID} --base-url {url}` and create a new one\n"
    )));
    let command = &super::printed_commands(&run)[0];
    elsewhere.args(command).arg("--yes").run().exits(0);
    assert_eq!(platform.tokens(), []);
}
