//! What is written when a token was made.

use serde_json::json;

use super::{assert_refused, create};
use crate::support::platform::Platform;
#[cfg(unix)]
use crate::support::terminal::Terminal;

const SAID_BACK: &str = "Creating the token ci-run-81, which never expires\n";

#[track_caller]
fn value(platform: &Platform) -> String {
    platform.value_of("ci-run-81").expect("a token that was made")
}

#[test]
fn off_a_terminal_the_value_stands_alone() {
    let platform = Platform::start();
    let run = create(&platform, &["ci-run-81"]).delivers_value().run().exits(0);
    assert_eq!(run.stdout, value(&platform) + "\n");
    assert_eq!(run.stderr, SAID_BACK);
}

#[test]
fn a_long_value_is_written_whole_also_into_a_file() {
    let platform = Platform::start();
    let program = create(&platform, &["ci-run-81", "--type", "jwt"]).stdout_to_file();
    let run = program.delivers_value().run().exits(0);
    assert_eq!(run.stdout, value(&platform) + "\n");
}

#[test]
fn quiet_leaves_the_value_and_says_nothing() {
    let platform = Platform::start();
    let run = create(&platform, &["ci-run-81", "-q"]).delivers_value().run().exits(0);
    assert_eq!((run.stdout, run.stderr.as_str()), (value(&platform) + "\n", ""));
}

#[test]
fn verbose_tells_the_request_and_never_the_value() {
    let platform = Platform::start();
    let run = create(&platform, &["ci-run-81", "-v"]).delivers_value().run().exits(0);
    let lines: Vec<_> = run.stderr.lines().collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0], SAID_BACK.trim_end());
    assert!(lines[1].starts_with("POST /api/svc/v1/personal-access-tokens: 201 in "));
    assert!(lines[1].ends_with(" ms, try 1"));
}

#[test]
fn json_has_the_name_the_value_and_the_expiry() {
    let platform = Platform::start();
    let arguments = ["ci-run-81", "--expires", "2098-12-31", "-o", "json"];
    let run = create(&platform, &arguments).delivers_value().run().exits(0);
    let value = value(&platform);
    assert_eq!(
        run.stdout,
        format!("{{\"name\":\"ci-run-81\",\"token\":\"{value}\",\"expiresAt\":\"2098-12-31T23:59:59Z\"}}\n")
    );
    assert_eq!(run.stderr, "");
}

#[test]
fn json_has_null_for_an_expiry_that_there_is_not() {
    let platform = Platform::start();
    let run = create(&platform, &["ci-run-81", "-o", "json"])
        .delivers_value()
        .run()
        .exits(0);
    assert_eq!(
        run.json(),
        json!({"name": "ci-run-81", "token": value(&platform), "expiresAt": null})
    );
}

#[test]
fn the_formats_of_a_list_are_refused() {
    let platform = Platform::start();
    for format in ["jsonl", "csv", "id"] {
        assert_refused(
            &platform,
            &["ci-run-81", "-o", format],
            "--output: only `list` can be written in that format; others take table or json\n",
        );
    }
}

#[test]
#[cfg(unix)]
fn at_a_terminal_the_value_comes_with_name_and_expiry_and_then_the_warning() {
    let platform = Platform::start();
    let program = create(&platform, &["ci-run-81"]).env("NO_COLOR", "1").delivers_value();
    let finished = Terminal::size(120, 20).run(&program).finish();
    assert_eq!(finished.code, 0);
    assert_eq!(
        finished.output.replace("\r\n", "\n"),
        format!(
            "{SAID_BACK}Name:     ci-run-81\nExpires:  never\nToken:    {}\n\
             warning: Save the value now: it cannot be shown again.\n",
            value(&platform)
        )
    );
}

#[test]
#[cfg(unix)]
fn at_a_terminal_the_expiry_is_a_time_in_utc() {
    let platform = Platform::start();
    let program = create(&platform, &["ci-run-81", "--expires", "2098-12-31"]).delivers_value();
    let finished = Terminal::size(120, 20).run(&program).finish();
    assert!(finished.screen.contains("\nExpires:  2098-12-31T23:59:59Z\n"));
}

#[test]
#[cfg(unix)]
fn json_is_the_same_at_a_terminal() {
    let platform = Platform::start();
    let program = create(&platform, &["ci-run-81", "-o", "json"])
        .env("NO_COLOR", "1")
        .delivers_value();
    let finished = Terminal::size(200, 20).run(&program).finish();
    assert_eq!(
        finished.screen,
        format!(
            "{{\"name\":\"ci-run-81\",\"token\":\"{}\",\"expiresAt\":null}}\n\
             warning: Save the value now: it cannot be shown again.",
            value(&platform)
        )
    );
}

#[test]
#[cfg(unix)]
fn a_shell_that_takes_the_value_at_a_terminal_gets_it_alone() {
    let platform = Platform::start();
    let program = create(&platform, &["ci-run-81"]).stdout_to_file().delivers_value();
    let finished = Terminal::size(120, 20).run(&program).finish();
    assert_eq!(finished.stdout, value(&platform) + "\n");
    assert_eq!(finished.screen, SAID_BACK.trim_end());
}
