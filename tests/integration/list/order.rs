//! The order of a listing.

use serde_json::Value;

use super::names;
use crate::support::{FakeServer, cases, snapshot};

fn account() -> FakeServer {
    let server = FakeServer::with(&[
        "beta created=2019-03-01T00:00:00Z expires=2098-01-01T00:00:00Z used=2019-06-01T00:00:00Z",
        "alpha created=2019-02-01T00:00:00Z used=2019-07-01T00:00:00Z",
        "Gamma created=2019-01-01T00:00:00Z expires=2020-01-01T00:00:00Z",
    ]);
    let id = server.add("odd created=once expires=soon");
    server.edit(&id, |item| item["manifest"]["name"] = Value::Null);
    server
}

#[test]
fn sort_orders_by_any_column() {
    let server = account();
    for case in cases(
        "           | - Gamma alpha beta
         name       | Gamma alpha beta -
         created    | Gamma alpha beta -
         expires    | Gamma beta - alpha
         last-used  | - Gamma beta alpha",
    ) {
        let [by, expected] = case.columns();
        let sort = if by.is_empty() { String::new() } else { format!("--sort {by}") };
        let program = server.program("list -o json").args(&sort);
        assert_eq!(names(&program.run().exits(0)), expected, "{case:?}");
        let reversed: Vec<_> = expected.rsplit(' ').collect();
        let run = program.args("--reverse").run().exits(0);
        assert_eq!(names(&run), reversed.join(" "), "{case:?}");
    }
}

#[test]
fn table_and_csv_are_sorted() {
    let server = account();
    snapshot!(server.program("list --sort expires"), @"
    exit: 0
    --- stdout
    NAME       ID                         CREATED AT  EXPIRES AT            LAST USED
    Gamma      cm3k1x9qf0000000000000003  2019-01-01  2020-01-01 (expired)  -
    beta       cm3k1x9qf0000000000000001  2019-03-01  2098-01-01            2019-06-01
    (unnamed)  cm3k1x9qf0000000000000004  -           -                     -
    alpha      cm3k1x9qf0000000000000002  2019-02-01  Never                 2019-07-01
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    snapshot!(server.program("list --sort expires -o csv").exact_output(), @"
    exit: 0
    --- stdout
    name,id,createdAt,expiresAt,lastUsedAt,expired,createdBy␍
    Gamma,cm3k1x9qf0000000000000003,2019-01-01T00:00:00Z,2020-01-01T00:00:00Z,,true,ada@acme.test␍
    beta,cm3k1x9qf0000000000000001,2019-03-01T00:00:00Z,2098-01-01T00:00:00Z,2019-06-01T00:00:00Z,false,ada@acme.test␍
    ,cm3k1x9qf0000000000000004,,,,false,ada@acme.test␍
    alpha,cm3k1x9qf0000000000000002,2019-02-01T00:00:00Z,,2019-07-01T00:00:00Z,false,ada@acme.test␍
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
}

#[test]
fn equal_tokens_keep_server_order() {
    let server = FakeServer::start();
    server.add_many(150);
    let run = server.program("list --sort created -o json").run().exits(0);
    assert_eq!(names(&run), server.names());
}
