//! The source of each setting, and the settings that are not used.

use serde_json::json;

use super::{KEY, logged_in};
#[cfg(unix)]
use crate::support::cases;
use crate::support::{FakeServer, Program, snapshot};

#[test]
fn source_of_each_setting_is_named() {
    let server = FakeServer::start();
    let (url, key) = (server.url() + "/team/x", server.key());
    let by_flag = server.program("status --base-url").arg(format!("{url}/")).no_env("TFY_BASE_URL");
    let dotenv = Program::new("status").cwd_file(".env", format!("TFY_HOST={url}\nTFY_API_KEY={key}\n"));
    let login = logged_in(&url, &key);
    let path = login.home().join(".truefoundry/credentials.json").display().to_string();
    for (program, url_source, key_source) in [
        (by_flag, "--base-url", "TFY_API_KEY"),
        (dotenv, "TFY_HOST in .env", "TFY_API_KEY in .env"),
        (login, path.as_str(), path.as_str()),
    ] {
        let run = program.secret(&key).run().exits(0);
        let lines = format!("Base URL      {url} (from {url_source})\nAPI key       set (from {key_source})\nServer ");
        assert!(run.stdout.starts_with(&lines), "{}", run.snapshot());
    }
}

#[test]
fn overridden_settings_are_listed() {
    let server = FakeServer::start();
    let dotenv = format!("TFY_HOST=x\nTFY_API_HOST=y\nTFY_API_KEY={KEY}\n");
    let program = logged_in("http://127.0.0.1:1", KEY)
        .env("TFY_BASE_URL", server.url())
        .env("TFY_API_HOST", "http://127.0.0.1:2")
        .env("TFY_API_KEY", server.key())
        .cwd_file(".env", dotenv)
        .observing(&server);
    snapshot!(&program, @"
    exit: 0
    --- stdout
    Base URL      [SERVER] (from TFY_BASE_URL)
    API key       set (from TFY_API_KEY)
    Ignored       TFY_API_HOST: overridden by TFY_BASE_URL
    Ignored       TFY_HOST in .env: overridden by TFY_BASE_URL
    Ignored       TFY_API_HOST in .env: overridden by TFY_BASE_URL
    Ignored       [HOME]/.truefoundry/credentials.json: its base URL is overridden by TFY_BASE_URL
    Ignored       TFY_API_KEY in .env: overridden by TFY_API_KEY
    Ignored       [HOME]/.truefoundry/credentials.json: its API key is overridden by TFY_API_KEY
    Server        answered in [MS] ms
    Logged in as  ada@acme.test, tenant acme
    Access        can list tokens
    --- requests
    GET /personal-access-tokens?limit=1&offset=0 200
    GET /session 200
    ");
    let run = program.arg("--base-url").arg(server.url()).run().exits(0);
    let line = "\nIgnored       TFY_BASE_URL: overridden by --base-url\n";
    assert!(run.stdout.contains(line), "{}", run.snapshot());
}

#[test]
fn json_has_warnings_and_unused_session() {
    let program = FakeServer::start().program("status -o json").cwd_file(".env", "TFY_API_KEY='broken\n");
    let program = program.home_file(".truefoundry/credentials.json", "{");
    let path = program.home().join(".truefoundry/credentials.json").display().to_string();
    let json = program.run().exits(0).json();
    let ignored = json!([{"source": path, "reason": "it is not the JSON of a login session"}]);
    assert_eq!(json["ignored"], ignored);
    assert_eq!(json["warnings"], json!(["ignoring line 1 of .env: expected KEY=value"]));
}

#[test]
#[cfg(unix)]
fn exposed_file_is_warned_about_with_command() {
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let server = FakeServer::start();
    for case in cases(
        "home              | .truefoundry/credentials.json | 640
         $(touch ran) Ada's | .truefoundry/credentials.json | 604
         home              | .env                          | 644",
    ) {
        let [home, file, mode] = case.columns();
        let session = json!({"access_token": server.key(), "host": server.url()}).to_string();
        let dotenv = format!("TFY_BASE_URL={}\nTFY_API_KEY={}\n", server.url(), server.key());
        let program = Program::new("").cwd_file(".env", dotenv);
        let program = program.home_file(&format!("{home}/.truefoundry/credentials.json"), session);
        let home = program.home().join(home);
        let path = if file == ".env" { program.cwd().join(file) } else { home.join(file) };
        let shown = if file == ".env" { file.to_owned() } else { path.display().to_string() };
        let program = program.env("HOME", home);
        set_permissions(&path, Permissions::from_mode(u32::from_str_radix(mode, 8).unwrap())).unwrap();

        let run = program.clone().arg("list").run().exits(0);
        assert!(!run.stderr.contains("warning"), "{}", run.snapshot());
        let run = program.clone().arg("status").run().exits(0);
        let command = run.stderr.strip_prefix(&format!("warning: {shown} is accessible to other users; run `"));
        let command = command.and_then(|rest| rest.strip_suffix("`\n")).unwrap_or_else(|| panic!("{}", run.stderr));
        let warnings = program.clone().args("status -o json").run().exits(0).json()["warnings"].clone();
        assert_eq!(warnings.as_array().unwrap().len(), 1, "{warnings}");
        Program::shell(&format!("cd \"$0\" && {command}")).arg(program.cwd()).run().exits(0);
        assert_eq!(metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!program.cwd().join("ran").exists());
        assert_eq!(program.arg("status").run().exits(0).stderr, "");
    }
}

#[test]
#[cfg(unix)]
fn mounted_key_file_is_named() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let server = FakeServer::start();
    let program = server.program("status").no_env("TFY_API_KEY").cwd_file("key", server.key());
    set_permissions(program.cwd().join("key"), Permissions::from_mode(0o444)).unwrap();
    let run = program.env("TFY_API_KEY_FILE", "key").run().exits(0);
    assert!(run.stdout.contains("\nAPI key       set (from TFY_API_KEY_FILE (key))\n"), "{}", run.snapshot());
    assert!(run.stderr.contains("warning: key is accessible to other users"), "{}", run.snapshot());
}
