//! The manual pages.

use std::fs;

#[cfg(target_os = "linux")]
use crate::support::installed::is_installed;
use crate::support::program::Program;

const PAGES: [&str; 9] = [
    "tfy-tokens-completions.1",
    "tfy-tokens-create.1",
    "tfy-tokens-delete.1",
    "tfy-tokens-list.1",
    "tfy-tokens-man.1",
    "tfy-tokens-revoke-all.1",
    "tfy-tokens-rotate.1",
    "tfy-tokens-status.1",
    "tfy-tokens.1",
];

fn headings(page: &str) -> Vec<&str> {
    let headings = page.lines().filter_map(|line| line.strip_prefix(".SH "));
    headings.map(|heading| heading.trim_matches('"')).collect()
}

#[test]
fn the_main_page_goes_to_standard_output() {
    let run = Program::bare().arg("man").run().exits(0);
    assert_eq!(run.stderr, "");
    let title = concat!("\n.TH tfy-tokens 1  \"tfy-tokens ", env!("CARGO_PKG_VERSION"), "\" \n");
    assert!(run.stdout.contains(title), "{}", run.stdout);
    assert_eq!(
        headings(&run.stdout),
        [
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "OPTIONS",
            "GLOBAL OPTIONS",
            "COMMANDS",
            "SETTINGS",
            "EXIT CODES",
            "EXAMPLES"
        ]
    );
    for page in PAGES.into_iter().filter(|page| *page != "tfy-tokens.1") {
        let entry = page.replace(".1", "(1)").replace('-', "\\-");
        assert!(run.stdout.contains(&format!("\n{entry}\n")), "{entry}");
    }
}

#[test]
fn a_page_for_each_command_is_written_into_a_folder_that_need_not_exist() {
    let program = Program::bare().args(["man", "share/man1"]);
    for _first_and_again in 0..2 {
        let run = program.run().exits(0);
        assert_eq!(run.stdout, "");
        assert_eq!(run.stderr, "The manual pages are in share/man1.\n");
    }
    let dir = program.cwd().join("share/man1");
    let mut names: Vec<_> = fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, PAGES);
    for name in PAGES {
        let page = fs::read_to_string(dir.join(name)).unwrap();
        let headings = headings(&page);
        assert!(headings.starts_with(&["NAME", "SYNOPSIS", "DESCRIPTION"]), "{name}");
        assert!(headings.contains(&"EXAMPLES"), "{name}");
        assert_eq!(headings.contains(&"SEE ALSO"), name != "tfy-tokens.1", "{name}");
    }
    let main = fs::read_to_string(dir.join("tfy-tokens.1")).unwrap();
    assert_eq!(Program::bare().arg("man").run().stdout, main);
}

#[test]
fn a_page_says_how_its_command_is_used_and_shows_examples_line_by_line() {
    let program = Program::bare().args(["man", "."]);
    program.run().exits(0);
    let page = fs::read_to_string(program.cwd().join("tfy-tokens-delete.1")).unwrap();
    assert!(
        page.contains("\n.SH SYNOPSIS\n\\fBtfy\\-tokens delete\\fR [OPTIONS] [TOKEN]...\n"),
        "{page}"
    );
    let examples = "\n.SH EXAMPLES\n.nf\ntfy\\-tokens delete\ntfy\\-tokens delete ci\\-pipeline old\\-laptop\n";
    assert!(page.contains(examples), "{page}");
}

#[test]
fn pages_are_written_in_no_other_format() {
    let program = Program::bare().args(["man", "."]);
    for format in ["csv", "jsonl", "id"] {
        let run = program.clone().args(["-o", format]).run().exits(2);
        assert_eq!(run.stdout, "");
        let said = "error: --output: only `list` can be written in that format; others take table or json\n";
        assert_eq!(run.stderr, said);
    }
    assert_eq!(fs::read_dir(program.cwd()).unwrap().count(), 0);
}

#[test]
fn a_folder_that_cannot_be_written_is_a_mistake_in_the_command_line() {
    let program = Program::bare()
        .args(["man", "file/man1"])
        .write_cwd_file("file", "in the way");
    let run = program.run().exits(2);
    assert_eq!(run.stdout, "");
    let [line] = &run.stderr.lines().collect::<Vec<_>>()[..] else {
        panic!("one line: {}", run.stderr)
    };
    assert!(line.starts_with("error: file/man1: "), "{line}");
    let quoted = program.clone().args(["-o", "json"]).run().exits(2);
    let error: serde_json::Value = serde_json::from_str(&quoted.stderr).expect("JSON");
    assert_eq!(error["error"]["kind"], "usage");
}

#[test]
fn a_page_whose_reader_has_gone_ends_quietly() {
    let run = Program::bare().arg("man").stdout_reader_leaves_after(1).run().exits(0);
    assert_eq!(run.stderr, "");
    let run = Program::bare().arg("man").stdout_reader_gone().run().exits(0);
    assert_eq!(run.stderr, "");
}

#[test]
#[cfg(target_os = "linux")]
fn pages_are_read_by_man_without_a_warning() {
    let program = Program::bare().args(["man", "."]);
    program.run().exits(0);
    if !is_installed("man", "reading the manual pages") {
        return;
    }
    for name in PAGES {
        let read = Program::other("man")
            .args(["--warnings", "-E", "utf8", "-l"])
            .arg(program.cwd().join(name))
            .env("MANWIDTH", "80")
            .env("LC_ALL", "C.UTF-8")
            .run()
            .exits(0);
        assert_eq!(read.stderr, "", "{name}");
        assert!(read.stdout.contains("\nEXAMPLES\n"), "{name}: {}", read.stdout);
        for line in read.stdout.lines() {
            assert!(line.chars().count() <= 80, "{name}: {line:?}");
        }
    }
}
