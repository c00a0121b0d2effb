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
    for id in ["..", "%2e%2e"] {
        let server = server(id);
        server.program("delete --yes").arg(id).run().exits(2);
        server.program("delete odd --dry-run").run().exits(2);
        assert_eq!(server.calls(Call::Delete).len(), 0, "{id}");
    }
}

#[test]
fn other_id_is_one_encoded_segment() {
    for (id, segment) in [("a?b", "a%3Fb"), ("a#b", "a%23b"), ("a b", "a%20b"), ("名", "%E5%90%8D")] {
        let server = server(id);
        let run = server.program("delete --yes").arg(id).run().exits(0);
        assert_eq!(run.stdout, format!("Deleted odd (\"{id}\")\n"));
        let calls = server.calls(Call::Delete);
        let path = calls[0].url.path();
        assert!(path.ends_with(&format!("/personal-access-tokens/{segment}")), "{path}");
        assert_eq!(server.names(), "bystander");
    }
}

#[test]
fn ambiguous_name_deletes_no_token() {
    let server = FakeServer::with(&["ci", "twin", "twin"]);
    snapshot!(server.program("delete ci twin --yes"), @"
    exit: 2
    --- stderr
    error: `twin` matches more than one token; nothing was deleted
      twin (cm3k1x9qf0000000000000003), created by ada@acme.test on 2020-01-15
      twin (cm3k1x9qf0000000000000002), created by ada@acme.test on 2020-01-15
    hint: pass one of these IDs instead of the name
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    // The name of one token is the ID of another.
    server.add("cm3k1x9qf0000000000000001");
    server.program("delete cm3k1x9qf0000000000000001 --yes").run().exits(2);
    assert_eq!(server.calls(Call::Delete).len(), 0);
}

#[test]
fn unknown_name_keeps_all_tokens() {
    let server = FakeServer::with(&["laptop", "ci-pipeline"]);
    snapshot!(server.program("delete laptop gone revoke/all --yes"), @"
    exit: 4
    --- stderr
    error: Token ID not found. List tokens first to find the correct ID.
      no token with the name or ID `gone`, `revoke/all`; nothing was deleted
    hint: run `tfy-tokens list`
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    let names: Vec<String> = (1..=15).map(|number| format!("no-{number}")).collect();
    let run = server.program("delete --yes").args(&names.join(" ")).run().exits(4);
    assert!(run.stderr.contains("`no-9`, `no-10` and 5 more; nothing was deleted\n"), "{}", run.stderr);
    for (name, hint) in [
        ("ci-pipleine", "hint: did you mean `ci-pipeline`?"),
        ("ci", "hint: did you mean `ci-pipeline`?"),
        ("CI-Pipeline", "hint: did you mean `ci-pipeline`?"),
        ("-", "hint: run `tfy-tokens list`"),
        ("ci-pipeline ", "hint: did you mean `ci-pipeline`?"),
    ] {
        let run = server.program("delete laptop --yes").arg(name).run().exits(4);
        assert!(run.stderr.contains(hint), "{}", run.stderr);
    }
    assert_eq!(server.names(), "ci-pipeline laptop");
}

#[test]
fn control_character_in_name_is_named() {
    let server = FakeServer::with(&["ci-pipeline"]);
    snapshot!(server.program("delete --yes").arg("ci-pipeline\r"), @r"
    exit: 4
    --- stderr
    error: Token ID not found. List tokens first to find the correct ID.
      no token with the name or ID `ci-pipeline `; nothing was deleted
      a name cannot contain the control character `\r`
    hint: did you mean `ci-pipeline`?
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
}
