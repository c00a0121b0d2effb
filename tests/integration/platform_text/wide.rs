//! Characters that take two columns or none, and names that take thousands.

use unicode_width::UnicodeWidthStr;

#[cfg(unix)]
use super::shown;
use super::{cells, list, named};

const WIDE: [&str; 8] = [
    "plain",
    "名前",
    "トークン-ci",
    "🦀🦀",
    "e\u{301}te\u{301}",
    "한국어",
    "👩\u{200d}💻",
    "ｆｕｌｌ",
];

/// Asserts that the ids of a table begin in the same column, as wide as its characters are.
#[track_caller]
fn assert_lined_up(table: &str) {
    let column = |row: &str, mark: &str| row[..row.find(mark).unwrap()].width();
    let mut rows = table.lines();
    let expected = column(rows.next().unwrap(), "ID");
    for row in rows {
        assert_eq!(column(row, "cm3k"), expected, "{table}");
        assert_eq!(column(row, "2026-01-15"), expected + 17, "{table}");
    }
}

#[test]
fn fault_20_columns_line_up_whatever_the_names_are_made_of() {
    let platform = named(&WIDE);
    assert_lined_up(&list(&platform, "table").run().exits(0).stdout);
    #[cfg(unix)]
    for columns in [200, 80] {
        assert_lined_up(&shown(&platform, "table", columns));
    }
}

#[test]
#[cfg(unix)]
fn fault_20_a_wide_name_is_cut_between_its_characters() {
    let platform = named(&[&"名".repeat(60), &"e\u{301}".repeat(60), &"👍🏽".repeat(60)]);
    let table = shown(&platform, "table", 80);
    assert_lined_up(&table);
    for (row, character) in table.lines().skip(1).zip(["名", "e\u{301}", "👍🏽"]) {
        let name = row.split("  ").next().unwrap();
        let whole = name.strip_suffix('…').expect("a name that was cut");
        assert_eq!(whole.replace(character, ""), "", "{name}");
        assert!(row.width() <= 80, "{row}");
    }
}

#[test]
fn fault_20_a_name_of_ten_thousand_characters_is_cut_at_a_terminal_alone() {
    for character in ["x", "名", "\u{1b}"] {
        let name = character.repeat(10_000);
        let platform = named(&[&name]);
        let shown_whole = name.replace('\u{1b}', "\u{fffd}");
        let table = list(&platform, "table").run().exits(0).stdout;
        assert!(
            table
                .lines()
                .nth(1)
                .unwrap()
                .starts_with(&format!("{shown_whole}  cm3k1x9qf000001  "))
        );
        assert_eq!(list(&platform, "json").run().exits(0).json()[0]["name"], name);
        let csv = list(&platform, "csv").exact_output().run().exits(0).stdout;
        assert_eq!(cells(&csv)[0][0], name);
        #[cfg(unix)]
        {
            let table = shown(&platform, "table", 100);
            let row = table.lines().nth(1).unwrap();
            assert!(row.width() <= 100 && row.contains("…  cm3k1x9qf000001  "), "{row}");
        }
    }
}

#[test]
#[cfg(unix)]
fn fault_20_an_id_is_never_cut() {
    let id = "x".repeat(10_000);
    let platform = crate::support::platform::Platform::start();
    platform.add_raw(serde_json::json!({"id": id, "name": "a-name-that-is-not-cut"}));
    let text = shown(&platform, "table", 60);
    assert!(
        text.starts_with(&format!("a-name-that-is-not-cut\n  id {id}\n")),
        "{text}"
    );
}
