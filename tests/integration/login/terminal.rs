//! `login` at a terminal.

use std::fs;
use std::time::Instant;

use rustix::process::Signal;
use serde_json::json;

use super::{FILE, assert_nothing_stored, login, session, stored};
use crate::support::{CTRL_C, CTRL_D, CTRL_Z, ENTER, FakeServer, Program, Terminal, snapshot};

const CODE: &str = "WDJB-MJHT";

/// A server at which nobody confirms the code.
fn unconfirmed() -> FakeServer {
    let server = FakeServer::start();
    server.rules(|rules| {
        rules.polls = usize::MAX;
        rules.device_code = json!({"intervalInSeconds": 3600});
    });
    server
}

#[test]
fn spinner_shows_how_long_code_is_valid() {
    let server = unconfirmed();
    let session = Terminal::size(100, 24).run(&login(&server, ""));
    session.wait_for("Waiting for you to confirm the login; the code is valid for ");
    session.send(CTRL_C);
    snapshot!(session, @r#"
    exit: killed by SIGINT
    --- screen
    To log in, open this page in a browser: [SERVER]/authorize/device?userCode=WDJB-MJHT
    Make sure that the page shows this code: WDJB-MJHT (valid for 60 s)
    --- requests
    GET /min-cli-version 200
    GET /tenant-id?hostName=127.0.0.1%3A[PORT] 200
    POST /oauth2/device-authorize 201 {"tenantName":"acme"}
    POST /oauth2/token 202 {"deviceCode":"[KEY]","grantType":"device_code","returnJWT":true,"tenantName":"acme"}
    "#);
}

#[test]
fn signal_while_waiting_stores_nothing() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let server = unconfirmed();
        let program = login(&server, "");
        let session = Terminal::size(100, 24).run(&program);
        session.wait_for(CODE);
        session.signal(signal);
        assert!(session.finish().exit.starts_with("killed by "));
        assert_nothing_stored(&program);
    }
}

#[test]
fn closed_terminal_ends_login() {
    let server = unconfirmed();
    let program = login(&server, "");
    let session = Terminal::size(100, 24).run(&program);
    session.wait_for(CODE);
    session.hang_up();
    assert_nothing_stored(&program);
}

#[test]
fn host_is_asked_for() {
    let server = FakeServer::start();
    let session = Terminal::size(100, 24).run(&Program::new("login").observing(&server));
    session.wait_for("Address of the TrueFoundry website");
    session.send(server.url()).send(ENTER);
    session.finish().exits(0);
}

#[test]
fn key_is_read_without_echo() {
    let server = FakeServer::start();
    let program = login(&server, "--with-key").secret(&server.key());
    let session = Terminal::size(100, 24).run(&program);
    session.wait_for("API key (it is not shown):");
    session.send(server.key()).send(ENTER);
    snapshot!(session, @"
    exit: 0
    --- screen
    API key (it is not shown):
    Signed in to [SERVER] as ada@acme.test (tenant acme), until [now+30d].
    --- requests
    GET /session 200
    ");
    assert_eq!(stored(&program)["access_token"], server.key());
}

#[test]
fn long_typed_key_can_be_edited() {
    let server = FakeServer::start();
    // Longer than a line that a terminal accepts.
    let key = format!("tfy_key_SENTINEL_{}", "x".repeat(8000));
    let session = Terminal::size(100, 24).run(&login(&server, "--with-key"));
    session.wait_for("API key (it is not shown):");
    session.send("wrong\x15").send(&key).send("y\x7f").send(ENTER);
    session.finish().exits(3);
    let sent = server.requests();
    assert_eq!(sent[0].header("authorization"), Some(&*format!("Bearer {key}")));

    let session = Terminal::size(100, 24).run(&login(&server, "--with-key"));
    session.wait_for("API key (it is not shown):").send("tfy_key_SENTINEL").send(CTRL_D);
    session.finish().exits(130);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn stopped_key_prompt_continues_hidden() {
    for is_typed in [true, false] {
        let server = FakeServer::start();
        let session = Terminal::size(100, 24).run(&login(&server, "--with-key").secret(&server.key()));
        session.wait_for("API key (it is not shown):");
        if is_typed {
            session.send("tfy_key_SENTINEL_part").send(CTRL_Z);
        } else {
            session.signal(Signal::STOP);
        }
        session.wait_until_stopped();
        session.resume().wait_for("API key (it is not shown): API key (it is not shown):");
        session.send(server.key()).send(ENTER);
        assert_eq!(session.finish().exits(0).terminal, "");
    }
}

#[test]
fn interrupted_key_restores_echo() {
    let server = FakeServer::start();
    let session = Terminal::size(100, 24).run(&login(&server, "--with-key"));
    session.wait_for("API key (it is not shown):");
    session.send("tfy_key_SENTINEL").send(CTRL_C);
    snapshot!(session, @"
    exit: killed by SIGINT
    --- screen
    API key (it is not shown):
    ");
}

#[test]
fn replacing_other_login_needs_yes() {
    for (answer, code) in [("y\r", 0), ("\r", 130)] {
        let (server, other) = (FakeServer::start(), FakeServer::start());
        let before = session(&other);
        let program = login(&server, "").home_file(FILE, before.to_string());
        let session = Terminal::size(100, 24).run(&program);
        session.wait_for("as ada@acme.test. Replace this login? [y/N]");
        session.send(answer);
        session.finish().exits(code);
        assert_eq!(stored(&program)["host"] == server.url(), code == 0);
    }
}

#[test]
fn working_session_is_kept_unless_yes() {
    for (answer, is_kept) in [("\r", true), ("y\r", false)] {
        let server = FakeServer::start();
        let before = session(&server);
        let program = login(&server, "").home_file(FILE, before.to_string());
        let session = Terminal::size(100, 24).run(&program);
        session.wait_for("Log in again? [y/N]");
        session.send(answer);
        session.finish().exits(0);
        assert_eq!(stored(&program) == before, is_kept);
    }
}

/// Logs in with a browser that records the page. Returns the page if the browser was opened.
fn opened_page(options: &str, variables: &str) -> Option<String> {
    let server = FakeServer::start();
    server
        .rules(|rules| rules.device_code = json!({"verificationURIComplete": "https://id.acme.test/x?code=1&y='$(a)"}));
    let script = r#"printf %s "$1" > "$HOME/part" && mv "$HOME/part" "$HOME/page""#;
    let program = login(&server, options).home_file("browser", script).envs(variables);
    let browser = format!("/bin/sh {}", program.home().join("browser").display());
    let program = program.env("BROWSER", browser);
    let page = program.home().join("page");
    let is_opened = !variables.contains("SSH") && variables.contains("DISPLAY") && options.is_empty();
    server.rules(|rules| rules.polls = usize::from(is_opened));
    let session = Terminal::size(100, 24).run(&program);
    session.finish().exits(0);
    let start = Instant::now();
    while is_opened && !page.exists() && start.elapsed().as_secs() < 20 {
        std::thread::yield_now();
    }
    fs::read_to_string(page).ok()
}

#[test]
fn browser_opens_page() {
    let page = opened_page("", "DISPLAY=:0");
    assert_eq!(page.as_deref(), Some("https://id.acme.test/x?code=1&y=%27$(a)"));
}

#[test]
fn browser_is_not_opened_remotely() {
    for (options, variables) in [
        ("--no-browser", "DISPLAY=:0"),
        ("", ""),
        ("", "DISPLAY=:0 SSH_CONNECTION=x"),
        ("", "WAYLAND_DISPLAY=:0 SSH_TTY=x"),
    ] {
        assert_eq!(opened_page(options, variables), None, "{options} {variables}");
    }
}
