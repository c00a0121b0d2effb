//! `logout`

use super::{FILE, path, session};
use crate::support::{FakeServer, Program, snapshot};

#[test]
fn logout_removes_session() {
    let server = FakeServer::start();
    let program = Program::new("logout").home_file(FILE, session(&server).to_string()).observing(&server);
    snapshot!(&program, @"
    exit: 0
    --- stdout
    Logging out of [SERVER], where you are logged in as ada@acme.test.
    ");
    assert!(!path(&program).exists());
    snapshot!(&program, @"
    exit: 0
    --- stdout
    You are not logged in.
    ");
}

#[test]
fn logout_prints_json() {
    let server = FakeServer::start();
    let program = Program::new("logout -o json").home_file(FILE, session(&server).to_string()).observing(&server);
    snapshot!(&program, @r#"
    exit: 0
    --- stdout
    {"host":"[SERVER]","who":"ada@acme.test","tenant":"acme"}
    "#);
    snapshot!(&program, @r#"
    exit: 0
    --- stdout
    {"host":null,"who":null,"tenant":null}
    "#);
}

#[test]
fn broken_session_is_removed() {
    let program = Program::new("logout").home_file(FILE, "{");
    snapshot!(&program, @"
    exit: 0
    --- stdout
    Removing a login session that cannot be read.
    ");
    assert!(!path(&program).exists());
}

#[test]
#[cfg(unix)]
fn unreadable_session_is_error() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let server = FakeServer::start();
    for mode in [0o000, 0o500] {
        let program = Program::new("logout -o json").home_file(FILE, session(&server).to_string());
        let Some(program) = program.unprivileged("unreadable_session_is_error") else { return };
        let directory = path(&program).parent().unwrap().to_owned();
        set_permissions(&directory, Permissions::from_mode(mode)).unwrap();
        let run = program.run().exits(1);
        set_permissions(&directory, Permissions::from_mode(0o700)).unwrap();
        let verb = if mode == 0 { "read" } else { "remove" };
        let message = format!("cannot {verb} {}; Permission denied (os error 13)", path(&program).display());
        assert_eq!((run.stdout.as_str(), run.failure()["message"].as_str()), ("", Some(&*message)));
    }
}

#[test]
fn remaining_key_is_noted() {
    let run = Program::new("logout").env("TFY_API_KEY", "tfy_key_SENTINEL").run().exits(0);
    assert_eq!(run.stderr, "TFY_API_KEY is still set; unset TFY_API_KEY to remove this API key\n");
}

#[test]
#[cfg(unix)]
fn link_is_removed_but_not_its_target() {
    let server = FakeServer::start();
    let program = Program::new("logout").home_file("elsewhere", session(&server).to_string());
    let program = program.home_file(".truefoundry/x", "");
    std::os::unix::fs::symlink("../elsewhere", path(&program)).unwrap();
    program.run().exits(0);
    assert!(path(&program).symlink_metadata().is_err());
    assert!(program.home().join("elsewhere").exists());
}
