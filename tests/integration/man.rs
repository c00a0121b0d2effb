//! The manual pages.

use std::fs;

#[cfg(target_os = "linux")]
use crate::support::is_installed;
use crate::support::{Output, Program, snapshot};

const PAGES: [&str; 13] = [
    "tfy-tokens-completions.1",
    "tfy-tokens-create.1",
    "tfy-tokens-delete.1",
    "tfy-tokens-list.1",
    "tfy-tokens-login.1",
    "tfy-tokens-logout.1",
    "tfy-tokens-man.1",
    "tfy-tokens-mcp.1",
    "tfy-tokens-revoke-all.1",
    "tfy-tokens-rotate.1",
    "tfy-tokens-run.1",
    "tfy-tokens-status.1",
    "tfy-tokens.1",
];

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
    let names = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    assert_eq!(names, PAGES);

    let read = |name| fs::read_to_string(directory.join(name)).unwrap();
    for name in PAGES {
        let page = read(name);
        let headings = page.lines().filter_map(|line| line.strip_prefix(".SH "));
        let headings = headings.collect::<Vec<_>>().join(" ").replace('"', "");
        let ends = [headings.starts_with("NAME SYNOPSIS DESCRIPTION "), headings.ends_with("EXAMPLES SEE ALSO")];
        assert_eq!(ends, [true, true], "{name}: {headings}");
    }
    let page = read("tfy-tokens-delete.1");
    for part in
        [".SH SYNOPSIS\n\\fBtfy\\-tokens delete\\fR [OPTIONS] [TOKEN]...\n", ".SH EXAMPLES\n.nf\ntfy\\-tokens delete  "]
    {
        assert!(page.contains(part), "{page}");
    }

    let main = read("tfy-tokens.1");
    for part in [
        concat!("\n.TH tfy-tokens 1  \"tfy-tokens ", env!("CARGO_PKG_VERSION"), "\" \n"),
        "\ntfy\\-tokens\\-revoke\\-all(1)\n",
        "\n.SH ENVIRONMENT\n",
        "\n.SH FILES\n",
        "\n.SH \"EXIT STATUS\"\n",
        "\n\\fBtfy\\-tokens\\-list\\fR(1),\n",
    ] {
        assert!(main.contains(part), "{main}");
    }
    let run = Program::new("man").run().exits(0);
    assert_eq!((run.stdout, run.stderr), (main, String::new()));
}

#[test]
#[cfg(target_os = "linux")]
fn page_is_shown_at_terminal() {
    use crate::support::Terminal;
    let program = Program::new("man").cwd_file("bin/man", "#!/bin/sh\necho \"shown: $*\"; head -2\n");
    let viewer = program.cwd().join("bin/man");
    fs::set_permissions(&viewer, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", viewer.parent().unwrap().display());
    let output = Terminal::size(80, 24).run(&program.clone().env("PATH", path)).finish().exits(0).output;
    assert!(output.starts_with("shown: -l -\r\n.ie"), "{output:?}");
    // Without a viewer, the page is printed.
    let program = Program::shell(r#"PATH=/nonexistent exec "$0" man"#).arg(env!("CARGO_BIN_EXE_tfy-tokens"));
    let output = Terminal::size(80, 24).run(&program).finish().exits(0).output;
    assert!(output.contains(".SH NAME"), "{output}");
}

#[test]
#[cfg(unix)]
fn link_in_directory_is_replaced() {
    use std::os::unix::fs::PermissionsExt;

    let program = Program::new("man share").cwd_file("precious", "kept").cwd_file("share/x", "");
    let page = program.cwd().join("share/tfy-tokens.1");
    std::os::unix::fs::symlink("../precious", &page).unwrap();
    program.run().exits(0);
    assert_eq!(fs::read_to_string(program.cwd().join("precious")).unwrap(), "kept");
    let metadata = fs::symlink_metadata(page).unwrap();
    assert!(metadata.is_file());
    assert_eq!(metadata.permissions().mode() & 0o777, 0o644);
    assert_eq!(fs::read_dir(program.cwd().join("share")).unwrap().count(), PAGES.len() + 1);
}

#[test]
fn pages_have_no_other_format() {
    let program = Program::new("man . -o csv");
    snapshot!(&program, @"
    exit: 2
    --- stderr
    error: invalid --output: only `list` supports this format; use table or json
    ");
    assert_eq!(fs::read_dir(program.cwd()).unwrap().count(), 0);
}

#[test]
fn unwritable_directory_is_usage_error() {
    let program = Program::new("man file/man1").cwd_file("file", "in the way");
    let run = program.run().exits(2);
    assert!(run.stderr.starts_with("error: cannot write the manual pages to file/man1\n  "), "{}", run.stderr);
    assert_eq!((run.stdout.as_str(), run.stderr.lines().count()), ("", 2));
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
        let man = Program::other("man", "--warnings -E utf8 -l").arg(program.cwd().join(name));
        let run = man.envs("MANWIDTH=80 LC_ALL=C.UTF-8").run().exits(0);
        assert_eq!(run.stderr, "", "{name}");
        assert!(run.stdout.contains("\nEXAMPLES\n"), "{name}: {}", run.stdout);
        assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{name}: {}", run.stdout);
    }
}

#[test]
fn name_of_command_is_no_directory() {
    let program = Program::new("man list");
    snapshot!(&program, @"
    exit: 2
    --- stderr
    error: invalid DIR: `list` is a command
    hint: run `tfy-tokens help list`, or pass `./list` to write the pages into that directory
    ");
    assert_eq!(fs::read_dir(program.cwd()).unwrap().count(), 0);
}
