//! The file of the session: its place, its mode, and links.

use std::fs::{Permissions, metadata, set_permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use super::{FILE, assert_nothing_stored, assert_stored, login, path, session};
use crate::support::{FakeServer, snapshot};

#[test]
fn new_files_are_private() {
    let server = FakeServer::start();
    let program = login(&server, "");
    program.run().exits(0);
    for (file, mode) in [("", 0o700), ("credentials.json", 0o600), ("credentials.json.lock", 0o600)] {
        let metadata = metadata(path(&program).with_file_name(file)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, mode, "{file}");
    }
}

#[test]
fn link_is_replaced() {
    let server = FakeServer::start();
    let program = login(&server, "").home_file(".truefoundry/x", "").home_file("elsewhere", "kept");
    symlink("../elsewhere", path(&program)).unwrap();
    program.run().exits(0);
    assert!(!path(&program).is_symlink());
    assert_eq!(std::fs::read_to_string(program.home().join("elsewhere")).unwrap(), "kept");
    assert_stored(&program, &server);
}

#[test]
fn unwritable_place_is_found_before_any_request() {
    let server = FakeServer::start();
    let no_home = login(&server, "").no_env("HOME");
    snapshot!(&no_home, @"
    exit: 1
    --- stderr
    error: cannot store a login session: HOME is not set
    hint: set HOME to your home directory
    ");
    let directory = login(&server, "").home_file(&format!("{FILE}/x"), "");
    snapshot!(&directory, @"
    exit: 1
    --- stderr
    error: cannot write [HOME]/.truefoundry/credentials.json
      is a directory
    hint: make sure that you can read and write this file and its directory, then try again
    ");
    let file = login(&server, "").home_file(".truefoundry", "");
    let lock = login(&server, "").home_file(&format!("{FILE}.lock/x"), "");
    let link = login(&server, "");
    symlink("nowhere", link.home().join(".truefoundry")).unwrap();
    for program in [file, lock, link] {
        program.run().exits(1);
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn read_only_home_is_found_early() {
    let server = FakeServer::start();
    let Some(program) = login(&server, "").unprivileged("read_only_home_is_found_early") else {
        return;
    };
    set_permissions(program.home(), Permissions::from_mode(0o500)).unwrap();
    let run = program.run().exits(1);
    assert!(run.stderr.contains("credentials.json\n  Permission denied"), "{}", run.snapshot());
    assert_eq!(server.requests().len(), 0);
    assert_nothing_stored(&program);
}

#[test]
fn overwritten_file_becomes_private() {
    let server = FakeServer::start();
    let program = login(&server, "").home_file(FILE, "{}").unprivileged("overwritten_file_becomes_private");
    let Some(program) = program else { return };
    set_permissions(path(&program), Permissions::from_mode(0o644)).unwrap();
    set_permissions(path(&program).parent().unwrap(), Permissions::from_mode(0o500)).unwrap();
    program.run().exits(0);
    assert_eq!(metadata(path(&program)).unwrap().permissions().mode() & 0o777, 0o600);
    assert_stored(&program, &server);
}

#[test]
fn file_of_other_cli_is_understood() {
    let server = FakeServer::start();
    // The `tfy` CLI writes these three fields, and an editor may have added a byte order mark.
    let before = session(&server);
    let (token, host) = (&before["access_token"], &before["host"]);
    let content = format!("\u{feff}{{\"access_token\": {token}, \"refresh_token\": null, \"host\": {host}}}");
    let program = login(&server, "").home_file(FILE, &content);
    let run = program.run().exits(0);
    assert!(run.stdout.starts_with("Already signed in to "), "{}", run.snapshot());
    assert_eq!(std::fs::read_to_string(path(&program)).unwrap(), content);
}
