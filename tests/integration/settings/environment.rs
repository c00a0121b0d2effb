//! Unusual environments and directories.

use super::{CREDENTIALS, LIST, credentials, lists};
use crate::support::{FakeServer, Program};

#[test]
fn home_is_not_required() {
    let server = FakeServer::start();
    lists(server.program(LIST).no_env("HOME").run());
    lists(server.program(LIST).env("HOME", "/no/such/directory").run());
    // An empty `HOME` is not the working directory.
    let file = credentials(&server.url(), &server.key());
    Program::new(LIST).env("HOME", "").cwd_file(CREDENTIALS, file).run().exits(3);
    assert_eq!(server.requests().len(), 2);
}

#[test]
#[cfg(unix)]
fn only_used_variables_must_be_unicode() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    let invalid = OsString::from_vec(b"/\xff\xfekey_SENTINEL".to_vec());
    for name in "TFY_BASE_URL TFY_API_KEY TFY_API_HOST HTTPS_PROXY http_proxy NO_PROXY".split(' ') {
        let run = Program::new(LIST).env("TFY_API_KEY", super::KEY).env(name, &invalid).run().exits(2);
        let expected = format!("error: invalid {name}: it is not valid Unicode\n");
        assert_eq!((run.stdout.as_str(), run.stderr), ("", expected));
    }
    let server = FakeServer::start();
    let others = "HOME TERM NO_COLOR COLUMNS CLICOLOR_FORCE TFY_ALLOW_HTTP SSL_CERT_FILE SSL_CERT_DIR LANG \u{e9}";
    let program = others.split(' ').fold(server.program(LIST), |program, name| program.env(name, &invalid));
    lists(program.run());
}

#[test]
#[cfg(unix)]
fn working_directory_may_be_read_only() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let server = FakeServer::start();
    let program = server.program(LIST);
    set_permissions(program.cwd(), Permissions::from_mode(0o555)).unwrap();
    lists(program.run());
    let files = std::fs::read_dir(program.cwd()).unwrap();
    assert_eq!(files.count(), 0, "a file was written");
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
    let session = credentials(&server.url(), &server.key());
    // The support rejects every run that prints a control character.
    for (program, code) in [
        (logged_in("{", "list"), 3),
        (logged_in(&session, "status"), 0),
        (logged_in(&session, "status").env("TFY_BASE_URL", server.url()).env("TFY_API_KEY", server.key()), 0),
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
