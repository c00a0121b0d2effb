//! Proxies from the environment.

use crate::support::servers::{Authority, ClosedPort, Proxy, RawServer, Script, TlsServer, http_response};
use crate::support::{FakeServer, Program, cases, snapshot};

const PASSWORD: &str = "pass_SENTINEL";

/// A server that only a proxy reaches, because its name does not exist.
struct Hidden {
    server: FakeServer,
    authority: Authority,
    tls: TlsServer,
}

impl Hidden {
    fn new() -> Self {
        let (server, authority) = (FakeServer::start(), Authority::new());
        let identity = authority.identity_for(&["platform.test", "localhost"]);
        let tls = TlsServer::in_front_of(&server.url(), identity, "h2");
        Self { server, authority, tls }
    }

    fn program(&self, arguments: &str) -> Program {
        Program::with_settings("https://platform.test", self.server.key(), arguments)
            .env("SSL_CERT_FILE", self.authority.pem_file())
            .observing(&self.server)
    }

    fn proxy_behind_password(&self, password: &str) -> Proxy {
        Proxy::behind_password(&self.tls.url(), "ada", password)
    }
}

#[test]
fn https_uses_tunnel_of_any_variable() {
    let hidden = Hidden::new();
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let proxy = Proxy::to(&hidden.tls.url());
        hidden.program("list").env(name, proxy.url().replace("http://", "")).run().exits(0);
        let requests = proxy.received().requests();
        assert_eq!((requests.len(), requests[0].line().as_str()), (1, "CONNECT platform.test:443"), "{name}");
        assert!(!proxy.received().text().contains(&hidden.server.key()));
    }
    assert_eq!(hidden.server.requests().len(), 4);
}

#[test]
fn http_uses_proxy_of_any_variable() {
    let server = FakeServer::start();
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        let proxy = Proxy::behind_password(&server.url(), "ada", PASSWORD);
        let program = Program::with_settings("http://platform.test", server.key(), "list").env("TFY_ALLOW_HTTP", "1");
        program.env(name, proxy.url_with("ada", PASSWORD)).run().exits(0);
        let requests = proxy.received().requests();
        let is_for_host = requests[0].target.starts_with("http://platform.test/");
        assert!(requests.len() == 1 && is_for_host, "{name}: {requests:?}");
    }
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn password_of_proxy_is_never_shown() {
    let hidden = Hidden::new();
    let proxy = hidden.proxy_behind_password(PASSWORD);
    let program = |arguments| hidden.program(arguments).env("HTTPS_PROXY", proxy.url_with("ada", PASSWORD));
    program("list -v").run().exits(0);
    snapshot!(program("status"), @"
    exit: 0
    --- stdout
    Base URL      https://platform.test (from TFY_BASE_URL)
    API key       set (from TFY_API_KEY)
    Server        answered in [MS] ms through the proxy http://127.0.0.1:[PORT]
    Logged in as  ada@acme.test, tenant acme
    Access        can list tokens
    --- requests
    GET /personal-access-tokens?limit=1&offset=0 200
    GET /session 200
    ");
    let json = program("status -o json").run().exits(0).json();
    assert_eq!(json["proxy"], proxy.url());
    for request in hidden.server.requests() {
        assert_eq!(request.header("proxy-authorization"), None);
    }
}

#[test]
fn password_of_proxy_is_percent_decoded() {
    let hidden = Hidden::new();
    let proxy = hidden.proxy_behind_password("p@ss:SENTINEL/#");
    let address = proxy.url_with("ada", "p%40ss%3ASENTINEL%2F%23");
    let program = hidden.program("list").secret("p@ss:SENTINEL");
    program.env("HTTPS_PROXY", address).run().exits(0);
}

#[test]
fn missing_proxy_password_is_reported() {
    let hidden = Hidden::new();
    let proxy = hidden.proxy_behind_password(PASSWORD);
    snapshot!(hidden.program("list").env("HTTPS_PROXY", proxy.url()), @"
    exit: 6
    --- stderr
    error: cannot connect to https://platform.test through the proxy http://127.0.0.1:[PORT]
      the proxy requires a valid user name and password
    hint: add them to the proxy address: http://user:password@proxy:port
    ");
    let wrong = proxy.url_with("ada", "wrong_SENTINEL");
    hidden.program("list").env("HTTPS_PROXY", wrong).run().exits(6);
    // A refused password is sent once.
    let requests = proxy.received().requests();
    let sent: Vec<_> = requests.iter().filter_map(|request| request.header("proxy-authorization")).collect();
    assert_eq!((sent.len(), hidden.tls.received().connections()), (1, 0), "{requests:?}");

    let program = Program::with_settings("http://platform.test", "tfy_key_SENTINEL", "list -o json");
    let run = program.env("TFY_ALLOW_HTTP", "1").env("HTTP_PROXY", proxy.url()).run().exits(6);
    let hint = "add them to the proxy address: http://user:password@proxy:port";
    assert_eq!(run.failure()["hint"], hint);
}

#[test]
#[cfg(target_os = "linux")]
fn unreachable_proxy_is_named_without_password() {
    let hidden = Hidden::new();
    let port = ClosedPort::new();
    let with_password = port.url().replace("http://", &format!("http://ada:{PASSWORD}@"));
    snapshot!(hidden.program("list --retries 0 -v").env("HTTPS_PROXY", with_password), @"
    exit: 6
    --- stderr
    GET /api/svc/v1/personal-access-tokens?limit=100&offset=0: no response in [MS] ms, attempt 1
    error: cannot connect to https://platform.test through the proxy http://127.0.0.1:[PORT]
      the proxy cannot be reached: Connection refused (os error 111)
    hint: check the address of the proxy, or add the server's host to NO_PROXY
    ");
    let two_signs = port.url().replace("http://", "http://ada:half@of_SENTINEL@");
    let run = hidden.program("list --retries 0").env("HTTPS_PROXY", two_signs).run().exits(6);
    assert!(run.stderr.contains(&format!(" through the proxy {}\n", port.url())), "{}", run.stderr);
}

#[test]
fn refusing_proxy_is_reported() {
    let hidden = Hidden::new();
    for (script, reason) in [
        (Script::json(502, "{}"), "the proxy refused the connection (HTTP 502 Bad Gateway)"),
        (Script::json(403, "<html>"), "the proxy refused the connection (HTTP 403 Forbidden)"),
        (Script::close(), "the proxy closed the connection"),
    ] {
        let proxy = RawServer::answering(vec![script]);
        let run = hidden.program("list --retries 0").env("HTTPS_PROXY", proxy.url()).run().exits(6);
        let shown = format!("error: cannot connect to https://platform.test through the proxy {}\n", proxy.url());
        assert!(run.stderr.starts_with(&format!("{shown}  {reason}\nhint: ")), "{}", run.stderr);
    }
}

#[test]
fn refusal_that_proxy_withdraws_is_repeated() {
    let hidden = Hidden::new();
    let [refused, accepted] = [503, 200].map(|status| Script::CutShort(http_response(status, &[], "")));
    let proxy = RawServer::answering(vec![refused.clone(), accepted.clone(), refused, accepted]);
    let run = hidden.program("create ci-run --retries 1").env("HTTPS_PROXY", proxy.url()).run().exits(6);
    assert!(run.stderr.contains("\n  the proxy refused the connection\n"), "{}", run.stderr);
    // Each attempt is followed by the question for the status.
    assert_eq!(proxy.received().connections(), 4);
}

#[test]
fn login_that_proxy_requires_is_named() {
    let hidden = Hidden::new();
    let proxy = |challenges: &[&str]| {
        let headers: Vec<_> = challenges.iter().map(|challenge| ("Proxy-Authenticate", *challenge)).collect();
        RawServer::answering(vec![Script::CutShort(http_response(407, &headers, ""))])
    };
    let corporate = proxy(&["Negotiate", "NTLM TlRMTVNTUAAC"]);
    snapshot!(hidden.program("list").env("HTTPS_PROXY", corporate.url()), @"
    exit: 6
    --- stderr
    error: cannot connect to https://platform.test through the proxy http://127.0.0.1:[PORT]
      the proxy requires a login with Negotiate or NTLM, which is not supported
    hint: run a local proxy that supports it, such as Px or Cntlm, and set HTTPS_PROXY to its address
    ");
    for challenges in [&["Kerberos"][..], &["Digest realm=\"a\", nonce=\"b\", qop=\"auth\""]] {
        let run = hidden.program("list").env("HTTPS_PROXY", proxy(challenges).url()).run().exits(6);
        let scheme = challenges[0].split(' ').next().unwrap();
        let reason = format!("\n  the proxy requires a login with {scheme}, which is not supported\n");
        assert!(run.stderr.contains(&reason), "{}", run.stderr);
    }
    for challenges in [&[][..], &["NTLM", "basic realm=\"a\""], &["Negotiate, Basic realm=\"a\""]] {
        let run = hidden.program("list").env("HTTPS_PROXY", proxy(challenges).url()).run().exits(6);
        assert!(run.stderr.contains("\n  the proxy requires a valid user name and password\n"), "{}", run.stderr);
    }
    let plain = Program::with_settings("http://platform.test", "tfy_key_SENTINEL", "list").env("TFY_ALLOW_HTTP", "1");
    let run = plain.env("HTTP_PROXY", corporate.url()).run().exits(6);
    assert!(run.stderr.contains("\n  the proxy requires a login with Negotiate or NTLM, "), "{}", run.stderr);
}

#[test]
fn unusable_answer_of_proxy_is_reported() {
    let hidden = Hidden::new();
    let long = "x".repeat(12_000);
    for (answer, status) in [
        (http_response(204, &[], ""), "204 No Content"),
        (http_response(201, &[], ""), "201 Created"),
        (http_response(200, &[("X-Long", &long)], ""), "200 OK"),
    ] {
        let proxy = RawServer::answering(vec![Script::Answer(answer)]);
        let run = hidden.program("create ci-run").env("HTTPS_PROXY", proxy.url()).run().exits(6);
        let reason =
            format!("\n  the proxy's response to CONNECT cannot be used (HTTP {status})\nhint: use a proxy that ");
        assert!(run.stderr.contains(&reason), "{}", run.stderr);
        assert!(run.stderr.contains("no token was created"), "{}", run.stderr);
        // It is not repeated, only asked for its status.
        assert_eq!(proxy.received().connections(), 2);
    }
}

#[test]
fn https_to_plain_proxy_is_reported() {
    let hidden = Hidden::new();
    let proxy = TlsServer::breaking_off(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    let program = hidden.program("list").env("ALL_PROXY", proxy.url());
    snapshot!(&program, @"
    exit: 6
    --- stderr
    error: cannot connect to https://platform.test through the proxy https://localhost:[PORT]
      the proxy does not support TLS
    hint: set the address of the proxy to http:// instead of https://
    ");
    let run = program.env("TFY_BASE_URL", "http://platform.test").env("TFY_ALLOW_HTTP", "1").run().exits(6);
    assert!(run.stderr.contains("\n  the proxy does not support TLS\nhint: "), "{}", run.stderr);
}

#[test]
fn no_proxy_excludes_hosts() {
    let hidden = Hidden::new();
    let server = FakeServer::start();
    let (tls, plain) = (hidden.tls.url(), server.url());
    for case in cases(
        "https://localhost | other.test, localhost | direct
         https://localhost | *                     | direct
         https://localhost | other.test            | proxy
         http://127.0.0.1  | *                     | direct
         http://127.0.0.1  | 127.0.0.0/8           | direct
         http://127.0.0.1  | 127.0.0.1:PORT        | direct
         http://127.0.0.1  | 127.0.0.1:80          | proxy
         https://localhost | a.test,localhost:PORT | direct
         https://localhost | localhost:443         | proxy
         https://localhost | *.localhost           | direct
         http://localhost  | other.test            | proxy",
    ) {
        let [host, hosts, way] = case.columns();
        let is_https = host.starts_with("https");
        let (behind, server_url) = if is_https { (&hidden.server, &tls) } else { (&server, &plain) };
        let port = server_url.rsplit(':').next().unwrap();
        let (url, hosts) = (format!("{host}:{port}"), hosts.replace("PORT", port));
        let program = hidden.program("list").env("TFY_BASE_URL", url).env("TFY_API_KEY", behind.key());
        for name in ["NO_PROXY", "no_proxy"] {
            let proxy = Proxy::to(server_url);
            program.clone().env(name, &hosts).env("ALL_PROXY", proxy.url()).run().exits(0);
            assert_eq!(proxy.received().connections(), usize::from(way == "proxy"), "{case:?}");
        }
    }
}

#[test]
fn remote_proxy_is_not_used_for_loopback() {
    let server = FakeServer::start();
    let program = server.program("list --retries 0");
    for address in ["http://192.0.2.1:3128", "http://ada:pass@proxy.test"] {
        program.clone().env("HTTP_PROXY", address).env("ALL_PROXY", address).run().exits(0);
    }
    let local = Proxy::to(&server.url());
    program.env("HTTP_PROXY", local.url()).run().exits(0);
    assert_eq!(local.received().requests().len(), 1);
}

#[test]
fn invalid_proxy_is_ignored_with_warning() {
    let server = FakeServer::start();
    snapshot!(server.program("list -o id").env("HTTPS_PROXY", "ftp://proxy.test"), @"
    exit: 0
    --- stderr
    warning: ignoring HTTPS_PROXY: it is not an address such as http://proxy:3128
    You have no tokens. Run `tfy-tokens create my-token --expires 90d` to create one.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    for address in ["http://ada:odd SENTINEL@proxy.test", "http://127.0.0.1:99999"] {
        let run = server.program("list").env("HTTPS_PROXY", address).run().exits(0);
        assert!(run.stderr.starts_with("warning: "), "{address}: {}", run.stderr);
    }
    let run = server.program("list").env("HTTPS_PROXY", "").run().exits(0);
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
}
