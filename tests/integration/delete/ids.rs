//! IDs and names that must not delete anything else.

use serde_json::json;

use crate::support::{Call, FakeServer, snapshot};

/// A server with a token named `odd` that has this ID.
fn server(id: &str) -> FakeServer {
    let server = FakeServer::with(&["bystander"]);
    server.add_raw(json!({"id": id, "type": "pat", "manifest": {"name": "odd"}}));
    server
}

#[test]
fn unsafe_id_is_rejected() {
    snapshot!(server("revoke/all").program("delete bystander odd --yes"), @"
    exit: 2
    --- stderr
    error: token `odd` has an ID that is not safe to use in a URL; nothing was deleted
    hint: delete it on the TrueFoundry website
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    let long = "a".repeat(10_000);
    for id in ["../x", "..", ".", "%2e%2e", "revoke%2Fall", "..;", r"a\b", "a\nb", &long] {
        let server = server(id);
        for program in [
            server.program("delete odd --yes"),
            server.program("delete --yes").arg(id),
            server.program("delete odd --dry-run"),
        ] {
            let run = program.run().exits(2);
            assert!(run.stderr.contains("not safe to use in a URL"), "{id:.20}: {}", run.stderr);
        }
        assert_eq!(server.calls(Call::Delete).len(), 0, "{id:.20}");
    }
}

#[test]
fn other_id_is_one_encoded_segment() {
    for (id, segment) in [
        ("a?b", "a%3Fb"),
        ("a#b", "a%23b"),
        ("a b", "a%20b"),
        ("a;b=c&d", "a;b=c&d"),
        ("...", "..."),
        ("名", "%E5%90%8D"),
    ] {
        let server = server(id);
        let run = server.program("delete --yes").arg(id).run().exits(0);
        assert_eq!(run.stdout, format!("Deleted odd ({id})\n"));
        let requests = server.calls(Call::Delete);
        assert_eq!(requests.len(), 1);
        assert!(requests[0].path.ends_with(&format!("/personal-access-tokens/{segment}")));
        assert_eq!(server.names(), "bystander");
    }
}

#[test]
fn unknown_id_is_never_requested() {
    let server = FakeServer::with(&["ci"]);
    for id in ["revoke/all", "../x", "..", "%2e%2e", "a?b", &"a".repeat(10_000)] {
        server.program("delete --yes").arg(id).run().exits(4);
    }
    for request in server.requests() {
        assert!(matches!(request.call, Call::List | Call::Session), "{request:?}");
    }
}

#[test]
fn ambiguous_name_deletes_no_token() {
    let server = FakeServer::with(&["ci", "twin", "twin"]);
    snapshot!(server.program("delete ci twin --yes"), @"
    exit: 2
    --- stderr
    error: `twin` matches more than one token; nothing was deleted
      twin (cm3k1x9qf0000000000000003)
      twin (cm3k1x9qf0000000000000002)
    hint: pass the token ID instead of the name
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    assert_eq!(server.names(), "twin twin ci");
}

#[test]
fn name_equal_to_other_id_is_ambiguous() {
    let server = FakeServer::with(&["ci", "twin"]);
    let id = server.tokens()[1].id.clone();
    server.add(&id);
    snapshot!(server.program("delete twin --yes").arg(&id), @"
    exit: 2
    --- stderr
    error: `cm3k1x9qf0000000000000001` matches more than one token; nothing was deleted
      cm3k1x9qf0000000000000001 (cm3k1x9qf0000000000000003)
      ci (cm3k1x9qf0000000000000001)
    hint: pass the token ID instead of the name
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    server.program("delete ci --yes").run().exits(0);
    assert_eq!(server.names(), format!("{id} twin"));
}

#[test]
fn similar_name_is_only_suggested() {
    let server = FakeServer::with(&["laptop", "ci-pipeline"]);
    snapshot!(server.program("delete laptop ci --yes"), @"
    exit: 4
    --- stderr
    error: Token ID not found. List tokens first to find the correct ID.
      no token with the name or ID `ci`; nothing was deleted
    hint: did you mean `ci-pipeline`?
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    for (name, hint) in [
        ("CI-Pipeline", "hint: did you mean `ci-pipeline`?"),
        ("ci-pipeline ", "hint: run `tfy-tokens list`"),
        ("ci-pipelines", "hint: run `tfy-tokens list`"),
        ("unrelated", "hint: run `tfy-tokens list`"),
    ] {
        let run = server.program("delete laptop --yes").arg(name).run().exits(4);
        assert!(run.stderr.contains(hint), "{}", run.stderr);
    }
    assert_eq!(server.names(), "ci-pipeline laptop");
}

#[test]
fn unknown_name_keeps_all_tokens() {
    let server = FakeServer::with(&["ci", "laptop"]);
    snapshot!(server.program("delete ci gone laptop lost --yes"), @"
    exit: 4
    --- stderr
    error: Token ID not found. List tokens first to find the correct ID.
      no token with the name or ID `gone`, `lost`; nothing was deleted
    hint: run `tfy-tokens list`
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    server.program("delete ci gone --dry-run").run().exits(4);
    assert_eq!(server.names(), "laptop ci");
}
