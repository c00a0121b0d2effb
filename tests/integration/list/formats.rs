//! The formats of a listing, not at a terminal.

use serde_json::Value;

use crate::support::{Call, FakeServer, Fault, Output, snapshot};

#[test]
fn each_format_shows_all_tokens() {
    let server = FakeServer::with(&[
        "ci-pipeline expires=2099-07-15T00:00:00.000Z used=2020-06-30T18:04:11.250Z team=platform",
        "old-laptop created=2019-01-01T00:00:00.000Z expires=2020-01-01 by=grace@acme.test",
    ]);
    let id = server.add("grafana");
    server.edit(&id, |item| (item["createdBy"], item["createdBySubject"]) = (Value::Null, Value::Null));

    let table = snapshot!(server.program("list"), @"
    exit: 0
    --- stdout
    NAME         ID                         CREATED AT  EXPIRES AT            LAST USED
    grafana      cm3k1x9qf0000000000000003  2020-01-15  Never                 -
    old-laptop   cm3k1x9qf0000000000000002  2019-01-01  2020-01-01 (expired)  -
    ci-pipeline  cm3k1x9qf0000000000000001  2020-01-15  2099-07-15            2020-06-30
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    assert_eq!(server.program("list -o table").run().stdout, table.stdout);
    let json = snapshot!(server.program("list -o json"), @r#"
    exit: 0
    --- stdout
    [
    {"name":"grafana","id":"cm3k1x9qf0000000000000003","createdAt":"2020-01-15T09:30:00Z","expiresAt":null,"neverExpires":true,"lastUsedAt":null,"expired":false,"createdBy":null,"type":"opaque","team":null,"account":null},
    {"name":"old-laptop","id":"cm3k1x9qf0000000000000002","createdAt":"2019-01-01T00:00:00Z","expiresAt":"2020-01-01T23:59:59Z","neverExpires":false,"lastUsedAt":null,"expired":true,"createdBy":"grace@acme.test","type":"opaque","team":null,"account":null},
    {"name":"ci-pipeline","id":"cm3k1x9qf0000000000000001","createdAt":"2020-01-15T09:30:00Z","expiresAt":"2099-07-15T00:00:00Z","neverExpires":false,"lastUsedAt":"2020-06-30T18:04:11Z","expired":false,"createdBy":"ada@acme.test","type":"opaque","team":"platform","account":"acme"}
    ]
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    "#);
    assert_eq!(json.json().as_array().unwrap().len(), 3);
    let jsonl = server.program("list -o jsonl").run().exits(0).stdout;
    assert_eq!(format!("[\n{}\n]\n", jsonl.trim_end().replace("}\n", "},\n")), json.stdout);
    snapshot!(server.program("list -o csv").exact_output(), @"
    exit: 0
    --- stdout
    name,id,createdAt,expiresAt,neverExpires,lastUsedAt,expired,createdBy,type,team,account␍
    grafana,cm3k1x9qf0000000000000003,2020-01-15T09:30:00Z,,true,,false,,opaque,,␍
    old-laptop,cm3k1x9qf0000000000000002,2019-01-01T00:00:00Z,2020-01-01T23:59:59Z,false,,true,grace@acme.test,opaque,,␍
    ci-pipeline,cm3k1x9qf0000000000000001,2020-01-15T09:30:00Z,2099-07-15T00:00:00Z,false,2020-06-30T18:04:11Z,false,ada@acme.test,opaque,platform,acme␍
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    // The last of several options wins.
    snapshot!(server.program("list -o json -o id"), @"
    exit: 0
    --- stdout
    cm3k1x9qf0000000000000003
    cm3k1x9qf0000000000000002
    cm3k1x9qf0000000000000001
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
}

#[test]
fn incomplete_listing_prints_no_token() {
    let server = FakeServer::start();
    server.add_many(150);
    let second_page =
        Fault::answer(Call::List, 500).when(|request| request.parameter("offset").as_deref() != Some("0"));
    server.add_fault(second_page.always());
    for format in ["table", "json", "jsonl", "csv", "id"] {
        let run = server.program("list --retries 0 -o").arg(format).run().exits(6);
        assert_eq!(run.stdout, "", "{format}");
    }
}

#[test]
fn early_end_of_reader_is_success() {
    let server = FakeServer::start();
    server.add_many(1000);
    for format in ["table", "json", "jsonl", "csv", "id"] {
        let program = server.program("list -o").arg(format).exact_output();
        for output in [Output::Lines(1), Output::Lines(0)] {
            assert_eq!(program.clone().stdout(output).run().exits(0).stderr, "", "{format}");
        }
    }
}
