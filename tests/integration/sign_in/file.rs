//! The file as it may be found.

use serde_json::json;

use super::{FILE, access_token, list, path, refused_unasked, session};
use crate::support::platform::{Call, Platform};
use crate::support::program::Program;

#[test]
fn fault_18_a_file_that_is_absent_or_empty_is_no_sign_in() {
    let absent = Program::bare().arg("list");
    let folder = absent.clone().write_home_file(".truefoundry/other", "");
    let no_folder = Program::bare().arg("list").write_home_file(".truefoundry", "");
    let empty = absent.clone().write_home_file(FILE, "");
    let blank = Program::bare().arg("list").write_home_file(FILE, " \n\t ");
    for program in [absent, folder, no_folder, empty, blank] {
        let run = program.run().exits(3);
        assert!(
            run.stderr
                .starts_with("error: not signed in: there is neither a base URL nor a key\n")
        );
        assert!(
            run.stderr
                .ends_with(", or run `tfy login --host https://<tenant>.truefoundry.cloud`\n"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn fault_18_a_broken_file_is_told_and_left_alone() {
    let platform = Platform::start();
    let (url, key) = (platform.url(), platform.key());
    let no_json = "it is not the JSON that the vendor's CLI writes";
    for (content, why) in [
        (r#"{"access_token": "key_SENTINEL"#.to_owned(), no_json),
        ("null".to_owned(), no_json),
        ("[]".to_owned(), no_json),
        (json!([key, null, url]).to_string(), no_json),
        ("{}".to_owned(), no_json),
        (json!({"access_token": key}).to_string(), no_json),
        (json!({"host": url}).to_string(), no_json),
        (json!({"access_token": [key], "host": url}).to_string(), no_json),
        (
            json!({"access_token": "", "host": url}).to_string(),
            "its access token is not a key: it is set, but empty",
        ),
        (
            json!({"access_token": "key_SENTINEL\r\nX: y", "host": url}).to_string(),
            "its access token is not a key: it has a line break, a space or a control character in it",
        ),
    ] {
        let program = Program::bare().write_home_file(FILE, content).arg("list");
        let host = if why == no_json {
            String::new()
        } else {
            format!(" --host {url}")
        };
        refused_unasked(&platform, &program, why, &format!("run `tfy login --relogin{host}`"));
    }
}

#[test]
fn fault_18_a_broken_file_is_mended_by_signing_in_again() {
    let platform = Platform::start();
    let program = Program::bare().write_home_file(FILE, "{").arg("list");
    program.run().exits(3);
    let mended = program.write_home_file(FILE, session(&platform, 3600).to_string());
    mended.run().exits(0);
}

#[test]
fn fault_18_a_folder_in_its_place_is_told() {
    let platform = Platform::start();
    let program = Program::bare()
        .write_home_file(".truefoundry/credentials.json/x", "")
        .arg("list");
    let hint = "let yourself read and write the file and its folder, then try again";
    refused_unasked(&platform, &program, "it is not a file", hint);
}

#[test]
fn a_host_in_the_file_that_is_no_base_url_is_refused_without_echo() {
    let platform = Platform::start();
    for (host, why) in [
        (
            "http://platform.test",
            "plain http would send the key to platform.test for anyone to read: use https://, or set TFY_ALLOW_HTTP=1",
        ),
        (
            "https://ada:pass_SENTINEL@platform.test",
            "it has a user name or password in it: leave out what stands before the @",
        ),
        ("", "it is empty: write https://<tenant>.truefoundry.cloud"),
    ] {
        let program = list(&json!({"access_token": platform.key(), "host": host}));
        let run = program.run().exits(2);
        assert_eq!(run.stderr, format!("error: {}: {why}\n", path(&program).display()));
    }
}

#[test]
#[cfg(unix)]
fn fault_18_a_file_that_others_can_read_is_warned_of_with_the_mend() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let platform = Platform::start();
    let program = list(&session(&platform, 3600));
    let file = path(&program);
    for mode in [0o644, 0o640, 0o604] {
        set_permissions(&file, Permissions::from_mode(mode)).unwrap();
        let run = program.run().exits(0);
        let warning = format!("warning: {0} can be read by others: chmod 600 {0}\n", file.display());
        assert!(run.stderr.starts_with(&warning), "{}", run.stderr);
    }
    let unused = program
        .clone()
        .env("TFY_HOST", platform.url())
        .env("TFY_API_KEY", platform.key());
    assert!(!unused.secret(&platform.key()).run().exits(0).stderr.contains("warning"));

    let command = format!("chmod 600 {}", file.display());
    Program::other("/bin/sh").args(["-c", &command]).run().exits(0);
    assert!(!program.run().exits(0).stderr.contains("warning"));
}

#[test]
#[cfg(unix)]
fn fault_18_the_mend_can_be_typed_whatever_the_home_is_called() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let platform = Platform::start();
    for name in ["my home", "$(touch ran)", "Ada's"] {
        let file = format!("{name}/{FILE}");
        let program = Program::bare().write_home_file(&file, session(&platform, 3600).to_string());
        let file = program.home().join(file);
        set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        let home = program.home().join(name);
        let program = program.arg("list").env_os("HOME", home);
        let run = program.run().exits(0);
        let said = format!("warning: {} can be read by others: ", file.display());
        let mend = run.stderr.lines().next().unwrap().strip_prefix(&said).unwrap();

        let shell = Program::other("/bin/sh").args(["-c", mend]);
        shell.run().exits(0);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!shell.cwd().join("ran").exists());
        assert!(!program.run().exits(0).stderr.contains("warning"));
    }
}

#[test]
fn fault_18_a_session_with_two_minutes_left_is_used_as_it_is() {
    let platform = Platform::start();
    let session = session(&platform, 150);
    let program = list(&session);
    program.run().exits(0);
    assert_eq!(platform.calls(Call::Refresh).len(), 0);
    let bearer = format!("Bearer {}", session["access_token"].as_str().unwrap());
    assert_eq!(
        platform.calls(Call::List)[0].header("authorization"),
        Some(bearer.as_str())
    );
    assert_eq!(std::fs::read_to_string(path(&program)).unwrap(), session.to_string());
}

#[test]
fn an_access_token_whose_end_cannot_be_told_is_used_as_it_is() {
    let platform = Platform::start();
    for token in [
        "tfy_key_SENTINEL_pat".to_owned(),
        "opaque_key_SENTINEL".to_owned(),
        "a.%%%.key_SENTINEL".to_owned(),
        access_token(&json!({"tenantName": "acme"})),
        access_token(&json!({"tenantName": "acme", "exp": "soon"})),
        access_token(&json!("claims")),
    ] {
        let program = list(&json!({
            "access_token": token, "refresh_token": platform.refresh_token(), "host": platform.url(),
        }));
        let run = program.run().exits(3);
        assert!(
            run.stderr
                .starts_with("error: The key was not accepted: it is invalid, expired or deleted.")
        );
        let mend = format!("hint: run `tfy login --relogin --host {}`\n", platform.url());
        assert!(run.stderr.ends_with(&mend), "{}", run.stderr);
    }
    assert_eq!(platform.calls(Call::Refresh).len(), 0);
    assert_eq!(platform.calls(Call::List).len(), 6);
}

#[test]
#[cfg(unix)]
fn fault_18_a_pipe_a_device_and_a_giant_in_the_place_of_the_file_are_neither_waited_for_nor_read() {
    let place = |content: &str| Program::bare().arg("list").write_home_file(FILE, content);
    let endless = place("");
    std::fs::remove_file(path(&endless)).unwrap();
    std::os::unix::fs::symlink("/dev/zero", path(&endless)).unwrap();
    let pipe = place("");
    std::fs::remove_file(path(&pipe)).unwrap();
    let mkfifo = std::process::Command::new("mkfifo").arg(path(&pipe)).status();
    assert!(mkfifo.unwrap().success());
    for (program, why) in [
        (endless, "it is not a file"),
        (pipe, "it is not a file"),
        (
            place(&" ".repeat(1024 * 1024 + 1)),
            "it is larger than any settings file",
        ),
    ] {
        let run = program.run().exits(3);
        assert!(
            run.stderr.contains(&format!(" cannot be used: {why}\n")),
            "{}",
            run.stderr
        );
        let platform = Platform::start();
        let (url, key) = (platform.url(), platform.key());
        program.env("TFY_BASE_URL", url).env("TFY_API_KEY", key).run().exits(0);
    }
}
