//! Proxies from the environment: used where they should be, and never named with their password.

use crate::support::platform::Platform;
use crate::support::program::{Program, Run};
use crate::support::servers::{Authority, NobodyThere, Proxy, RawServer, Script, TlsServer};

const KEY: &str = "tfy_key_SENTINEL_of_the_tests";
const PASSWORD: &str = "pass_SENTINEL";
const BEHIND_PROXY: &str = "https://platform.test";

/// A platform that only a proxy reaches, by a name that does not exist.
struct Hidden {
    platform: Platform,
    authority: Authority,
    server: TlsServer,
}

impl Hidden {
    fn new() -> Self {
        let (platform, authority) = (Platform::start(), Authority::new());
        let identity = authority.identity_for(&["platform.test", "localhost"]);
        let server = TlsServer::in_front_of_http2(identity, &platform.url());
        Self {
            platform,
            authority,
            server,
        }
    }

    fn asked(&self, command: &str) -> Program {
        let trusted = self.authority.pem_file().to_str().unwrap();
        Program::against(BEHIND_PROXY, self.platform.key())
            .arg(command)
            .env("SSL_CERT_FILE", trusted)
    }

    fn list(&self) -> Program {
        self.asked("list").args(["--retries", "0"])
    }
}

#[track_caller]
fn says(run: Run, code: i32, words: &str) {
    let run = run.exits(code);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", words));
}

#[test]
fn fault_42_https_goes_through_a_tunnel_that_any_of_the_variables_names() {
    let hidden = Hidden::new();
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let proxy = Proxy::open().reach("platform.test", &hidden.server.url());
        hidden.list().env(name, proxy.url()).run().exits(0);
        let without_scheme = proxy.url().replace("http://", "");
        hidden.list().env(name, without_scheme).run().exits(0);
        let requests = proxy.seen().requests();
        assert_eq!(requests.len(), 2, "{name}");
        for request in requests {
            assert_eq!(
                (request.method.as_str(), request.target.as_str()),
                ("CONNECT", "platform.test:443")
            );
            assert_eq!(request.header("authorization"), None);
        }
        assert!(!proxy.seen().contains(&hidden.platform.key()));
    }
    assert_eq!(hidden.platform.requests().len(), 8);
}

#[test]
fn fault_42_plain_http_is_passed_on_by_the_proxy_that_any_of_the_variables_names() {
    let platform = Platform::start();
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        let proxy = Proxy::behind_password("ada", PASSWORD).reach("platform.test", &platform.url());
        let program = Program::against("http://platform.test", platform.key()).env("TFY_ALLOW_HTTP", "1");
        let program = program.env(name, proxy.url_with("ada", PASSWORD));
        program.arg("list").run().exits(0);
        assert_eq!(proxy.seen().requests().len(), 1, "{name}");
    }
    for request in platform.requests() {
        assert_eq!(request.header("proxy-authorization"), None);
    }
}

#[test]
fn fault_42_the_password_in_the_address_works_and_is_never_shown() {
    let hidden = Hidden::new();
    let proxy = Proxy::behind_password("ada", PASSWORD).reach("platform.test", &hidden.server.url());
    let program = hidden.list().env("HTTPS_PROXY", proxy.url_with("ada", PASSWORD));
    program.clone().arg("-v").run().exits(0);
    let status = hidden
        .asked("status")
        .env("HTTPS_PROXY", proxy.url_with("ada", PASSWORD));
    let run = status.clone().run().exits(0);
    assert!(
        run.stdout
            .contains(&format!(" ms, asked through the proxy {}\n", proxy.url())),
        "{}",
        run.stdout
    );
    let json = status.args(["-o", "json"]).run().exits(0).json();
    assert_eq!(json["proxy"], proxy.url());
    assert_eq!(hidden.platform.requests().len(), 3);
    assert!(
        hidden
            .platform
            .requests()
            .iter()
            .all(|request| request.header("proxy-authorization").is_none())
    );
}

#[test]
fn fault_42_a_password_with_percent_signs_is_decoded() {
    let hidden = Hidden::new();
    let proxy = Proxy::behind_password("ada", "p@ss:SENTINEL/#").reach("platform.test", &hidden.server.url());
    let address = proxy.url_with("ada", "p%40ss%3ASENTINEL%2F%23");
    hidden
        .list()
        .env("HTTPS_PROXY", address)
        .secret("p@ss:SENTINEL")
        .run()
        .exits(0);
}

#[test]
fn fault_42_a_proxy_that_asks_for_a_password_is_told_of_with_the_mend() {
    let hidden = Hidden::new();
    let proxy = Proxy::behind_password("ada", PASSWORD).reach("platform.test", &hidden.server.url());
    let words = format!(
        "error: cannot reach {BEHIND_PROXY} through the proxy {}\n  \
         the proxy requires a user name and password, and accepted none\n\
         hint: put them into the proxy's address: http://user:password@proxy:port\n",
        proxy.url()
    );
    says(hidden.list().env("HTTPS_PROXY", proxy.url()).run(), 6, &words);
    let wrong = proxy.url_with("ada", "wrong_SENTINEL");
    // Retries are left on: what was refused is not tried again.
    says(hidden.asked("list").env("HTTPS_PROXY", wrong).run(), 6, &words);
    assert_eq!(proxy.seen().requests().len(), 2);
    assert_eq!(hidden.server.connections(), 0);
    hidden
        .list()
        .env("HTTPS_PROXY", proxy.url_with("ada", PASSWORD))
        .run()
        .exits(0);
}

#[test]
fn fault_42_a_proxy_of_plain_http_that_asks_for_a_password_is_told_of_too() {
    let proxy = Proxy::refusing(407);
    let program = Program::against("http://platform.test", KEY).env("TFY_ALLOW_HTTP", "1");
    let run = program
        .env("HTTP_PROXY", proxy.url())
        .args(["list", "--retries", "0"])
        .run();
    says(
        run,
        6,
        "error: cannot reach http://platform.test\n  \
         the proxy requires a user name and password, and accepted none\n\
         hint: put them into the proxy's address: http://user:password@proxy:port\n",
    );
}

#[test]
fn fault_42_a_proxy_that_is_down_is_named_without_its_password() {
    let hidden = Hidden::new();
    let nobody = NobodyThere::new();
    let refused = std::net::TcpStream::connect(nobody.url().replace("http://", "")).unwrap_err();
    for address in [
        nobody.url().replace("http://", &format!("http://ada:{PASSWORD}@")),
        nobody.url().replace("http://", "http://ada:half@of_SENTINEL@"),
    ] {
        let run = hidden.list().arg("-v").env("HTTPS_PROXY", address).run().exits(6);
        let (trace, words) = run.stderr.split_once('\n').unwrap();
        assert!(trace.starts_with("GET /api/svc/v1/personal-access-tokens?limit=100&offset=0: no answer in "));
        assert_eq!(
            words,
            format!(
                "error: cannot reach {BEHIND_PROXY} through the proxy {}\n  \
                 the proxy cannot be reached: {refused}\n\
                 hint: check the proxy's address, or name the platform's host in NO_PROXY to pass it by\n",
                nobody.url()
            )
        );
    }
}

#[test]
fn fault_42_a_proxy_that_lets_nothing_through_or_hangs_up_is_told_of() {
    let hidden = Hidden::new();
    for (scripts, reason) in [
        (Script::json(403, "{}"), "the proxy did not let the connection through"),
        (Script::json(502, "{}"), "the proxy did not let the connection through"),
        (Script::close(), "the proxy closed the connection"),
    ] {
        let proxy = RawServer::answering(vec![scripts]);
        let words = format!(
            "error: cannot reach {BEHIND_PROXY} through the proxy {}\n  {reason}\n\
             hint: check the proxy's address, or name the platform's host in NO_PROXY to pass it by\n",
            proxy.url()
        );
        says(hidden.list().env("HTTPS_PROXY", proxy.url()).run(), 6, &words);
    }
}

#[test]
fn fault_42_no_proxy_in_either_case_passes_the_proxy_by() {
    let hidden = Hidden::new();
    let proxy = Proxy::open();
    for name in ["NO_PROXY", "no_proxy"] {
        for hosts in ["localhost", "other.test, localhost", "*"] {
            let program = hidden.list().env("TFY_BASE_URL", hidden.server.url()).env(name, hosts);
            program.env("HTTPS_PROXY", proxy.url()).run().exits(0);
        }
    }
    assert_eq!(proxy.seen().connections(), 0);
    let program = hidden
        .list()
        .env("TFY_BASE_URL", hidden.server.url())
        .env("NO_PROXY", "other.test");
    program.env("HTTPS_PROXY", proxy.url()).run().exits(0);
    assert_eq!(proxy.seen().requests().len(), 1);
}

#[test]
fn fault_42_plain_http_to_this_machine_is_not_sent_to_a_proxy_on_another() {
    let platform = Platform::start();
    let program = Program::against(platform.url(), platform.key()).args(["list", "--retries", "0"]);
    for proxy in [
        "http://192.0.2.1:3128",
        "http://proxy.test:3128",
        "http://ada:pass@proxy.test",
    ] {
        program
            .clone()
            .env("HTTP_PROXY", proxy)
            .env("ALL_PROXY", proxy)
            .run()
            .exits(0);
    }
    let near = Proxy::open();
    program.env("HTTP_PROXY", near.url()).run().exits(0);
    assert_eq!(near.seen().requests().len(), 1);
    assert_eq!(platform.requests().len(), 4);
}

#[test]
fn fault_42_a_star_passes_every_proxy_by_for_names_and_addresses() {
    let platform = Platform::start();
    let near = Proxy::open();
    for (name, hosts) in [("NO_PROXY", "*"), ("no_proxy", "elsewhere.test, *")] {
        for host in ["127.0.0.1", "localhost"] {
            let url = platform.url().replace("127.0.0.1", host);
            let program = Program::against(url, platform.key()).args(["list", "--retries", "0"]);
            program.env("HTTP_PROXY", near.url()).env(name, hosts).run().exits(0);
        }
    }
    assert_eq!(near.seen().connections(), 0);
    assert_eq!(platform.requests().len(), 4);
}

#[test]
fn fault_42_a_variable_that_names_no_proxy_is_told_of_and_passed_over() {
    let platform = Platform::start();
    let program = Program::against(platform.url(), platform.key()).args(["list", "--retries", "0"]);
    for address in [
        "http://",
        "ftp://proxy.test",
        "http://ada:odd SENTINEL@proxy.test",
        "/etc/proxy",
        "http://127.0.0.1:99999",
    ] {
        let run = program.clone().env("HTTPS_PROXY", address).run().exits(0);
        let warning = "warning: HTTPS_PROXY is passed over: it is not the address of a proxy, as http://proxy:3128\n";
        assert!(run.stderr.starts_with(warning), "{}", run.stderr);
    }
    let run = program.env("HTTPS_PROXY", "").run().exits(0);
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
}
