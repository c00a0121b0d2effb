//! Headers and connections.

use wiremock::http::HeaderName;

use crate::support::servers::{RawServer, Script};
use crate::support::{Call, FakeServer};

#[test]
fn requests_have_only_necessary_headers() {
    let server = FakeServer::with(&["ci-run"]);
    for arguments in ["list", "status", "delete ci-run --yes", "revoke-all grace@acme.test --yes"] {
        server.program(arguments).run().exits(0);
    }
    for arguments in ["create new-one", "create new-two --for-user grace@acme.test"] {
        server.program(arguments).delivers_value().run().exits(0);
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
        let values = ["authorization", "accept", "user-agent"].map(|name| request.header(name).unwrap());
        assert_eq!(values, [&key, "application/json", concat!("tfy-tokens/", env!("CARGO_PKG_VERSION"))]);
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
