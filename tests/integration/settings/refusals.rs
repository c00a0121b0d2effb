//! What is missing is told, and what is told helps.

use serde_json::json;

use super::{KEY, got_nothing, hostile, list, lists_nothing, signed_with};
use crate::support::platform::Platform;
use crate::support::program::Program;

#[track_caller]
fn refused(program: &Program, words: &str) {
    let run = list(program.clone()).run().exits(3);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", words));
}

#[test]
fn without_settings_all_ways_to_sign_in_are_told() {
    let platform = Platform::start();
    let program = Program::bare();
    refused(
        &program,
        "error: not signed in: there is neither a base URL nor a key\n\
         hint: export TFY_BASE_URL=https://<tenant>.truefoundry.cloud and TFY_API_KEY=<your key>, \
         or run `tfy login --host https://<tenant>.truefoundry.cloud`\n",
    );
    let exported = program.clone().env("TFY_BASE_URL", platform.url());
    lists_nothing(list(exported.env("TFY_API_KEY", platform.key())).run());
    let file = json!({"access_token": platform.key(), "host": platform.url()}).to_string();
    lists_nothing(list(program.write_home_file(".truefoundry/credentials.json", file)).run());
    signed_with(&platform, &platform.key());
}

#[test]
fn a_key_alone_is_told_where_its_base_url_belongs() {
    let platform = Platform::start();
    let program = Program::bare().env("TFY_API_KEY", platform.key());
    refused(
        &program,
        "error: not signed in: there is no base URL\n\
         hint: export TFY_BASE_URL=https://<tenant>.truefoundry.cloud\n",
    );
    lists_nothing(list(program).env("TFY_BASE_URL", platform.url()).run());

    let line = format!("TFY_API_KEY={}\n", platform.key());
    let program = Program::bare().write_cwd_file(".env", &line);
    refused(
        &program,
        "error: not signed in: there is no base URL\n\
         hint: add TFY_BASE_URL=https://<tenant>.truefoundry.cloud to .env\n",
    );
    let mended = format!("{line}TFY_BASE_URL={}\n", platform.url());
    lists_nothing(list(program.write_cwd_file(".env", mended)).run());
}

#[test]
fn a_base_url_alone_is_told_where_its_key_belongs() {
    let platform = Platform::start();
    let (url, key) = (platform.url(), platform.key());
    let sign_in = json!({"access_token": key, "host": url}).to_string();
    let with_sign_in = |program: Program| program.write_home_file(".truefoundry/credentials.json", &sign_in);

    let program = Program::bare().env("TFY_HOST", &url);
    refused(
        &program,
        &format!(
            "error: not signed in: there is no key\n\
             hint: export TFY_API_KEY=<your key>, or run `tfy login --host {url}`\n"
        ),
    );
    lists_nothing(list(program.clone().env("TFY_API_KEY", &key)).run());
    lists_nothing(list(with_sign_in(program)).run());

    let line = format!("TFY_HOST={url}\n");
    let program = Program::bare().write_cwd_file(".env", &line);
    refused(
        &program,
        &format!(
            "error: not signed in: there is no key\n\
             hint: add TFY_API_KEY=<your key> to .env, or run `tfy login --host {url}`\n"
        ),
    );
    lists_nothing(list(with_sign_in(program.clone())).run());
    lists_nothing(list(program.write_cwd_file(".env", format!("{line}TFY_API_KEY={key}"))).run());
    signed_with(&platform, &key);
}

#[test]
fn a_refusal_in_json_is_one_line_with_the_mend_in_it() {
    let server = hostile();
    let program = Program::bare().env("TFY_API_KEY", KEY);
    let program = program.write_cwd_file(".env", format!("TFY_HOST={}", server.url()));
    let run = list(program).args(["-o", "json"]).run().exits(2);
    assert_eq!((run.stdout.as_str(), run.stderr.lines().count()), ("", 1));
    let error: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(
        error,
        json!({"error": {
            "kind": "usage",
            "message": format!("the key from TFY_API_KEY is not sent to {}, which TFY_HOST in .env names", server.url()),
            "hint": format!("if the key is for that host, export TFY_BASE_URL={}; if not, unset TFY_API_KEY", server.url()),
            "status": null,
            "exitCode": 2,
        }})
    );
    got_nothing(&server);
}
