//! Redirects are reported, but never followed.

use super::{KEY, LIST, assert_untouched, greedy_server};
use crate::support::servers::{RawServer, Script, http_response};
use crate::support::{Program, cases};

fn redirect(status: u16, location: &str) -> Script {
    Script::Answer(http_response(status, &[("Location", location)], ""))
}

#[test]
fn redirect_is_not_followed() {
    let other = greedy_server();
    let elsewhere = format!("{}/api/svc/v1/personal-access-tokens?limit=100&offset=0", other.url());
    for (status, location) in [(301, "/elsewhere"), (302, &elsewhere), (303, "/"), (307, &elsewhere), (308, &elsewhere)]
    {
        let server = RawServer::answering(vec![redirect(status, location)]);
        let run = server.program(LIST).run().exits(1);
        assert_eq!((run.stdout.as_str(), server.received().requests().len()), ("", 1));
    }
    assert_untouched(&other);
}

#[test]
fn only_redirect_to_https_recommends_base_url() {
    let check = "check the base URL; it must point to the TrueFoundry control plane";
    for case in cases(
        "https://127.0.0.1/team/api/svc/v1/personal-access-tokens?limit=100&x=SENTINEL | to https://127.0.0.1/team/api/svc/v1/personal-access-tokens | set the base URL to https://127.0.0.1/team
         https://127.0.0.1/login                             | to https://127.0.0.1/login |
         http://127.0.0.1/other/api/svc/v1/session           | to http://127.0.0.1/other/api/svc/v1/session |
         https://evil@127.0.0.1/api/svc/v1/session           | to https://127.0.0.1/api/svc/v1/session |
         https://evil.test/api/svc/v1/personal-access-tokens | to https://evil.test/api/svc/v1/personal-access-tokens |
         # The base URL that is set already.
         /api/svc/v1/personal-access-tokens                  | to http://127.0.0.1:PORT/api/svc/v1/personal-access-tokens |
         # The user name, password, query and fragment may be secrets.
         https://ada:SENTINEL@login.test/x?SENTINEL#SENTINEL | to https://login.test/x |
         https://other.test/KEY/x?KEY                        | to https://other.test/(redacted)/x |
         # Invalid addresses.
         http://[                                            | |
         http://\u{202e}.test/                               | |",
    ) {
        let [location, target, hint] = case.columns();
        let server = RawServer::answering(vec![redirect(302, &location.replace("KEY", KEY))]);
        let run = Program::with_settings(server.url(), KEY, LIST).run().exits(1);
        let message = format!("refusing to follow a redirect {target}").replace("http://127.0.0.1:PORT", &server.url());
        let hint = if hint.is_empty() { check } else { hint };
        let expected = format!("error: {} (HTTP 302)\nhint: {hint}\n", message.trim_end());
        assert_eq!(run.stderr, expected, "{case:?}");
    }
}
