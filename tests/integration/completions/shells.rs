//! Real shells that load their script, and complete with it what is typed.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{account, against};
use crate::support::installed::is_installed;
use crate::support::platform::{Platform, TokenSeed};
use crate::support::program::Program;
use crate::support::terminal::Terminal;

pub const TAB: &str = "\t";

pub fn is_here(shell: &str) -> bool {
    is_installed(shell, "completing in it") && (shell != "bash" || reads_from_a_process())
}

/// Whether bash can read a script from `<(…)`: the one of macOS, of 2007, cannot.
fn reads_from_a_process() -> bool {
    let script = "echo ${BASH_VERSINFO[0]}";
    let version = Program::other("bash").args(["-c", script]).run().exits(0).stdout;
    version.trim().parse::<u32>().is_ok_and(|major| major >= 4)
}

/// The shell, with the settings of `client` and the program where it finds it.
pub fn shell(name: &str, client: Program) -> Program {
    let folder = Path::new(env!("CARGO_BIN_EXE_tfy-tokens")).parent().map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let path: OsString = env::join_paths(folder.into_iter().chain(env::split_paths(&path))).expect("a path");
    let home = client.home().to_path_buf();
    client
        .run_by(name)
        .env_os("PATH", path)
        .env("LC_ALL", "C.UTF-8")
        .env_os("ZDOTDIR", &home)
        .env_os("INPUTRC", home.join("inputrc"))
        .write_home_file("inputrc", "set bell-style none\nset enable-bracketed-paste off\n")
}

#[test]
fn bash_zsh_and_fish_load_their_script_without_a_word() {
    for (name, script) in [
        (
            "bash",
            "set -eu; source <(tfy-tokens completions bash); complete -p tfy-tokens >&2",
        ),
        (
            "zsh",
            "autoload -U compinit; compinit -u; source <(tfy-tokens completions zsh); print -u2 $_comps[tfy-tokens]",
        ),
        (
            "fish",
            "tfy-tokens completions fish | source; complete -c tfy-tokens >&2",
        ),
    ] {
        if !is_here(name) {
            continue;
        }
        let run = shell(name, Program::bare()).args(["-c", script]).run().exits(0);
        assert_eq!(run.stdout, "", "{name}");
        let [line] = &run.stderr.lines().collect::<Vec<_>>()[..] else {
            panic!("{name}: {}", run.stderr)
        };
        let expected = match name {
            "zsh" => "_clap_dynamic_completer_tfy_tokens",
            _ => "tfy-tokens",
        };
        assert!(line.contains(expected), "{name}: {line}");
    }
}

#[test]
fn bash_completes_what_is_typed() {
    if is_here("bash") {
        completes_what_is_typed(
            "bash",
            &["--norc", "--noprofile", "-i"],
            "PS1='> '; bind 'set show-all-if-ambiguous on'; source <(tfy-tokens completions bash)",
        );
    }
}

#[test]
fn zsh_completes_what_is_typed() {
    if is_here("zsh") {
        let setup = "PS1='> '; unsetopt beep; autoload -U compinit; compinit -u; source <(tfy-tokens completions zsh)";
        completes_what_is_typed("zsh", &["-f", "-i"], setup);
    }
}

#[test]
fn zsh_needs_no_more_in_its_configuration_than_the_line_of_the_help() {
    if !is_here("zsh") {
        return;
    }
    let help = Program::bare().args(["completions", "--help"]).run().exits(0).stdout;
    let line = help.lines().find(|line| line.contains("completions zsh"));
    let platform = account();
    let program = shell("zsh", against(&platform))
        .write_home_file(
            ".zshrc",
            format!("PS1='> '; unsetopt beep\n{}\n", line.expect("a line")),
        )
        .args(["--no-globalrcs", "-i"]);
    let mut session = Terminal::size(120, 40).run(&program);
    session.send("tfy-tokens delete lap").send(TAB);
    session.wait_for("tfy-tokens delete laptop");
    assert!(!session.screen().contains("not found"), "{}", session.screen());
    session.send("\u{15}exit").enter();
    assert_eq!(session.finish().code, 0);
}

#[test]
fn zsh_completes_at_the_first_tab_with_the_script_in_a_folder_of_functions() {
    if !is_here("zsh") {
        return;
    }
    let script = Program::bare().args(["completions", "zsh"]).run().exits(0).stdout;
    let platform = account();
    let program = shell("zsh", against(&platform))
        .write_home_file("functions/_tfy-tokens", script)
        .args(["-f", "-i"]);
    let mut session = Terminal::size(120, 40).run(&program);
    let setup = "PS1='> '; unsetopt beep; fpath=($HOME/functions $fpath); autoload -U compinit; compinit -u";
    session.send(setup).send("; echo rea''dy").enter();
    session.wait_for("\nready");
    session.send("tfy-tokens delete lap").send(TAB);
    session.wait_for("tfy-tokens delete laptop");
    session.send("\u{15}exit").enter();
    assert_eq!(session.finish().code, 0);
}

fn completes_what_is_typed(name: &str, options: &[&str], setup: &str) {
    let platform = account();
    let program = shell(name, against(&platform)).args(options);
    let mut session = Terminal::size(120, 40).run(&program);
    session.send(setup).send("; echo rea''dy").enter();
    session.wait_for("\nready");
    session.send("tfy-tokens delete ci-").send(TAB);
    session.wait_for("ci-nightly").wait_for("ci-pipeline");
    session.send("\u{15}");
    for (typed, completed) in [
        ("tfy-tokens lis", "tfy-tokens list"),
        ("tfy-tokens list --sea", "tfy-tokens list --search"),
        (
            "tfy-tokens list -o csv --sort nam",
            "tfy-tokens list -o csv --sort name",
        ),
        (
            "tfy-tokens list --output=csv --sort=cre",
            "tfy-tokens list --output=csv --sort=created",
        ),
        ("tfy-tokens delete lap", "tfy-tokens delete laptop"),
        ("tfy-tokens delete laptop ci-p", "tfy-tokens delete laptop ci-pipeline"),
        ("tfy-tokens rotate ci-ni", "tfy-tokens rotate ci-nightly"),
    ] {
        session.send(typed).send(TAB).wait_for(completed);
        session.send("\u{15}");
    }
    session.send("exit").enter();
    assert_eq!(session.finish().code, 0);
}

#[test]
fn fish_completes_what_is_typed() {
    if !is_here("fish") {
        return;
    }
    let platform = account();
    let complete = |typed: &str| {
        let script = format!("tfy-tokens completions fish | source; complete -C {typed:?}");
        let run = shell("fish", against(&platform)).args(["-c", &script]).run().exits(0);
        assert_eq!(run.stderr, "");
        run.stdout
    };
    assert_eq!(complete("tfy-tokens lis"), "list\tList your tokens\n");
    assert_eq!(
        complete("tfy-tokens list --sea"),
        "--search\tOnly tokens whose name contains this\n"
    );
    assert_eq!(
        complete("tfy-tokens list -o js"),
        "json\tOne JSON document\njsonl\tOne JSON document per line, written as pages arrive (list)\n"
    );
    assert_eq!(complete("tfy-tokens delete lap"), "laptop\tnever expires\n");
    assert_eq!(
        complete("tfy-tokens rotate ci-"),
        "ci-nightly\texpired\nci-pipeline\texpires in 10 days\n"
    );
}

/// A platform on which someone gave tokens names that a shell would run.
fn hostile() -> Platform {
    let platform = Platform::start();
    for name in [
        "$(touch pwned)",
        "`touch pwned`",
        "x;touch pwned",
        "x\ntouch pwned",
        "a*",
    ] {
        platform.add(TokenSeed::named(name));
    }
    platform.add(TokenSeed::named("plain-one"));
    platform
}

#[test]
fn a_hostile_name_does_nothing_in_bash_or_zsh() {
    let platform = hostile();
    for (name, options, setup) in [
        (
            "bash",
            &["--norc", "--noprofile", "-i"][..],
            "source <(tfy-tokens completions bash)",
        ),
        (
            "zsh",
            &["-f", "-i"],
            "unsetopt beep; autoload -U compinit; compinit -u; source <(tfy-tokens completions zsh)",
        ),
    ] {
        if !is_here(name) {
            continue;
        }
        let program = shell(name, against(&platform)).args(options);
        let mut session = Terminal::size(120, 40).run(&program);
        session.send(setup).send("; echo rea''dy").enter();
        session.wait_for("\nready");
        session.send("tfy-tokens delete ").send(TAB).send(TAB);
        session.wait_for("plain-one");
        assert!(!session.screen().contains("touch"), "{}", session.screen());
        session.send("\u{15}exit").enter();
        session.finish();
        assert!(!program.cwd().join("pwned").exists(), "{name}");
    }
}

#[test]
fn a_hostile_name_does_nothing_in_fish() {
    if !is_here("fish") {
        return;
    }
    let platform = hostile();
    let script = "tfy-tokens completions fish | source; complete -C 'tfy-tokens delete '";
    let program = shell("fish", against(&platform)).args(["-c", script]);
    let run = program.run().exits(0);
    assert!(run.stdout.starts_with("plain-one\tnever expires\n"), "{}", run.stdout);
    assert!(!run.stdout.contains("touch"), "{}", run.stdout);
    assert!(!program.cwd().join("pwned").exists());
}
