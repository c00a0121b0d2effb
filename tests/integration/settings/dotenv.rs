//! `.env` in the working directory. Its syntax is tested next to the parser.

use super::{LIST, assert_untouched, greedy_server, lists};
use crate::support::{FakeServer, Program, cases};

#[test]
fn common_forms_are_read() {
    let server = FakeServer::start();
    let (url, key) = (server.url(), server.key());
    for file in [
        format!("\u{feff}TFY_BASE_URL={url}\r\n\r\nexport\tTFY_API_KEY='{key}'  # mine\r\n"),
        format!("#TFY_HOST=http://127.0.0.1:1\n  TFY_HOST = \"{url}\"\nTFY_API_KEY=old\nTFY_API_KEY={key} # new"),
        format!("CERT=\"-----BEGIN\nTFY_API_KEY=inside\n-----END\"\nTFY_API_KEY={key}\nTFY_HOST={url}\n"),
    ] {
        let run = lists(Program::new(LIST).cwd_file(".env", file).run());
        assert!(!run.stderr.contains("warning"), "{}", run.snapshot());
    }
}

#[test]
fn variables_in_values_are_refused_unevaluated() {
    let server = greedy_server();
    for case in cases(
        "TFY_BASE_URL=URL/$HOME TFY_API_KEY=key     | TFY_BASE_URL in .env: it contains a variable
         TFY_BASE_URL=URL/`id`/$(id) TFY_API_KEY=key | TFY_BASE_URL in .env: it contains a variable
         TFY_BASE_URL=URL TFY_API_KEY=$USER_KEY     | TFY_API_KEY in .env: it is a variable",
    ) {
        let [file, message] = case.columns();
        let file = file.replace("URL/", &format!("{}/", server.url())).replace("=URL ", &format!("={} ", server.url()));
        let program = Program::new(LIST).env("USER_KEY", "not_this_key").cwd_file(".env", file.replace(' ', "\n"));
        let run = program.run().exits(2);
        let expected = format!("error: invalid {message} that was not replaced by its value\n");
        assert_eq!(run.stderr, expected);
    }
    assert_untouched(&server);
}

#[test]
fn utf16_file_is_read() {
    let server = FakeServer::start();
    let file = format!("\u{feff}TFY_BASE_URL={}\r\nTFY_API_KEY={}\r\n", server.url(), server.key());
    let file: Vec<u8> = file.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let run = lists(Program::new(LIST).cwd_file(".env", file).run());
    assert!(!run.stderr.contains("warning"), "{}", run.snapshot());
}

#[test]
fn unreadable_dotenv_is_ignored_with_warning() {
    let server = FakeServer::start();
    let program = || server.program(LIST);
    for (program, reason) in [
        (program().cwd_file(".env/inside", ""), "it is not a file"),
        (program().cwd_file(".env", b"TFY_BASE_URL=\xff\n"), "it is neither UTF-8 nor UTF-16 with a byte order mark"),
    ] {
        let run = lists(program.run());
        let warning = format!("warning: ignoring .env: {reason}\n");
        assert!(run.stderr.starts_with(&warning), "{}", run.snapshot());
    }
}

#[test]
fn login_in_place_of_dotenv_is_told() {
    let server = FakeServer::start();
    let login = super::credentials(&server.url(), &server.key());
    let utf16: Vec<u8> = "TFY_API_KEY=x".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for file in
        [b"# caf\xe9\nTFY_API_KEY=x", &b"TFY_API_KEY: x"[..], b"set TFY_API_KEY=x", b"$env:TFY_API_KEY='x'", &utf16]
    {
        for option in ["-q", "-o json"] {
            let program = Program::new(LIST).args(option).home_file(super::CREDENTIALS, &login).cwd_file(".env", file);
            let run = program.run().exits(0);
            assert!(run.stderr.starts_with("warning: ignoring "), "{}", run.snapshot());
        }
    }
    // Settings that are trusted more are used as before.
    let run = server.program(LIST).arg("-q").cwd_file(".env", "TFY_API_KEY: x").run().exits(0);
    assert_eq!(run.stderr, "");
}

#[test]
fn dotenv_of_other_directories_is_not_read() {
    let other = greedy_server();
    let file = format!("TFY_BASE_URL={}\nTFY_API_KEY=x_SENTINEL\n", other.url());
    let program = Program::new(LIST).home_file(".env", &file).cwd_file("below/.env", &file);
    program.run().exits(3);
    assert_untouched(&other);
}

#[test]
fn dotenv_sets_only_base_url_and_key() {
    let (server, proxy) = (FakeServer::start(), greedy_server());
    let file = format!("TFY_ALLOW_HTTP=1\nHTTP_PROXY={0}\nhttp_proxy={0}\nALL_PROXY={0}\nHOME=/nowhere\n", proxy.url());
    let program = Program::new(LIST).cwd_file(".env", file);
    let login = super::credentials(&server.url(), &server.key());
    lists(program.clone().home_file(super::CREDENTIALS, login).run());

    let program = program.env("TFY_BASE_URL", "http://acme.test").env("TFY_API_KEY", super::KEY);
    let run = program.run().exits(2);
    assert!(run.stderr.contains("or set TFY_ALLOW_HTTP=1"), "{}", run.snapshot());
    assert_untouched(&proxy);
}

#[test]
#[cfg(unix)]
fn planted_dotenv_is_ignored_with_warning() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::{PermissionsExt, chown, lchown, symlink};

    let (server, other) = (FakeServer::start(), greedy_server());
    let login = super::credentials(&server.url(), &server.key());
    let program = || {
        let file = format!("TFY_BASE_URL={}\nTFY_API_KEY=x_SENTINEL\n", other.url());
        Program::new(LIST).home_file(super::CREDENTIALS, &login).cwd_file(".env", file)
    };
    let ignored = |program: &Program, reason: &str| {
        let run = lists(program.run());
        assert!(run.stderr.starts_with(&format!("warning: ignoring .env: {reason}\n")), "{}", run.snapshot());
    };
    for mode in [0o620, 0o602] {
        let program = program();
        set_permissions(program.cwd().join(".env"), Permissions::from_mode(mode)).unwrap();
        ignored(&program, "other users can write to it");
    }
    let fifo = Program::new(LIST).home_file(super::CREDENTIALS, &login);
    Program::other("mkfifo", "").arg(fifo.cwd().join(".env")).run().exits(0);
    ignored(&fifo, "it is not a file");
    if rustix::process::geteuid().is_root() {
        let (theirs, linked) = (program(), program());
        chown(theirs.cwd().join(".env"), Some(12345), None).unwrap();
        ignored(&theirs, "it belongs to another user");
        let link = linked.cwd().join(".env");
        std::fs::rename(&link, linked.cwd().join("ours")).unwrap();
        symlink("ours", &link).unwrap();
        lchown(&link, Some(12345), None).unwrap();
        ignored(&linked, "it belongs to another user");
    }
    assert_untouched(&other);
}

#[test]
#[cfg(unix)]
fn own_link_to_dotenv_is_followed() {
    let server = FakeServer::start();
    let file = format!("TFY_BASE_URL={}\nTFY_API_KEY={}\n", server.url(), server.key());
    let program = Program::new(LIST).cwd_file("shared.env", file);
    std::os::unix::fs::symlink("shared.env", program.cwd().join(".env")).unwrap();
    lists(program.run());
}
