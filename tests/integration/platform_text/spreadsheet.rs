//! CSV that a spreadsheet does not take for formulas.

use serde_json::json;

use super::{cells, list};
use crate::support::platform::{Platform, TokenSeed};

#[test]
fn fault_21_what_looks_like_a_formula_is_text_in_every_column() {
    let platform = Platform::start();
    for formula in [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "=\"a\",\"b\"",
        "a=1",
        "'quoted'",
    ] {
        platform.add(TokenSeed::named(formula).created_by(formula));
        platform.add_raw(json!({"id": formula}));
    }
    let csv = list(&platform, "csv").exact_output().run().exits(0).stdout;
    let rows = cells(&csv);
    assert_eq!(rows.len(), 18);
    let mut seen: Vec<&str> = Vec::new();
    for row in &rows {
        for cell in row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
        }
        seen.push(if row[0].is_empty() { &row[1] } else { &row[0] });
        assert!(row[0].is_empty() || row[0] == row[6]);
    }
    seen.reverse();
    seen.dedup();
    assert_eq!(
        seen,
        [
            "'=1+1",
            "'+1",
            "'-1",
            "'@SUM(A1)",
            "'\t=1",
            "'\r=1",
            "'=\"a\",\"b\"",
            "a=1",
            "'quoted'"
        ]
    );
}

#[test]
fn fault_21_a_formula_is_exact_elsewhere() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("=1+1"));
    assert_eq!(list(&platform, "json").run().exits(0).json()[0]["name"], "=1+1");
    let table = list(&platform, "table").run().exits(0).stdout;
    assert!(table.lines().nth(1).unwrap().starts_with("=1+1  cm3k"));
}

#[test]
fn cells_with_quotes_commas_and_line_breaks_are_quoted() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("a \"b\", c\r\nd"));
    let csv = list(&platform, "csv").exact_output().run().exits(0).stdout;
    assert_eq!(
        csv,
        "name,id,createdAt,expiresAt,lastUsedAt,expired,createdBy\r\n\
         \"a \"\"b\"\", c\r\nd\",cm3k1x9qf000001,2026-01-15T09:30:00Z,,,false,ada@acme.test\r\n"
    );
}
