//! `--save`: the value goes into a file, and nowhere else.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use super::create;
use crate::support::platform::Platform;
use crate::support::terminal::Terminal;

#[test]
fn the_value_goes_into_a_new_file_that_only_its_owner_can_read() {
    let platform = Platform::start();
    let program = create(
        &platform,
        &["deploy", "--expires", "2098-12-31", "--save", "deploy.token"],
    );
    let run = program.run().exits(0);
    assert_eq!(run.stdout, "Name:     deploy\nExpires:  2098-12-31T23:59:59Z\n");
    let last = run.stderr.lines().last();
    assert_eq!(last, Some("The value is in deploy.token. It cannot be shown again."));
    let file = program.cwd().join("deploy.token");
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        platform.value_of("deploy").unwrap() + "\n"
    );
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    assert_eq!(std::fs::read_dir(program.cwd()).unwrap().count(), 1);
}

#[test]
fn json_has_the_name_and_the_expiry_alone() {
    let platform = Platform::start();
    let program = create(&platform, &["deploy", "--save", "deploy.token", "-o", "json"]);
    let run = program.run().exits(0);
    assert_eq!(run.json(), json!({"name": "deploy", "expiresAt": null}));
    assert_eq!(run.stderr, "");
    let value = std::fs::read_to_string(program.cwd().join("deploy.token")).unwrap();
    assert_eq!(value, platform.value_of("deploy").unwrap() + "\n");
}

#[test]
fn at_a_terminal_the_value_is_not_shown_either() {
    let platform = Platform::start();
    let program = create(&platform, &["deploy", "--save", "deploy.token"]);
    let finished = Terminal::size(120, 20).run(&program).finish();
    assert_eq!(
        finished.screen,
        "Creating the token deploy, which never expires\n\
         The value is in deploy.token. It cannot be shown again.\n\
         Name:     deploy\nExpires:  never"
    );
    let value = std::fs::read_to_string(program.cwd().join("deploy.token")).unwrap();
    assert_eq!(value, platform.value_of("deploy").unwrap() + "\n");
}

#[test]
fn no_file_is_left_where_no_token_was_made() {
    let platform = Platform::start();
    platform.forbid();
    let program = create(&platform, &["deploy", "--save", "deploy.token"]);
    program.run().exits(3);
    assert_eq!(std::fs::read_dir(program.cwd()).unwrap().count(), 0);
}
