//! Questions at terminals that are less than one, and streams that are elsewhere.

use super::{AFTERWARDS, ONE, add, changes, delete, deletion, left};
use crate::support::platform::{Platform, TokenSeed};
use crate::support::program::Program;
use crate::support::terminal::Terminal;

const UNCONFIRMED: &str = "error: deleting tokens needs a yes, which cannot be asked for here: nothing was done";

const MISSING: &str = "error: which tokens to delete must be given: there is no way to ask for it here\n\
     hint: tfy-tokens delete TOKEN...";

fn platform() -> Platform {
    let platform = Platform::start();
    add(&platform, ["laptop"]);
    platform
}

#[test]
fn no_input_asks_nothing_at_a_terminal() {
    let platform = platform();
    let run = |program: &Program| Terminal::size(100, 24).run(program).finish().exits(2).screen;
    let screen = run(&delete(&platform).args(["laptop", "--no-input"]));
    assert_eq!(
        screen,
        format!("{UNCONFIRMED}\nhint: add --yes to do it without being asked")
    );
    assert_eq!(run(&delete(&platform).arg("--no-input")), MISSING);
    assert!(platform.requests().is_empty());
}

#[test]
fn fault_36_a_terminal_beside_an_input_that_is_none_is_not_asked() {
    let platform = platform();
    let program = || delete(&platform).arg("laptop");
    for program in [
        program().stdin("y\n"),
        program().stdin_file("y\n"),
        program().stdin_closed(),
    ] {
        let finished = Terminal::size(100, 24).run(&program).finish().exits(2);
        assert!(finished.screen.starts_with(UNCONFIRMED), "{}", finished.screen);
    }
    assert!(platform.requests().is_empty());
}

#[test]
fn a_question_that_could_not_be_seen_is_not_asked() {
    let platform = platform();
    let program = Program::other("/bin/sh")
        .args([
            "-c",
            "exec \"$0\" delete laptop 2>said",
            env!("CARGO_BIN_EXE_tfy-tokens"),
        ])
        .env("TFY_BASE_URL", platform.url())
        .env("TFY_API_KEY", platform.key());
    let finished = Terminal::size(100, 24).run(&program).finish().exits(2);
    assert_eq!(finished.screen, "");
    let said = std::fs::read_to_string(program.cwd().join("said")).unwrap();
    assert!(said.starts_with(UNCONFIRMED), "{said}");
    assert!(platform.requests().is_empty());
}

#[test]
fn redirected_output_has_the_result_while_the_terminal_is_asked() {
    let platform = platform();
    let id = platform.tokens()[0].id.clone();
    let mut session = Terminal::size(100, 24).run(&delete(&platform).arg("laptop").stdout_to_file());
    session.wait_for(ONE);
    session.send("y");
    let finished = session.finish().exits(0);
    assert_eq!(finished.stdout, format!("Deleted laptop ({id})\n"));
    assert!(
        finished
            .screen
            .ends_with(&format!("{ONE} yes\n{}", AFTERWARDS.trim_end()))
    );
}

#[test]
fn redirected_json_is_the_result_alone_while_the_terminal_is_asked() {
    let platform = platform();
    let program = delete(&platform).args(["-o", "json"]).stdout_to_file();
    let mut session = Terminal::size(100, 24).run(&program);
    session.wait_for("> [ ] laptop");
    session.send(" \r");
    session.wait_for(ONE);
    session.send("y");
    let finished = session.finish().exits(0);
    let id = "cm3k1x9qf000001";
    let expected = format!("[\n{{\"id\":\"{id}\",\"name\":\"laptop\",\"deleted\":true}}\n]\n");
    assert_eq!(finished.stdout, expected);
    assert_eq!(changes(&platform), [deletion(id)]);
}

#[test]
fn a_dumb_terminal_is_asked_without_escapes_and_gets_no_list() {
    let platform = platform();
    let dumb = |program: Program| program.env("TERM", "dumb");
    let mut session = Terminal::size(80, 24).run(&dumb(delete(&platform).arg("laptop")));
    session.wait_for(ONE);
    session.send("y");
    let finished = session.finish().exits(0);
    assert!(!finished.output.contains('\x1b'), "{:?}", finished.output);
    assert_eq!(left(&platform), [""; 0]);
    let finished = Terminal::size(100, 24).run(&dumb(delete(&platform))).finish().exits(2);
    assert_eq!(finished.screen, MISSING);
}

#[test]
fn the_name_of_a_new_token_is_asked_for_until_it_is_one() {
    let platform = Platform::start();
    let program = Program::against(platform.url(), platform.key())
        .args(["create", "--retries", "0"])
        .stdout_to_file()
        .delivers_value();
    let mut session = Terminal::size(100, 24).run(&program);
    session.wait_for("Name of the new token:");
    session.send("no\r");
    session.wait_for("with a letter or a digit\nName of the new token:");
    session.send("laptop\r");
    session.finish().exits(0);
    assert_eq!(left(&platform), ["laptop"]);
    for keys in ["\x1b", "\x03", "\x04", "laptop-2\x1b"] {
        let program = Program::against(platform.url(), platform.key()).arg("create");
        let mut session = Terminal::size(100, 24).run(&program);
        session.wait_for("Name of the new token:");
        session.send(keys);
        let finished = session.finish().exits(130);
        assert!(
            finished.screen.ends_with("\nerror: cancelled: no token was made"),
            "{}",
            finished.screen
        );
    }
    assert_eq!(left(&platform), ["laptop"]);
}

#[test]
fn a_window_of_20_columns_shows_names_and_ids_whole() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("a-name-that-fits"));
    let mut session = Terminal::size(20, 12).run(&delete(&platform).arg("a-name-that-fits"));
    session.wait_for("[y/N]");
    let expected = "a-name-that-fits\n  id cm3k1x9qf000001\n  created 2026-01-15\n  expires Never\n  last used -\n\
         This cannot be undon\ne, and breaks whatev\ner uses it.\nDelete this token? [\ny/N]";
    assert_eq!(session.screen(), expected);
    session.send("y");
    session.finish().exits(0);
}
