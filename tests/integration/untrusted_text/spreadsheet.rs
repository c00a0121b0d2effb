//! CSV that a spreadsheet does not evaluate.

use serde_json::json;

use super::{cells, list, named};
use crate::support::{FakeServer, snapshot};

#[test]
fn formula_is_quoted_in_every_column() {
    let texts = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\n=1",
        "＝1",
        ";=1",
        "b; ＋1",
        "\u{feff}=1",
        "=\"a\",\"b\"",
        "a=1",
        "'quoted'",
    ];
    let server = FakeServer::start();
    for text in texts.iter().rev() {
        server.add_raw(json!({"id": text, "name": text, "createdBySubject": {"subjectSlug": text}}));
    }
    let rows = cells(&list(&server, "csv").run().exits(0).stdout);
    assert_eq!(rows.len(), texts.len());
    for (row, text) in rows.iter().zip(texts) {
        let is_safe = text.starts_with(['a', '\'']);
        let cell = if is_safe { text.to_owned() } else { format!("'{text}") };
        assert_eq!([&row[0], &row[1], &row[7]], [&cell; 3]);
    }
    assert_eq!(list(&server, "json").run().exits(0).json()[0]["name"], "=1+1");
}

#[test]
fn special_characters_are_quoted() {
    let server = named(&["a \"b\", c\r\nd"]);
    snapshot!(list(&server, "csv"), @r#"
    exit: 0
    --- stdout
    name,id,createdAt,expiresAt,neverExpires,lastUsedAt,expired,createdBy,type,team,account␍
    "a ""b"", c␍
    d",cm3k1x9qf0000000000000000,2020-01-15T09:30:00Z,,true,,false,ada@acme.test,,,␍
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    "#);
}
