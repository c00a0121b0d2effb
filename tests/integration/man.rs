//! The manual pages.

use std::fs;

#[cfg(target_os = "linux")]
use crate::support::is_installed;
use crate::support::{Output, Program, snapshot};

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

fn headings(page: &str) -> String {
    let headings = page.lines().filter_map(|line| line.strip_prefix(".SH "));
    headings.collect::<Vec<_>>().join(" ").replace('"', "")
}

#[test]
fn main_page_goes_to_stdout() {
    let run = Program::new("man").run().exits(0);
    assert_eq!(run.stderr, "");
    let title = concat!("\n.TH tfy-tokens 1  \"tfy-tokens ", env!("CARGO_PKG_VERSION"), "\" \n");
    assert!(run.stdout.contains(title), "{}", run.stdout);
    let expected = "NAME SYNOPSIS DESCRIPTION OPTIONS GLOBAL OPTIONS COMMANDS ENVIRONMENT EXIT CODES EXAMPLES";
    assert_eq!(headings(&run.stdout), expected);
    for page in PAGES.into_iter().filter(|page| *page != "tfy-tokens.1") {
        let entry = page.replace(".1", "(1)").replace('-', "\\-");
        assert!(run.stdout.contains(&format!("\n{entry}\n")), "{entry}");
    }
}

#[test]
fn directory_gets_page_per_command() {
    let program = Program::new("man share/man1");
    snapshot!(&program, @"
    exit: 0
    --- stderr
    Saved the manual pages to share/man1.
    ");
    // A second run replaces the pages.
    program.run().exits(0);
    let directory = program.cwd().join("share/man1");
    let mut names: Vec<_> =
        fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, PAGES);
    for name in PAGES {
        let page = fs::read_to_string(directory.join(name)).unwrap();
        let headings = headings(&page);
        assert!(headings.starts_with("NAME SYNOPSIS DESCRIPTION"), "{name}: {headings}");
        assert!(headings.contains(" EXAMPLES"), "{name}: {headings}");
        assert_eq!(headings.contains(" SEE ALSO"), name != "tfy-tokens.1", "{name}");
    }
    let main = fs::read_to_string(directory.join("tfy-tokens.1")).unwrap();
    assert_eq!(Program::new("man").run().stdout, main);
}

#[test]
fn page_has_synopsis_and_examples() {
    let program = Program::new("man .");
    program.run().exits(0);
    let page = fs::read_to_string(program.cwd().join("tfy-tokens-delete.1")).unwrap();
    for part in [
        ".SH SYNOPSIS\n\\fBtfy\\-tokens delete\\fR [OPTIONS] [TOKEN]...\n",
        ".SH EXAMPLES\n.nf\ntfy\\-tokens delete\ntfy\\-tokens delete ci\\-pipeline old\\-laptop\n",
    ] {
        assert!(page.contains(part), "{page}");
    }
}

#[test]
fn pages_have_no_other_format() {
    let program = Program::new("man .");
    for format in ["csv", "jsonl", "id"] {
        let run = program.clone().args("-o").arg(format).run().exits(2);
        let expected = "error: invalid --output: only `list` supports this format; use table or json\n";
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", expected));
    }
    assert_eq!(fs::read_dir(program.cwd()).unwrap().count(), 0);
}

#[test]
fn unwritable_directory_is_usage_error() {
    let program = Program::new("man file/man1").cwd_file("file", "in the way");
    let run = program.run().exits(2);
    assert!(run.stderr.starts_with("error: cannot write the manual pages to file/man1\n  "), "{}", run.stderr);
    assert_eq!((run.stdout.as_str(), run.stderr.lines().count()), ("", 2));
    assert_eq!(program.args("-o json").run().exits(2).failure()["kind"], "usage");
}

#[test]
fn early_end_of_reader_is_success() {
    for lines in [0, 1] {
        let run = Program::new("man").stdout(Output::Lines(lines)).run().exits(0);
        assert_eq!(run.stderr, "");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn man_reads_pages_without_warning() {
    let program = Program::new("man .");
    program.run().exits(0);
    if !is_installed("man", "reading the manual pages") {
        return;
    }
    for name in PAGES {
        let read = Program::other("man", "--warnings -E utf8 -l")
            .arg(program.cwd().join(name))
            .envs("MANWIDTH=80 LC_ALL=C.UTF-8")
            .run()
            .exits(0);
        assert_eq!(read.stderr, "", "{name}");
        assert!(read.stdout.contains("\nEXAMPLES\n"), "{name}: {}", read.stdout);
        for line in read.stdout.lines() {
            assert!(line.chars().count() <= 80, "{name}: {line:?}");
        }
    }
}
