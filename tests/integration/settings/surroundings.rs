//! A machine that has no home, or lets nothing be written.

use super::{list, lists_nothing, signed_with};
use crate::support::platform::Platform;
use crate::support::program::Program;

#[test]
fn fault_39_without_a_home_the_other_places_are_read() {
    let platform = Platform::start();
    for program in [
        Program::against(platform.url(), platform.key()).no_env("HOME"),
        Program::against(platform.url(), platform.key()).env("HOME", ""),
        Program::against(platform.url(), platform.key()).env("HOME", "/no/such/folder"),
    ] {
        lists_nothing(list(program).run());
    }
    signed_with(&platform, &platform.key());
    list(Program::bare().no_env("HOME")).run().exits(3);
}

#[test]
fn an_empty_home_is_not_the_working_directory() {
    let program = Program::bare().env("HOME", "").write_cwd_file(
        ".truefoundry/credentials.json",
        r#"{"access_token":"x","host":"http://127.0.0.1:1"}"#,
    );
    list(program).run().exits(3);
}

#[test]
#[cfg(unix)]
fn fault_39_a_working_directory_that_cannot_be_written_is_enough() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let platform = Platform::start();
    let file = format!("TFY_BASE_URL={}\nTFY_API_KEY={}\n", platform.url(), platform.key());
    let program = Program::bare().write_cwd_file(".env", file);
    set_permissions(program.cwd(), Permissions::from_mode(0o555)).unwrap();
    lists_nothing(list(program.clone()).run());
    set_permissions(program.cwd(), Permissions::from_mode(0o755)).unwrap();
    let files = std::fs::read_dir(program.cwd()).unwrap();
    assert_eq!(files.count(), 1, "nothing was left there");
}

#[test]
#[cfg(unix)]
fn fault_19_a_path_or_an_argument_that_would_drive_a_terminal_is_shown_harmless() {
    let platform = Platform::start();
    let signed_in = |content: &str| {
        let program = Program::bare().write_home_file("a\u{1b}[31m\nb\u{202e}/.truefoundry/credentials.json", content);
        let home = program.home().join("a\u{1b}[31m\nb\u{202e}");
        program.env("HOME", home.to_str().unwrap())
    };
    let session = format!(r#"{{"access_token":"{}","host":"{}"}}"#, platform.key(), platform.url());
    let shown = "a\u{fffd}[31m b\u{fffd}";
    let with_key = |program: Program| {
        let program = program.env("TFY_BASE_URL", platform.url());
        program.env("TFY_API_KEY", platform.key())
    };
    // Nothing that a terminal obeys is in any output, or the runs would not end well.
    for (program, code) in [
        (signed_in("{").arg("list"), 3),
        (signed_in("{").arg("status"), 3),
        (with_key(signed_in("{")).arg("status"), 0),
        (with_key(signed_in(&session)).arg("status"), 0),
        (signed_in(&session).arg("status"), 0),
        (Program::bare().args(["man", "a\u{1b}[31m\nb\u{202e}"]), 0),
        (Program::bare().args(["man", "/proc/a\u{1b}[31m\nb\u{202e}"]), 2),
        (
            with_key(Program::bare())
                .args(["create", "ci-run", "--team", "a\u{1b}[31m\nb\u{202e}"])
                .delivers_value(),
            0,
        ),
        (
            with_key(Program::bare()).args(["rotate", "a\u{1b}[31m\nb\u{202e}", "--yes"]),
            4,
        ),
    ] {
        let run = program.run().exits(code);
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(said.contains(shown), "{said}");
    }
}
