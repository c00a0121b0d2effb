//! Unusual home and working directories.

use super::{CREDENTIALS, LIST, lists};
use crate::support::{FakeServer, Program};

#[test]
fn home_is_not_required() {
    let server = FakeServer::start();
    lists(server.program(LIST).no_env("HOME").run());
    for home in ["", "/no/such/directory"] {
        lists(server.program(LIST).env("HOME", home).run());
    }
    Program::new(LIST).no_env("HOME").run().exits(3);
}

#[test]
fn empty_home_is_not_working_directory() {
    let file = r#"{"access_token":"x","host":"http://127.0.0.1:1"}"#;
    let program = Program::new(LIST).env("HOME", "").cwd_file(CREDENTIALS, file);
    program.run().exits(3);
}

#[test]
#[cfg(unix)]
fn working_directory_may_be_read_only() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let server = FakeServer::start();
    let file = format!("TFY_BASE_URL={}\nTFY_API_KEY={}\n", server.url(), server.key());
    let program = Program::new(LIST).cwd_file(".env", file);
    set_permissions(program.cwd(), Permissions::from_mode(0o555)).unwrap();
    lists(program.run());
    set_permissions(program.cwd(), Permissions::from_mode(0o755)).unwrap();
    let files = std::fs::read_dir(program.cwd()).unwrap();
    assert_eq!(files.count(), 1, "a file was written");
}

#[test]
#[cfg(unix)]
fn paths_and_arguments_are_sanitized() {
    let server = FakeServer::start();
    let odd = "a\u{1b}[31m\nb\u{202e}";
    let logged_in = |content: &str, command: &str| {
        let program = Program::new(command).home_file(&format!("{odd}/{CREDENTIALS}"), content);
        let home = program.home().join(odd);
        program.env("HOME", home)
    };
    let with_key = |program: Program| {
        let program = program.env("TFY_BASE_URL", server.url());
        program.env("TFY_API_KEY", server.key())
    };
    let session = super::credentials(&server.url(), &server.key());
    // The support rejects every run that prints a control character.
    for (program, code) in [
        (logged_in("{", "list"), 3),
        (logged_in("{", "status"), 3),
        (with_key(logged_in("{", "status")), 0),
        (with_key(logged_in(&session, "status")), 0),
        (logged_in(&session, "status"), 0),
        (Program::new("man").arg(odd), 0),
        (Program::new("man").arg(format!("/proc/{odd}")), 2),
        (server.program("create ci-run --team").arg(odd).delivers_value(), 0),
        (server.program("rotate --yes").arg(odd), 4),
    ] {
        let run = program.run().exits(code);
        let output = format!("{}{}", run.stdout, run.stderr);
        assert!(output.contains("a\u{fffd}[31m b\u{fffd}"), "{}", run.snapshot());
    }
}
