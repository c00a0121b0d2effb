//! Real shells that load their script and complete command lines.

use std::env;
use std::path::Path;

use super::account;
use crate::support::{ENTER, FakeServer, Program, Session, Terminal, cases, is_installed};

const TAB: &str = "\t";

/// Empties the line that is being typed.
const CTRL_U: &str = "\x15";

const BASH: &str = "PS1='> '; bind 'set show-all-if-ambiguous on'; source <(tfy-tokens completions bash)";
const ZSH: &str = "PS1='> '; unsetopt beep; autoload -U compinit; compinit -u; source <(tfy-tokens completions zsh)";

fn can_test(shell: &str) -> bool {
    is_installed(shell, "completing in it") && (shell != "bash" || has_process_substitution())
}

/// Returns `true` if bash can read a script from `<(…)`. The bash of macOS, from 2007, cannot.
fn has_process_substitution() -> bool {
    let program = Program::other("bash", "-c").arg("echo ${BASH_VERSINFO[0]}");
    let version = program.run().exits(0).stdout;
    version.trim().parse::<u32>().is_ok_and(|major| major >= 4)
}

/// A shell with the settings of `client`, which finds the program in its PATH.
fn shell(name: &str, client: Program) -> Program {
    let folder = Path::new(env!("CARGO_BIN_EXE_tfy-tokens")).parent().map(Path::to_owned);
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(folder.into_iter().chain(env::split_paths(&path))).expect("a path");
    let home = client.home().to_owned();
    client
        .run_by(name)
        .env("PATH", path)
        .env("LC_ALL", "C.UTF-8")
        .env("ZDOTDIR", &home)
        .env("INPUTRC", home.join("inputrc"))
        .home_file("inputrc", "set bell-style none\nset enable-bracketed-paste off\n")
}

/// Starts a shell at a terminal and waits until it has run `setup`.
fn interactive(program: &Program, setup: &str) -> Session {
    let session = Terminal::size(120, 40).run(program);
    session.send(setup).send("; echo rea''dy").send(ENTER).wait_for("\nready");
    session
}

fn exit(session: Session) {
    session.send(CTRL_U).send("exit").send(ENTER);
    session.finish().exits(0);
}

fn bash(server: &FakeServer) -> Program {
    shell("bash", server.program("--norc --noprofile -i"))
}

fn zsh(server: &FakeServer) -> Program {
    shell("zsh", server.program("-f -i"))
}

#[test]
fn scripts_load_silently() {
    for (name, script, expected) in [
        ("bash", "set -eu; source <(tfy-tokens completions bash); complete -p tfy-tokens >&2", "tfy-tokens"),
        (
            "zsh",
            "autoload -U compinit; compinit -u; source <(tfy-tokens completions zsh); print -u2 $_comps[tfy-tokens]",
            "_clap_dynamic_completer_tfy_tokens",
        ),
        ("fish", "tfy-tokens completions fish | source; complete -c tfy-tokens >&2", "tfy-tokens"),
    ] {
        if can_test(name) {
            let run = shell(name, Program::new("-c").arg(script)).run().exits(0);
            assert_eq!((run.stdout.as_str(), run.stderr.lines().count()), ("", 1), "{}", run.stderr);
            assert!(run.stderr.contains(expected), "{}", run.stderr);
        }
    }
}

#[test]
fn bash_and_zsh_complete_typed_line() {
    if can_test("bash") {
        completes_typed_line(bash, BASH);
    }
    if can_test("zsh") {
        completes_typed_line(zsh, ZSH);
    }
}

fn completes_typed_line(shell: fn(&FakeServer) -> Program, setup: &str) {
    let server = account();
    let program = shell(&server).cwd_file("kept.token", "");
    let session = interactive(&program, setup);
    session.send("tfy-tokens delete ci-").send(TAB);
    session.wait_for("ci-nightly").wait_for("ci-pipeline").send(CTRL_U);
    for case in cases(
        "tfy-tokens lis                              | t
         tfy-tokens list --sea                       | rch
         tfy-tokens list --output=csv --sort=cre     | ated
         tfy-tokens delete lap                       | top
         tfy-tokens delete laptop ci-p               | ipeline
         tfy-tokens create ci-run --save kep         | t.token",
    ) {
        let [typed, completed] = case.columns();
        session.send(typed).send(TAB).wait_for(&format!("{typed}{completed}")).send(CTRL_U);
    }
    exit(session);
}

#[test]
fn fish_completes_typed_line() {
    if !can_test("fish") {
        return;
    }
    let server = account();
    for (typed, expected) in [
        ("tfy-tokens lis", "list\tList your tokens\n"),
        ("tfy-tokens list -o js", "json\tA single JSON document\njsonl\tOne JSON object per line (`list` only)\n"),
        ("tfy-tokens create ci-run --save kep", "kept.token\n"),
        ("tfy-tokens rotate ci-", "ci-nightly\texpired\nci-pipeline\texpires in 10 days\n"),
    ] {
        let script = format!("tfy-tokens completions fish | source; complete -C {typed:?}");
        let program = shell("fish", server.program("-c").arg(script)).cwd_file("kept.token", "");
        let run = program.run().exits(0);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (expected, ""));
    }
}

#[test]
fn zsh_needs_only_line_of_help() {
    if !can_test("zsh") {
        return;
    }
    let help = Program::new("completions --help").run().exits(0).stdout;
    let line = help.lines().find(|line| line.contains("completions zsh")).expect("a line");
    let server = account();
    let program = shell("zsh", server.program("--no-globalrcs -i"));
    let program = program.home_file(".zshrc", format!("PS1='> '; unsetopt beep\n{line}\n"));
    let session = Terminal::size(120, 40).run(&program);
    session.send("tfy-tokens delete lap").send(TAB).wait_for("tfy-tokens delete laptop");
    assert!(!session.screen().contains("not found"), "{}", session.screen());
    exit(session);
}

#[test]
fn zsh_completes_from_function_directory() {
    if !can_test("zsh") {
        return;
    }
    let script = Program::new("completions zsh").run().exits(0).stdout;
    let server = account();
    let program = zsh(&server).home_file("functions/_tfy-tokens", script);
    let setup = "PS1='> '; unsetopt beep; fpath=($HOME/functions $fpath); autoload -U compinit; compinit -u";
    let session = interactive(&program, setup);
    // The first Tab loads the script.
    session.send("tfy-tokens delete lap").send(TAB).wait_for("tfy-tokens delete laptop");
    exit(session);
}

#[test]
fn hostile_name_runs_no_command() {
    let server = FakeServer::with(&["plain-one"]);
    for name in ["$(touch pwned)", "`touch pwned`", "x;touch pwned", "x\ntouch pwned"] {
        server.add_raw(serde_json::json!({"id": name, "manifest": {"name": name}}));
    }
    for (name, program, setup) in [("bash", bash(&server), BASH), ("zsh", zsh(&server), ZSH)] {
        if can_test(name) {
            let session = interactive(&program, setup);
            session.send("tfy-tokens delete ").send(TAB).send(TAB).wait_for("plain-one");
            assert!(!session.screen().contains("touch"), "{}", session.screen());
            exit(session);
            assert!(!program.cwd().join("pwned").exists(), "{name}");
        }
    }
}

#[test]
fn hostile_file_name_is_quoted() {
    let server = account();
    let hostile = "zz$(touch pwned)";
    for (name, program, setup) in [("bash", bash(&server), BASH), ("zsh", zsh(&server), ZSH)] {
        if can_test(name) {
            let program = program.cwd_file(hostile, "").cwd_file("-zz$(touch pwned)q", "");
            let session = interactive(&program, setup);
            session.send("tfy-tokens create ci-run --save zz").send(TAB).wait_for("touch").send(ENTER);
            session.wait_for("File exists").wait_for(&format!("cannot create {hostile}"));
            // A word with a pattern is not replaced by file names.
            session.send("tfy-tokens delete -*").send(TAB).send(TAB).send(CTRL_U).send("echo do''ne").send(ENTER);
            session.wait_for("\ndone");
            exit(session);
            assert!(!program.cwd().join("pwned").exists(), "{name}");
        }
    }
}

#[test]
fn no_script_evaluates_typed_line() {
    // These shells cannot be tested here.
    for (shell, part) in [("powershell", "& tfy-tokens -- @words"), ("elvish", "edit:complete-filename $@words")] {
        let script = Program::new("completions").arg(shell).run().exits(0).stdout;
        assert!(script.contains(part) && !script.contains("Invoke-Expression"), "{script}");
    }
}
