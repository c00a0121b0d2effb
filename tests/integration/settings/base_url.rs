//! What a base URL may be, and in which words another is refused.

use super::{KEY, got_nothing, hostile, list, lists_nothing};
use crate::support::platform::Platform;
use crate::support::program::Program;
use crate::support::servers::Proxy;

#[track_caller]
fn refused(url: &str, words: &str) {
    let run = list(Program::bare().env("TFY_BASE_URL", url).env("TFY_API_KEY", KEY))
        .run()
        .exits(2);
    assert_eq!(run.stdout, "");
    assert_eq!(run.stderr, format!("error: TFY_BASE_URL: {words}\n"), "{url}");

    let program = Program::bare().env("TFY_API_KEY", KEY);
    let run = list(program).arg(format!("--base-url={url}")).run().exits(2);
    assert_eq!(run.stderr, format!("error: --base-url: {words}\n"), "{url}");
}

#[test]
fn fault_13_plain_http_to_another_machine_is_refused_before_a_connection_is_made() {
    let watcher = hostile();
    for host in [
        "platform.test",
        "128.0.0.1",
        "localhost.platform.test",
        "evil.localhost",
        "evil-localhost",
        "notlocalhost",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
    ] {
        let program = Program::against(format!("http://{host}"), KEY).env("HTTP_PROXY", watcher.url());
        let run = list(program.env("http_proxy", watcher.url())).run().exits(2);
        assert!(
            run.stderr
                .starts_with("error: TFY_BASE_URL: plain http would send the key to "),
            "{}",
            run.stderr
        );
        assert!(run.stderr.ends_with(": use https://, or set TFY_ALLOW_HTTP=1\n"));
    }
    got_nothing(&watcher);
}

#[test]
fn fault_13_plain_http_is_allowed_when_it_is_asked_for_with_a_one() {
    let platform = Platform::start();
    let proxy = Proxy::open().reach("platform.test", &platform.url());
    let program = Program::against("http://platform.test", platform.key()).env("HTTP_PROXY", proxy.url());
    for value in ["", "0", "true", "yes"] {
        list(program.clone()).env("TFY_ALLOW_HTTP", value).run().exits(2);
    }
    assert_eq!(proxy.seen().connections(), 0);
    lists_nothing(list(program).env("TFY_ALLOW_HTTP", "1").run());
    assert_eq!(platform.requests().len(), 1);
}

#[test]
fn fault_13_plain_http_goes_to_this_machine_by_all_its_names() {
    let platform = Platform::start();
    for host in ["127.0.0.1", "localhost", "LOCALHOST", "2130706433"] {
        let url = platform.url().replace("127.0.0.1", host);
        lists_nothing(list(Program::against(url, platform.key())).run());
    }
    let nobody = Program::against("http://[::1]:1", KEY);
    list(nobody).run().exits(6);
}

#[test]
fn fault_14_what_a_base_url_cannot_have_is_refused_in_words_and_not_echoed() {
    for (url, words) in [
        ("  ", "it is empty: write https://<tenant>.truefoundry.cloud"),
        ("https://a SENTINEL.test", "it has a space or a control character in it"),
        (
            "https://a.test/\tSENTINEL",
            "it has a space or a control character in it",
        ),
        (
            "ftp://SENTINEL.test",
            "it must begin with https:// (or http:// for this machine itself)",
        ),
        (
            "https:SENTINEL.test",
            "it must begin with https:// (or http:// for this machine itself)",
        ),
        (
            "u:SENTINEL@a.test",
            "it must begin with https:// (or http:// for this machine itself)",
        ),
        ("https:///SENTINEL", "it is not the address of a host"),
        ("https://[SENTINEL", "it is not the address of a host"),
        (
            "https://user:SENTINEL@a.test",
            "it has a user name or password in it: leave out what stands before the @",
        ),
        (
            "https://SENTINEL@a.test",
            "it has a user name or password in it: leave out what stands before the @",
        ),
        (
            "https://a.test?SENTINEL",
            "it has a query in it: leave out the ? and what follows",
        ),
        (
            "https://a.test/#SENTINEL",
            "it has a fragment in it: leave out the # and what follows",
        ),
        (
            "tfy_SENTINEL",
            "it looks like a key, which goes into TFY_API_KEY: write https://<tenant>.truefoundry.cloud",
        ),
    ] {
        refused(url, words);
    }
}

#[test]
fn fault_14_a_missing_scheme_is_told_with_the_form_that_works() {
    refused("acme.test", "it has no scheme: write https://acme.test");
    refused(
        "localhost:8080/team",
        "it has no scheme: write https://localhost:8080/team",
    );
}

#[test]
fn fault_14_a_prefix_and_a_trailing_slash_are_fine() {
    let platform = Platform::start();
    let url = platform.url_with_prefix("/team/x");
    for url in [url.clone(), format!("{url}/"), format!("  {url}//  ")] {
        lists_nothing(list(Program::against(url, platform.key())).run());
    }
    for request in platform.requests() {
        assert_eq!(request.path, "/team/x/api/svc/v1/personal-access-tokens");
    }
}
