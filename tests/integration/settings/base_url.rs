//! Valid and invalid base URLs. More of them are tested next to the parser.

use super::{KEY, LIST, assert_untouched, greedy_server, lists};
use crate::support::servers::Proxy;
use crate::support::{Call, FakeServer, Program, cases};

#[test]
fn unencrypted_http_is_refused_before_connecting() {
    let proxy = greedy_server();
    for host in ["acme.test", "localhost.acme.test", "[::ffff:127.0.0.1]", "0.0.0.0"] {
        let program = Program::with_settings(format!("http://{host}"), KEY, LIST);
        let run = program.env("http_proxy", proxy.url()).run().exits(2);
        let message = "error: invalid TFY_BASE_URL: http:// would send the API key to ";
        assert!(run.stderr.starts_with(message), "{host}: {}", run.snapshot());
    }
    assert_untouched(&proxy);
}

#[test]
fn tfy_allow_http_permits_unencrypted_http() {
    let server = FakeServer::start();
    let proxy = Proxy::to(&server.url());
    let program = Program::with_settings("http://acme.test", server.key(), LIST).env("HTTP_PROXY", proxy.url());
    for value in ["", "0", "true"] {
        program.clone().env("TFY_ALLOW_HTTP", value).run().exits(2);
    }
    assert_eq!(proxy.received().connections(), 0);
    lists(program.env("TFY_ALLOW_HTTP", "1").run());
    assert_eq!(server.calls(Call::List).len(), 1);
}

#[test]
fn unencrypted_http_reaches_loopback() {
    let server = FakeServer::start();
    for host in ["127.0.0.1", "LOCALHOST", "2130706433"] {
        let url = server.url().replace("127.0.0.1", host);
        lists(Program::with_settings(url, server.key(), LIST).run());
    }
    // There is no server, but connecting was tried.
    Program::with_settings("http://[::1]:1", KEY, LIST).run().exits(6);
}

#[test]
fn invalid_base_url_is_refused_without_echo() {
    for case in cases(
        "                             | it is empty; use https://YOUR-TENANT.truefoundry.cloud
         https://a.test/\tSENTINEL    | it contains a space or a control character
         u:SENTINEL@a.test            | it must begin with https:// (or http:// for this machine)
         https://[SENTINEL            | it does not contain a valid host
         https://user:SENTINEL@a.test | it contains a user name or password; remove the part before the @
         https://a.test?SENTINEL      | it contains more than the address of the server; use https://a.test
         https://a.test/#SENTINEL     | it contains more than the address of the server; use https://a.test
         https://a.test/api/svc/v1/   | it contains more than the address of the server; use https://a.test
         '$TFY_HOST'                  | it contains a variable that was not replaced by its value
         https://tfy_SENTINEL         | it looks like an API key, which belongs in TFY_API_KEY; use https://YOUR-TENANT.truefoundry.cloud
         a-key-SENTINEL               | the scheme is missing; use https:// followed by the host
         acme.test                    | the scheme is missing; use https://acme.test",
    ) {
        let [url, reason] = case.columns();
        // A base URL of spaces is invalid; an empty one counts as unset.
        let url = if url.is_empty() { "  " } else { url };
        let program = Program::new(LIST).env("TFY_API_KEY", KEY);
        let run = program.clone().env("TFY_BASE_URL", url).run().exits(2);
        assert_eq!(run.stderr, format!("error: invalid TFY_BASE_URL: {reason}\n"));
        let run = program.arg(format!("--base-url={url}")).run().exits(2);
        assert_eq!(run.stderr, format!("error: invalid --base-url: {reason}\n"));
    }
}

#[test]
fn path_prefix_and_trailing_slash_are_accepted() {
    let server = FakeServer::start();
    let url = server.url() + "/team/x";
    for url in [url.clone(), format!("  {url}//  "), format!("'{url}'"), format!("\"{url}/\"")] {
        lists(Program::with_settings(url, server.key(), LIST).run());
    }
    for request in server.requests() {
        assert_eq!(request.url.path(), "/team/x/api/svc/v1/personal-access-tokens");
    }
}
