//! Redirects are reported, but never followed.

use super::{KEY, LIST, assert_untouched, greedy_server};
use crate::support::servers::{RawServer, Script};
use crate::support::{Program, cases, snapshot};

fn redirected(status: u16, location: &str) -> Program {
    let server = RawServer::answering(vec![Script::redirect(status, location)]);
    server.program(LIST)
}

#[test]
fn redirect_is_not_followed() {
    let other = greedy_server();
    let elsewhere = format!("{}/api/svc/v1/personal-access-tokens?limit=100&offset=0", other.url());
    for status in [301, 302, 303, 307, 308] {
        for location in [elsewhere.as_str(), "/elsewhere"] {
            let server = RawServer::answering(vec![Script::redirect(status, location)]);
            let run = server.program(LIST).run().exits(1);
            assert_eq!((run.stdout.as_str(), server.received().requests().len()), ("", 1));
        }
    }
    assert_untouched(&other);
}

#[test]
fn redirect_to_https_recommends_base_url() {
    let location = "https://127.0.0.1/team/api/svc/v1/personal-access-tokens?limit=100&ticket=a-ticket";
    snapshot!(redirected(308, location).secret("a-ticket"), @"
    exit: 1
    --- stderr
    error: refusing to follow a redirect to https://127.0.0.1/team/api/svc/v1/personal-access-tokens (HTTP 308)
    hint: set the base URL to https://127.0.0.1/team
    --- requests
    GET /personal-access-tokens?limit=100&offset=0
    ");
}

#[test]
fn other_redirect_recommends_no_base_url() {
    snapshot!(redirected(302, "https://evil.test/api/svc/v1/personal-access-tokens"), @"
    exit: 1
    --- stderr
    error: refusing to follow a redirect to https://evil.test/api/svc/v1/personal-access-tokens (HTTP 302)
    hint: check the base URL; it must point to the TrueFoundry control plane
    --- requests
    GET /personal-access-tokens?limit=100&offset=0
    ");
    for case in cases(
        "# The base URL that is set already.
         /api/svc/v1/personal-access-tokens                | to http://127.0.0.1:PORT/api/svc/v1/personal-access-tokens
         # The user name, password, query and fragment may be secrets.
         https://ada:SENTINEL@login.test/x?SENTINEL#SENTINEL | to https://login.test/x
         https://other.test/KEY/x?KEY                      | to https://other.test/(redacted)/x
         # Invalid addresses.
         http://[                                          |
         http://\u{202e}.test/                             |
         https://                                          |",
    ) {
        let [location, target] = case.columns();
        let server = RawServer::answering(vec![Script::redirect(302, &location.replace("KEY", KEY))]);
        let run = Program::with_settings(server.url(), KEY, LIST).run().exits(1);
        let target = target.replace("http://127.0.0.1:PORT", &server.url());
        let message = format!("refusing to follow a redirect {target}");
        let hint = "check the base URL; it must point to the TrueFoundry control plane";
        let expected = format!("error: {} (HTTP 302)\nhint: {hint}\n", message.trim_end());
        assert_eq!(run.stderr, expected, "{case:?}");
    }
}
