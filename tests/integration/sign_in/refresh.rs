//! A session with little left is refreshed before it is used.

use serde_json::json;

use super::{FILE, list, path, refreshed, session, stored};
use crate::support::platform::{Call, Platform};
use crate::support::program::Program;

#[test]
fn fault_18_a_stale_session_is_refreshed_and_written_back() {
    for seconds in [-3600, 0, 90] {
        let platform = Platform::start();
        let before = session(&platform, seconds);
        let program = list(&before);
        program.run().exits(0);

        let [refresh, listed] = &platform.requests()[..] else {
            panic!("a refresh and a page: {:?}", platform.requests())
        };
        assert_eq!((refresh.call, listed.call), (Call::Refresh, Call::List));
        assert_eq!(
            refresh.json(),
            json!({
                "tenantName": "acme", "refreshToken": before["refresh_token"], "grantType": "refresh_token",
                "returnJWT": true,
            })
        );
        refreshed(&platform, 1, &program);

        let mut after = stored(&path(&program));
        assert_ne!(after["access_token"], before["access_token"]);
        assert_eq!(after["refresh_token"], platform.refresh_token());
        for renewed in ["access_token", "refresh_token"] {
            after[renewed] = before[renewed].clone();
        }
        assert_eq!(after, before, "the other fields are as they were");

        program.run().exits(0);
        refreshed(&platform, 1, &program);
    }
}

#[test]
#[cfg(unix)]
fn fault_18_the_file_is_its_owners_alone_afterwards_and_nothing_is_left_beside_it() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let platform = Platform::start();
    let program = list(&session(&platform, 5));
    let file = path(&program);
    set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    program.run().exits(0);
    let mode = |name: &str| {
        std::fs::metadata(file.with_file_name(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode("credentials.json"), 0o600);
    assert_eq!(mode("credentials.json.lock"), 0o600);
    let folder = std::fs::read_dir(file.parent().unwrap()).unwrap();
    let mut names: Vec<_> = folder.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["credentials.json", "credentials.json.lock"]);
}

#[test]
#[cfg(unix)]
fn a_file_that_is_a_link_stays_one() {
    let platform = Platform::start();
    let program = Program::bare()
        .write_home_file("elsewhere/session.json", session(&platform, 5).to_string())
        .write_home_file(".truefoundry/x", "")
        .args(["list", "--retries", "0"]);
    let target = program.home().join("elsewhere/session.json");
    std::os::unix::fs::symlink(&target, path(&program)).unwrap();
    program.run().exits(0);
    assert!(path(&program).is_symlink());
    assert_eq!(stored(&target)["refresh_token"], platform.refresh_token());
    refreshed(&platform, 1, &program);
}

#[test]
fn a_platform_that_sends_no_new_refresh_token_leaves_the_old_one_good() {
    let platform = Platform::start();
    let before = session(&platform, 5);
    let answer = wiremock::ResponseTemplate::new(201).set_body_json(json!({"accessToken": platform.key()}));
    platform.answer_once(Call::Refresh, answer);
    let program = list(&before);
    program.run().exits(0);
    let after = stored(&path(&program));
    assert_eq!(after["access_token"], platform.key());
    assert_eq!(after["refresh_token"], before["refresh_token"]);
    refreshed(&platform, 1, &program);
}

#[test]
fn fault_12_a_sign_in_that_takes_its_place_meanwhile_is_left_alone() {
    let (platform, other) = (Platform::start(), Platform::start());
    let program = list(&session(&platform, 5));
    let file = path(&program);
    let new = session(&other, 3600);
    let beside = file.with_file_name("new.json");
    platform.before_each({
        let (file, new) = (file.clone(), new.to_string());
        move |_, seen, _| {
            if seen.call == Call::Refresh {
                std::fs::write(&beside, &new).unwrap();
                std::fs::rename(&beside, &file).unwrap();
            }
        }
    });
    let run = program.run().exits(3);
    assert!(
        run.stderr
            .contains("another sign-in has just taken its place\nhint: try again\n"),
        "{}",
        run.stderr
    );
    assert_eq!(stored(&file), new);
    assert_eq!((platform.requests().len(), other.requests().len()), (1, 0));
}

#[test]
fn an_empty_refresh_token_in_the_answer_leaves_the_old_one_good() {
    let platform = Platform::start();
    let before = session(&platform, 5);
    let answer = json!({"accessToken": platform.key(), "refreshToken": ""});
    platform.answer_once(
        Call::Refresh,
        wiremock::ResponseTemplate::new(201).set_body_json(answer),
    );
    let program = list(&before);
    program.run().exits(0);
    assert_eq!(stored(&path(&program))["refresh_token"], before["refresh_token"]);
}

#[test]
fn the_session_is_refreshed_below_the_prefix_of_its_host() {
    let platform = Platform::start();
    let mut session = session(&platform, 5);
    session["host"] = json!(platform.url_with_prefix("/team/x"));
    list(&session).run().exits(0);
    assert_eq!(platform.calls(Call::Refresh)[0].path, "/team/x/api/svc/v1/oauth2/token");
}

#[test]
fn refreshing_shows_nothing_and_a_verbose_run_tells_of_the_request() {
    let platform = Platform::start();
    let run = list(&session(&platform, 5)).arg("-v").run().exits(0);
    let lines: Vec<_> = run.stderr.lines().collect();
    assert!(
        lines[0].starts_with("POST /api/svc/v1/oauth2/token: 201 in "),
        "{}",
        run.stderr
    );
    assert!(lines[1].starts_with("GET /api/svc/v1/personal-access-tokens?limit=100&offset=0: 200 in "));
}

#[test]
fn a_session_that_is_not_in_use_is_not_refreshed() {
    let platform = Platform::start();
    let before = session(&platform, 5);
    let program = list(&before)
        .env("TFY_BASE_URL", platform.url())
        .env("TFY_API_KEY", platform.key());
    program.run().exits(0);
    assert_eq!(platform.calls(Call::Refresh).len(), 0);
    assert_eq!(stored(&path(&program)), before);

    let elsewhere = list(&before).args(["--base-url", "http://127.0.0.1:1"]);
    elsewhere.run().exits(2);
    assert_eq!(platform.calls(Call::Refresh).len(), 0);
}

#[test]
fn completing_a_name_refreshes_nothing() {
    let platform = Platform::start();
    let before = session(&platform, 5);
    let program = Program::bare()
        .write_home_file(FILE, before.to_string())
        .env("COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", "2")
        .env("_CLAP_IFS", "\n")
        .args(["--", "tfy-tokens", "delete", ""]);
    let run = program.run().exits(0);
    assert_eq!(run.stderr, "");
    assert_eq!(platform.requests().len(), 0);
    assert_eq!(stored(&path(&program)), before);
}
