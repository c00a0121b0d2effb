//! The first source that has a setting is used.

use super::{CREDENTIALS, Hosts, LIST, assert_untouched, credentials, lists};
use crate::support::{Call, FakeServer, Program, cases, snapshot};

#[test]
fn first_source_is_used() {
    for case in cases(
        "                                                       |                                  | A a |
                                                                | TFY_BASE_URL=A TFY_API_KEY=a     | B b |
         TFY_BASE_URL=A TFY_API_KEY=a                           | TFY_BASE_URL=B TFY_API_KEY=b     | B b |
         TFY_BASE_URL=B TFY_API_KEY=a                           |                                  |     | --base-url A
         TFY_BASE_URL=A TFY_HOST=B TFY_API_HOST=B TFY_API_KEY=a |                                  |     |
         TFY_HOST=A TFY_API_HOST=B TFY_API_KEY=a                |                                  |     |
         TFY_API_HOST=A TFY_API_KEY=a                           |                                  |     |
         TFY_BASE_URL= TFY_HOST=A TFY_API_KEY=a                 |                                  |     |
         | TFY_API_KEY=a TFY_BASE_URL=A TFY_HOST=B TFY_API_HOST=B                                  |     |
         | TFY_API_KEY=a TFY_API_HOST=B TFY_HOST=A                                                 |     |
         | TFY_API_KEY=a TFY_API_HOST=A                                                            |     |
         | TFY_API_KEY=a TFY_BASE_URL= TFY_HOST=A                                                  |     |
         # A key without a host of its own may be sent to a host from a more trusted source.
         TFY_HOST=A                                             | TFY_API_KEY=a                    |     |
                                                                | TFY_API_KEY=a                    |     | --base-url A
         # A login session may be used for its own host.
         TFY_HOST=A                                             |                                  | A a |
                                                                | TFY_HOST=A                       | A a |
                                                                |                                  | A a | --base-url A
         # These are the settings that the hints of refusals recommend.
         TFY_BASE_URL=A TFY_API_KEY=a                           |                                  | B b |
                                                                | TFY_API_KEY=a TFY_BASE_URL=A     | B b |
                                                                | TFY_API_HOST=A TFY_API_KEY=a     | B b |",
    ) {
        let [variables, dotenv, login, arguments] = case.columns();
        let hosts = Hosts::start();
        let program = hosts.program(variables, dotenv, login);
        lists(program.args(&hosts.expand(arguments)).run());
        let requests = hosts.a.calls(Call::List);
        let bearer = format!("Bearer {}", hosts.a.key());
        assert_eq!(requests[0].header("authorization"), Some(&*bearer), "{case:?}");
        assert_untouched(&hosts.b);
    }
}

#[test]
fn equivalent_base_url_matches_login() {
    let server = FakeServer::start();
    let url = server.url_with_prefix("/team/x");
    let file = credentials(&format!("{url}/"), &server.key());
    let program = Program::new(LIST).home_file(CREDENTIALS, file);
    for same in [url.clone(), format!("{url}/"), url.replace("http://", "HTTP://")] {
        lists(program.clone().env("TFY_BASE_URL", same).run());
    }
}

#[test]
#[cfg(unix)]
fn overridden_settings_are_not_validated() {
    use std::os::unix::ffi::OsStringExt;

    let server = FakeServer::start();
    let program = server
        .program(LIST)
        .env("TFY_API_HOST", std::ffi::OsString::from_vec(b"http://\xff".to_vec()))
        .cwd_file(".env", "TFY_BASE_URL=ftp://x y\nTFY_API_KEY=\n")
        .home_file(CREDENTIALS, "{\"access_token\": ");
    snapshot!(program, @"
    exit: 0
    --- stderr
    You have no tokens. Run `tfy-tokens create NAME` to create one.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
}
