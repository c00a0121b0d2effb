//! Deletions by filter.

use serde_json::{Value, json};

use crate::support::{Call, FakeServer, snapshot};

#[test]
fn expired_prefers_server_state_over_clock() {
    let server = FakeServer::with(&["marked expires=9d expired=true", "denied expires=-9d expired=false"]);
    for seed in ["over expires=-1d", "soon expires=1d", "never", "odd expires=tomorrow"] {
        let id = server.add(seed);
        server.edit(&id, |item: &mut Value| item["isExpired"] = json!(null));
    }
    snapshot!(server.program("delete --expired --yes"), @"
    exit: 0
    --- stdout
    Deleted over (cm3k1x9qf0000000000000003)
    Deleted marked (cm3k1x9qf0000000000000001)
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000003 200
    ");
    assert_eq!(server.names(), "odd never soon denied");
}

#[test]
fn filter_without_match_succeeds() {
    let server = FakeServer::with(&["new created=-1d"]);
    snapshot!(server.program("delete --expired --yes"), @"
    exit: 0
    --- stderr
    No tokens match `--expired`. Nothing was deleted.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    let run = server.program("delete --expired --unused-for 1y --yes").run().exits(0);
    assert_eq!(run.stderr, "No tokens match `--expired` and `--unused-for 1y`. Nothing was deleted.\n");
    let run = server.program("delete --expired --yes -o json").run().exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("[]\n", ""));
}

#[test]
fn unused_for_counts_from_use_or_creation() {
    let server = FakeServer::with(&[
        "used created=-300d used=-91d",
        "used-later created=-300d used=-89d",
        "never-used created=-91d expires=-1d",
        "new created=-89d expires=-1d",
        "dateless created=unknown",
    ]);
    server.program("delete --unused-for 90d --expired --yes").run().exits(0);
    assert_eq!(server.names(), "dateless new used-later used");
    server.program("delete --unused-for 90d --yes").run().exits(0);
    assert_eq!(server.names(), "dateless new used-later");
}

#[test]
fn unreadable_last_use_selects_no_token() {
    let server = FakeServer::with(&["epoch created=-300d", "unzoned created=-300d", "before created=-1d"]);
    let uses = [json!(1_700_000_000_000_u64), json!("2099-11-27 10:00:00"), json!("1970-01-01T00:00:00Z")];
    for (id, used) in server.tokens().iter().map(|token| token.id.clone()).zip(uses.into_iter().rev()) {
        server.edit(&id, |item: &mut Value| item["lastAccessedAt"] = used);
    }
    server.program("delete --unused-for 90d --yes").run().exits(0);
    assert_eq!(server.names(), "before unzoned epoch");
}

#[test]
fn audit_filters_select_tokens_to_delete() {
    let server = FakeServer::with(&["old created=-400d", "expiring created=-400d expires=5d", "new created=-2d"]);
    server.program("delete --never-expires --older-than 1y --yes").run().exits(0);
    assert_eq!(server.names(), "new expiring");
    server.program("delete --older-than 1y --yes").run().exits(0);
    assert_eq!(server.names(), "new");
}

#[test]
fn filters_of_list_select_tokens_to_delete() {
    let server =
        FakeServer::with(&["ci-old expires=-1d", "ci-soon expires=5d", "ci-late expires=50d", "dev expires=5d"]);
    server.program("delete --search CI --expires-within 14d --yes").run().exits(0);
    assert_eq!(server.names(), "dev ci-late ci-old");
    server.program("delete --search ci --active --yes").run().exits(0);
    assert_eq!(server.names(), "dev ci-old");
}

#[test]
fn filter_selects_from_all_pages() {
    let server = FakeServer::start();
    server.add_many(120);
    server.program("delete --unused-for 1y --yes").run().exits(0);
    assert_eq!((server.names().as_str(), server.calls(Call::Delete).len()), ("", 120));
}

#[test]
fn date_before_creation_selects_no_token() {
    let server = FakeServer::start();
    for (name, expiry, used) in [
        ("zero", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("epoch", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
        ("early", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
    ] {
        let id = server.add(&format!("{name} created=-1h expires={expiry} used={used}"));
        server.edit(&id, |item: &mut Value| item["isExpired"] = json!(null));
    }
    for filter in ["--expired", "--unused-for 90d", "--expires-within 14d"] {
        server.program("delete --yes").args(filter).run().exits(0);
    }
    assert_eq!(server.names(), "early epoch zero");
    let listed = server.program("list -o json").run().exits(0).json();
    assert_eq!((&listed[0]["expiresAt"], &listed[0]["lastUsedAt"]), (&json!(null), &json!(null)));
    assert_eq!(listed[0]["neverExpires"], false);
}
