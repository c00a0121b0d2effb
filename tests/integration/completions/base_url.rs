//! With a base URL on the command line, that platform is asked, and no other.

use super::shells::{TAB, is_here, shell};
use super::{account, offered};
use crate::support::platform::{Platform, TokenSeed};
use crate::support::program::Program;
use crate::support::terminal::Terminal;

#[test]
fn names_come_from_the_platform_that_is_typed() {
    let here = Platform::start();
    here.add(TokenSeed::named("here"));
    let there = Platform::start();
    there.add(TokenSeed::named("there"));
    let url = &there.url();
    let program = Program::against(here.url(), there.key());
    let option = format!("--base-url={url}");
    for words in [
        &["tfy-tokens", "--base-url", url, "delete", "t"][..],
        &["tfy-tokens", "delete", "--base-url", url, "t"],
        &["tfy-tokens", "rotate", &option, "t"],
        &["tfy-tokens", "--base-url", "http://127.0.0.1:1", "delete", &option, "t"],
        &["tfy-tokens", "delete", &format!("--base-url='{url}'"), "t"],
        &["tfy-tokens", "delete", "--base-url", &format!("\"{url}\""), "t"],
    ] {
        assert_eq!(offered(&program, words), ["there"], "{words:?}");
    }
    for words in [
        &["tfy-tokens", "--base-url", "nonsense", "delete", "h"][..],
        &["tfy-tokens", "delete", "--base-url=", "h"],
    ] {
        assert_eq!(offered(&program, words), [""; 0], "{words:?}");
    }
    assert_eq!(here.requests().len(), 0);
}

#[test]
fn the_platform_that_is_typed_is_asked_for_names_in_each_shell() {
    let here = Platform::start();
    let there = account();
    let client = Program::against(here.url(), there.key());
    for (name, options, setup) in [
        (
            "bash",
            &["--norc", "--noprofile", "-i"][..],
            "PS1='> '; source <(tfy-tokens completions bash)",
        ),
        (
            "zsh",
            &["-f", "-i"],
            "PS1='> '; unsetopt beep; source <(tfy-tokens completions zsh)",
        ),
    ] {
        if !is_here(name) {
            continue;
        }
        let program = shell(name, client.clone()).args(options);
        let mut session = Terminal::size(200, 40).run(&program);
        session.send(setup).send("; echo rea''dy").enter();
        session.wait_for("\nready");
        for between in ["=", " "] {
            let typed = format!("tfy-tokens --base-url{between}{} delete lap", there.url());
            session.send(&typed).send(TAB).wait_for(&format!("{typed}top"));
            session.send("\u{15}");
        }
        session.send("exit").enter();
        session.finish();
    }
    if is_here("fish") {
        let script = format!(
            "tfy-tokens completions fish | source; complete -C 'tfy-tokens --base-url={} delete lap'",
            there.url()
        );
        let run = shell("fish", client).args(["-c", &script]).run().exits(0);
        assert_eq!(run.stdout, "laptop\tnever expires\n");
    }
    assert_eq!(here.requests().len(), 0);
}
