//! Headers and connections.

use wiremock::http::HeaderName;

use crate::support::servers::{RawServer, Script};
use crate::support::{Call, FakeServer, cases};

#[test]
fn requests_have_only_necessary_headers() {
    let server = FakeServer::with(&["ci-run"]);
    for case in cases(
        "list
         status
         create new-one
         create new-two --for-user grace@acme.test
         delete ci-run --yes
         revoke-all grace@acme.test --yes",
    ) {
        let [arguments] = case.columns();
        let program = server.program(arguments);
        let is_create = arguments.starts_with("create");
        let program = if is_create { program.delivers_value() } else { program };
        program.run().exits(0);
    }
    let key = format!("Bearer {}", server.key());
    for request in server.requests() {
        let mut names: Vec<_> = request.headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        let mut expected = vec!["accept", "accept-encoding", "authorization", "host", "user-agent"];
        if !request.body.is_empty() {
            expected.extend(["content-length", "content-type"]);
            expected.sort_unstable();
            assert_eq!(request.header("content-type"), Some("application/json"));
        }
        assert_eq!(names, expected, "{}", request.line());
        assert_eq!(request.header("authorization"), Some(key.as_str()));
        assert_eq!(request.header("accept"), Some("application/json"));
        let agent = concat!("tfy-tokens/", env!("CARGO_PKG_VERSION"));
        assert_eq!(request.header("user-agent"), Some(agent));
    }
    for call in [Call::List, Call::Session, Call::Create, Call::CreateForUser, Call::Delete, Call::RevokeAll] {
        assert!(!server.calls(call).is_empty(), "{call:?}");
    }
}

#[test]
fn requests_share_one_connection() {
    let page = |data| Script::json(200, format!(r#"{{"data":{data}}}"#));
    let server = RawServer::answering(vec![page(r#"[{"id":"a"},{"id":"b"}]"#), page(r#"[{"id":"b"}]"#)]);
    let run = server.program("list -o id").run().exits(0);
    assert_eq!(run.stdout, "a\nb\n");
    let received = server.received();
    assert_eq!((received.requests().len(), received.connections()), (2, 1));
}
