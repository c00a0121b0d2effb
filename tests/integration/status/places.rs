//! Which place won, which lost, and why.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{KEY, shown, sign_in, status};
use crate::support::platform::{Call, Platform};
use crate::support::program::Program;

/// The lines about settings: those before the platform's.
fn settings(stdout: &str) -> String {
    let (settings, _) = stdout.split_once("Platform ").expect("a line about the platform");
    settings.to_owned()
}

#[test]
fn the_place_of_each_is_named() {
    let platform = Platform::start();
    let (url, key) = (platform.url(), platform.key());
    let run = status(Program::bare().env("TFY_API_KEY", &key))
        .args(["--base-url", &url])
        .run()
        .exits(0);
    assert_eq!(
        settings(&run.stdout),
        format!(
            "Base URL      {url}  (from --base-url)\n\
             Key           set, not a personal access token  (from TFY_API_KEY)\n"
        )
    );
    let file = format!("TFY_HOST={url}\nTFY_API_KEY={key}\n");
    let run = status(Program::bare().write_cwd_file(".env", file)).run().exits(0);
    assert_eq!(
        settings(&run.stdout),
        format!(
            "Base URL      {url}  (from TFY_HOST in .env)\n\
             Key           set, not a personal access token  (from TFY_API_KEY in .env)\n"
        )
    );
    let program = status(sign_in(Program::bare(), &url, &key));
    let path = program.home().join(".truefoundry/credentials.json");
    assert_eq!(
        settings(&program.run().exits(0).stdout),
        format!(
            "Base URL      {url}  (from {0})\n\
             Key           set, not a personal access token  (from {0})\n",
            path.display()
        )
    );
}

#[test]
fn every_setting_that_lost_is_told_with_the_one_that_comes_first() {
    let platform = Platform::start();
    let program = sign_in(
        Program::against(platform.url(), platform.key()),
        "http://127.0.0.1:1",
        KEY,
    )
    .env("TFY_API_HOST", "http://127.0.0.1:2")
    .write_cwd_file(".env", format!("TFY_HOST=x\nTFY_API_HOST=y\nTFY_API_KEY={KEY}\n"));
    let path = program.home().join(".truefoundry/credentials.json");
    let run = status(program.clone()).run().exits(0);
    assert_eq!(
        settings(&run.stdout),
        format!(
            "Base URL      {}  (from TFY_BASE_URL)\n\
             Key           set, not a personal access token  (from TFY_API_KEY)\n\
             Passed over   TFY_API_HOST: TFY_BASE_URL comes first\n\
             Passed over   TFY_HOST in .env: TFY_BASE_URL comes first\n\
             Passed over   TFY_API_HOST in .env: TFY_BASE_URL comes first\n\
             Passed over   TFY_API_KEY in .env: TFY_API_KEY comes first\n\
             Passed over   {1}: its base URL is not used: TFY_BASE_URL comes first\n\
             Passed over   {1}: its key is not used: TFY_API_KEY comes first\n",
            platform.url(),
            path.display()
        )
    );
    let run = status(program).args(["--base-url", &platform.url()]).run().exits(0);
    assert!(
        run.stdout
            .contains("\nPassed over   TFY_BASE_URL: --base-url comes first\n")
    );
}

#[test]
fn a_broken_sign_in_that_is_not_needed_is_passed_over_for_its_reason() {
    let platform = Platform::start();
    let program = Program::against(platform.url(), platform.key());
    let program = program.write_home_file(".truefoundry/credentials.json", "{");
    let path = program.home().join(".truefoundry/credentials.json");
    let run = status(program).run().exits(0);
    let line = format!(
        "\nPassed over   {}: it is not the JSON that the vendor's CLI writes\n",
        path.display()
    );
    assert!(run.stdout.contains(&line), "{}", run.stdout);
}

#[test]
fn what_is_odd_with_the_files_is_in_the_object_too() {
    let platform = Platform::start();
    let program = Program::against(platform.url(), platform.key()).write_cwd_file(".env", "broken\n");
    let run = status(program).args(["-o", "json"]).run().exits(0);
    assert_eq!(
        run.json()["warnings"],
        json!([".env: line 1 passed over: not KEY=value"])
    );
}

#[test]
fn a_stale_session_is_refreshed_and_tells_who_signed_in() {
    let platform = Platform::start();
    let stale = platform.user_key(Timestamp::now() + SignedDuration::from_secs(5));
    let content = json!({
        "access_token": stale, "refresh_token": platform.refresh_token(), "host": platform.url(),
    });
    let program = Program::bare().write_home_file(".truefoundry/credentials.json", content.to_string());
    let run = status(program).run().exits(0);
    assert!(shown(&run.stdout).contains("\nSigned in as  ada@acme.test, tenant acme\n"));
    let calls: Vec<_> = platform.requests().iter().map(|request| request.call).collect();
    assert_eq!(calls, [Call::Refresh, Call::Session]);
}

#[test]
fn a_prefix_is_part_of_the_base_url_and_a_trailing_slash_is_not() {
    let platform = Platform::start();
    let url = platform.url_with_prefix("/team/x");
    let run = status(Program::against(format!("{url}/"), platform.key()))
        .run()
        .exits(0);
    assert!(
        run.stdout
            .starts_with(&format!("Base URL      {url}  (from TFY_BASE_URL)\n"))
    );
}
