//! The first source that has a setting is used.

use super::{CREDENTIALS, Hosts, LIST, assert_untouched, lists};
use crate::support::{Call, FakeServer, cases};

#[test]
fn first_source_is_used() {
    for case in cases(
        "                                                       |                              | A a |
                                                                | TFY_BASE_URL=A TFY_API_KEY=a | B b |
         TFY_BASE_URL=A TFY_API_KEY=a                           | TFY_BASE_URL=B TFY_API_KEY=b | B b |
         TFY_BASE_URL=B TFY_API_KEY=a                           |                              |     | --base-url A
         TFY_BASE_URL=A TFY_HOST=B TFY_API_HOST=B TFY_API_KEY=a |                              |     |
         TFY_HOST=A TFY_API_HOST=B TFY_API_KEY=a                |                              |     |
         TFY_BASE_URL= TFY_HOST=A TFY_API_KEY=a                 |                              |     |
         | TFY_API_KEY=a TFY_BASE_URL=A TFY_HOST=B TFY_API_HOST=B                              |     |
         | TFY_API_KEY=a TFY_BASE_URL= TFY_HOST=A                                              |     |
         | TFY_API_KEY=a TFY_API_HOST=A                                                        | B b |
         # A key without a host of its own may be sent to a host from a more trusted source.
         TFY_HOST=A                                             | TFY_API_KEY=a                |     |
                                                                | TFY_API_KEY=a                |     | --base-url A
         # A login session may be used for its own host.
         TFY_HOST=A                                             |                              | A/ a |
                                                                | TFY_HOST=A/                  | A a |
                                                                |                              | A a | --base-url A",
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
fn missing_setting_hint_names_its_source() {
    for case in cases(
        "TFY_API_KEY=a | | base URL is not set | run `export TFY_BASE_URL=https://YOUR-TENANT.truefoundry.cloud`
         | TFY_API_KEY=a | base URL is not set | add TFY_BASE_URL=https://YOUR-TENANT.truefoundry.cloud to .env
         TFY_HOST=A    | | API key is not set | set TFY_API_KEY, or run `tfy-tokens login A`
         | TFY_HOST=A    | API key is not set | add a key for A to .env as TFY_API_KEY, or remove TFY_HOST from .env",
    ) {
        let [variables, dotenv, message, hint] = case.columns();
        let hosts = Hosts::start();
        let program = hosts.program(variables, dotenv, "");
        let run = program.run().exits(3);
        let expected = format!("error: not logged in: {message}\nhint: {hint}\n");
        assert_eq!(hosts.abbreviate(&run.stderr, &program), expected);
        assert_eq!((run.stdout.as_str(), hosts.a.requests().len()), ("", 0), "{case:?}");
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
    lists(program.run());
}
