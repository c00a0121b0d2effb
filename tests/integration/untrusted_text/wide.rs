//! Characters that occupy two columns or none, and names of thousands of characters.

use unicode_width::UnicodeWidthStr;

#[cfg(unix)]
use super::shown;
use super::{cells, list, named};

/// Asserts that all IDs of a table begin in the same column.
#[track_caller]
fn assert_aligned(table: &str) {
    let column = |row: &str, mark: &str| row.find(mark).map(|start| row[..start].width());
    let (header, rows) = table.split_once('\n').unwrap();
    // A name that wraps has lines without an ID.
    for row in rows.lines().filter(|row| row.contains("cm3k")) {
        assert_eq!(column(row, "cm3k"), column(header, "ID"), "{table}");
    }
}

#[test]
fn columns_are_aligned() {
    let server = named(&["plain", "名前-ci", "🦀🦀", "e\u{301}te\u{301}", "한국어", "👩\u{200d}💻", "ｆｕｌｌ"]);
    assert_aligned(&list(&server, "table").run().exits(0).stdout);
    #[cfg(unix)]
    for columns in [200, 80] {
        assert_aligned(&shown(&server, "table", columns));
    }
}

#[test]
#[cfg(unix)]
fn wide_name_is_cut_between_characters() {
    for character in ["名", "e\u{301}", "👍🏽"] {
        let table = shown(&named(&[&character.repeat(70)]), "table", 80);
        assert_aligned(&table);
        let row = table.lines().nth(1).unwrap();
        assert!(table.lines().count() == 2 && row.width() <= 80, "{table}");
        let name = row.strip_prefix('"').and_then(|row| row.split_once('…')).expect("a name that was cut").0;
        assert!(name.len() > character.len() && name.replace(character, "").is_empty(), "{table}");
    }
}

#[test]
fn long_id_is_cut_only_in_tables() {
    let server = named(&["plain"]);
    let id = "x".repeat(1000);
    server.add_raw(serde_json::json!({"id": id, "name": "odd"}));
    let table = list(&server, "table").run().exits(0).stdout;
    assert!(table.lines().all(|line| line.width() < 120) && table.contains("xxx…  "), "{table}");
    assert!(list(&server, "json").run().exits(0).stdout.contains(&id));
}

#[test]
fn long_name_is_cut_only_in_tables() {
    for character in ["名", "x"] {
        let name = character.repeat(10_000);
        let server = named(&[&name]);
        assert_eq!(list(&server, "json").run().exits(0).json()[0]["name"], name);
        assert_eq!(cells(&list(&server, "csv").run().exits(0).stdout)[0][0], name);
        let cut = format!("\"{}…\"  ", character.repeat(61 / character.width()));
        let table = list(&server, "table").run().exits(0).stdout;
        assert!(table.lines().nth(1).unwrap().starts_with(&cut), "{table}");
    }
}
