//! Valid and invalid credentials files.

use serde_json::json;

use super::{FILE, access_token, assert_refreshed, list, path, session, stored};
use crate::support::{Call, FakeServer, Program, cases};

const LIST: &str = "list --retries 0";

#[test]
fn missing_or_empty_file_is_no_session() {
    for (file, content) in [("x", ""), (".truefoundry", ""), (FILE, " \n\t ")] {
        let run = Program::new(LIST).home_file(file, content).run().exits(3);
        let message = "error: not logged in: base URL and API key are not set\n";
        assert!(run.stderr.starts_with(message), "{file}: {}", run.snapshot());
    }
}

#[test]
fn malformed_file_is_rejected_and_kept() {
    for case in cases(
        r#"{"access_token": "key_SENTINEL                 | it is not the JSON of a login session |
           ["key_SENTINEL", null, "http://127.0.0.1:1"]   | it is not the JSON of a login session |
           {"access_token": "key_SENTINEL"}               | it is not the JSON of a login session |
           {"access_token": ["key_SENTINEL"], "host": ""} | it is not the JSON of a login session |
           {"access_token": "", "host": "http://127.0.0.1:1"} | its access token is not an API key: it is empty | http://127.0.0.1:1
           {"access_token": "key_SENTINEL\nx", "host": "x"}   | its access token is not an API key: it contains a line break, a space or a control character |"#,
    ) {
        let [content, reason, host] = case.columns();
        let program = Program::new(LIST).home_file(FILE, content);
        let run = program.run().exits(3);
        let path = path(&program);
        let error = format!("error: cannot use the login session in {}: {reason}\n", path.display());
        let login = format!("tfy-tokens login {host}");
        assert_eq!((run.stdout.as_str(), run.stderr), ("", format!("{error}hint: run `{}`\n", login.trim_end())));
        assert_eq!(std::fs::read_to_string(path).unwrap(), content);
    }
}

#[test]
fn invalid_host_is_refused_without_echo() {
    for case in cases(
        "https://ada:pass_SENTINEL@acme.test | it contains a user name or password; remove the part before the @
                                             | it is empty; use https://YOUR-TENANT.truefoundry.cloud",
    ) {
        let [host, reason] = case.columns();
        let content = json!({"access_token": "a.b.key_SENTINEL", "host": host});
        let program = Program::new(LIST).home_file(FILE, content.to_string());
        let run = program.run().exits(2);
        assert_eq!(run.stderr, format!("error: invalid host in {}: {reason}\n", path(&program).display()));
    }
}

#[test]
fn fresh_session_needs_no_lock() {
    let server = FakeServer::start();
    let session = session(&server, 150);
    let program = list(&server, &session);
    program.run().exits(0);
    assert_refreshed(&server, 0, &program);
    assert_eq!(std::fs::read_to_string(path(&program)).unwrap(), session.to_string());
    assert!(!path(&program).with_extension("json.lock").exists());
}

#[test]
fn access_token_without_expiry_is_used() {
    let server = FakeServer::start();
    for token in [
        "tfy_key_SENTINEL_pat".to_owned(),
        "a.%%%.key_SENTINEL".to_owned(),
        access_token(&json!({"tenantName": "acme", "subjectType": "serviceaccount"})),
        access_token(&json!({"exp": "soon"})),
    ] {
        let session = json!({
            "access_token": token, "refresh_token": server.refresh_token(), "host": server.url(),
        });
        let program = list(&server, &session);
        let run = program.run().exits(3);
        let hint = format!("\nhint: run `tfy-tokens login {}`\n", server.url());
        let is_rejected = run.stderr.contains("was rejected") && run.stderr.ends_with(&hint);
        assert!(is_rejected, "{}", run.snapshot());
        assert_eq!(stored(&program), session);
    }
    assert_eq!(server.calls(Call::Refresh).len(), 0);
}

#[test]
#[cfg(unix)]
fn special_or_huge_file_is_rejected() {
    let server = FakeServer::start();
    let program = || Program::new(LIST).home_file(".truefoundry/x", "");
    let directory = program().home_file(&format!("{FILE}/x"), "");
    let huge = program().home_file(FILE, " ".repeat(1024 * 1024 + 1));
    let (endless, pipe) = (program(), program());
    std::os::unix::fs::symlink("/dev/zero", path(&endless)).unwrap();
    Program::other("mkfifo", "").arg(path(&pipe)).run().exits(0);
    for (program, reason) in [
        (directory, "it is not a file"),
        (endless, "it is not a file"),
        (pipe, "it is not a file"),
        (huge, "it is larger than 1 MiB"),
    ] {
        let run = program.run().exits(3);
        let hint = "hint: make sure that you can read and write this file and its directory, then try again";
        let expected = format!("credentials.json: {reason}\n{hint}\n");
        assert!(run.stderr.ends_with(&expected), "{}", run.snapshot());
        let overridden = program.env("TFY_BASE_URL", server.url());
        overridden.env("TFY_API_KEY", server.key()).run().exits(0);
    }
}

#[test]
#[cfg(unix)]
fn file_of_other_user_is_not_used() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::{PermissionsExt, chown};

    let server = FakeServer::start();
    let session = session(&server, 3600);
    let program = list(&server, &session);
    set_permissions(path(&program), Permissions::from_mode(0o622)).unwrap();
    let run = program.run().exits(3);
    assert!(run.stderr.contains("credentials.json: other users can write to it\n"), "{}", run.snapshot());
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let program = list(&server, &session);
    chown(path(&program), Some(12345), None).unwrap();
    let run = program.run().exits(3);
    assert!(run.stderr.contains("credentials.json: it belongs to another user\n"), "{}", run.snapshot());
    // Root uses the session of a user whose home directory it works in.
    chown(path(&program).parent().unwrap(), Some(12345), None).unwrap();
    program.run().exits(0);
}
