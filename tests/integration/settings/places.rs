//! The first place that has a pair wins, and it is taken as it stands there.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{KEY, got_nothing, hostile, list, lists_nothing, signed_with};
use crate::support::platform::Platform;
use crate::support::program::Program;

fn credentials(url: &str, key: &str) -> String {
    json!({"access_token": key, "host": url}).to_string()
}

fn dotenv(url: &str, key: &str) -> String {
    format!("TFY_BASE_URL={url}\nTFY_API_KEY={key}\n")
}

#[test]
fn whoever_has_signed_in_with_the_vendors_cli_just_lists() {
    let platform = Platform::start();
    let program = Program::bare().write_home_file(
        ".truefoundry/credentials.json",
        credentials(&platform.url(), &platform.key()),
    );
    lists_nothing(list(program).run());
    signed_with(&platform, &platform.key());
}

#[test]
fn a_pair_in_dotenv_comes_before_the_sign_in() {
    let (platform, other) = (Platform::start(), hostile());
    let program = Program::bare()
        .write_cwd_file(".env", dotenv(&platform.url(), &platform.key()))
        .write_home_file(".truefoundry/credentials.json", credentials(&other.url(), KEY));
    lists_nothing(list(program).run());
    signed_with(&platform, &platform.key());
    got_nothing(&other);
}

/// Fault 11.
#[test]
fn fault_11_the_environment_comes_before_dotenv_and_the_sign_in() {
    let (platform, other) = (Platform::start(), hostile());
    let program = Program::against(platform.url(), platform.key())
        .write_cwd_file(".env", dotenv(&other.url(), KEY))
        .write_home_file(".truefoundry/credentials.json", credentials(&other.url(), KEY));
    lists_nothing(list(program).run());
    signed_with(&platform, &platform.key());
    got_nothing(&other);
}

#[test]
fn the_flag_comes_before_the_variables() {
    let (platform, other) = (Platform::start(), hostile());
    let program = Program::against(other.url(), platform.key());
    lists_nothing(list(program).args(["--base-url", &platform.url()]).run());
    signed_with(&platform, &platform.key());
    got_nothing(&other);
}

#[test]
fn of_the_variables_the_first_that_is_not_empty_names_the_platform() {
    let (platform, other) = (Platform::start(), hostile());
    let (url, wrong) = (platform.url(), other.url());
    let cases: [&[(&str, &str)]; 4] = [
        &[("TFY_BASE_URL", &url), ("TFY_HOST", &wrong), ("TFY_API_HOST", &wrong)],
        &[("TFY_HOST", &url), ("TFY_API_HOST", &wrong)],
        &[("TFY_API_HOST", &url)],
        &[("TFY_BASE_URL", ""), ("TFY_HOST", &url)],
    ];
    for variables in cases {
        let by_environment = Program::bare().env("TFY_API_KEY", platform.key());
        let by_environment = variables
            .iter()
            .fold(by_environment, |program, (name, value)| program.env(name, value));
        lists_nothing(list(by_environment).run());

        let lines = variables.iter().map(|(name, value)| format!("{name}={value}\n"));
        let file = format!("TFY_API_KEY={}\n{}", platform.key(), lines.collect::<String>());
        lists_nothing(list(Program::bare().write_cwd_file(".env", file)).run());
    }
    assert_eq!(platform.requests().len(), 8);
    got_nothing(&other);
}

#[test]
fn a_base_url_that_is_trusted_more_takes_a_key_that_names_no_host() {
    let platform = Platform::start();
    let key_in_file = Program::bare().write_cwd_file(".env", format!("TFY_API_KEY={}\n", platform.key()));
    lists_nothing(list(key_in_file.clone()).env("TFY_HOST", platform.url()).run());
    lists_nothing(list(key_in_file).args(["--base-url", &platform.url()]).run());
    signed_with(&platform, &platform.key());
}

#[test]
fn a_base_url_that_says_the_same_as_the_place_of_the_key_is_no_contradiction() {
    let platform = Platform::start();
    let url = platform.url_with_prefix("/team/x");
    let signed_in = Program::bare().write_home_file(
        ".truefoundry/credentials.json",
        credentials(&format!("{url}/"), &platform.key()),
    );
    for same in [url.clone(), format!("{url}/"), url.replace("http://", "HTTP://")] {
        lists_nothing(list(signed_in.clone()).env("TFY_BASE_URL", &same).run());
        let in_file = signed_in.clone().write_cwd_file(".env", format!("TFY_HOST={same}"));
        lists_nothing(list(in_file).run());
    }
    signed_with(&platform, &platform.key());
}

#[test]
fn what_does_not_win_may_be_as_broken_as_it_likes() {
    let platform = Platform::start();
    let program = Program::against(platform.url(), platform.key())
        .env_os("TFY_API_HOST", not_unicode())
        .write_cwd_file(".env", "TFY_BASE_URL=ftp://x y\nTFY_API_KEY=\n")
        .write_home_file(".truefoundry/credentials.json", "{\"access_token\": ");
    lists_nothing(list(program).run());
    signed_with(&platform, &platform.key());
}

#[cfg(unix)]
fn not_unicode() -> std::ffi::OsString {
    std::os::unix::ffi::OsStringExt::from_vec(b"http://\xff".to_vec())
}

#[cfg(not(unix))]
fn not_unicode() -> std::ffi::OsString {
    std::os::windows::ffi::OsStringExt::from_wide(&[0xd800])
}

#[test]
fn a_session_that_lasts_is_used_as_it_is() {
    let platform = Platform::start();
    let key = platform.user_key(Timestamp::now() + SignedDuration::from_mins(3));
    let program = Program::bare().write_home_file(".truefoundry/credentials.json", credentials(&platform.url(), &key));
    lists_nothing(list(program).run());
    signed_with(&platform, &key);
}
