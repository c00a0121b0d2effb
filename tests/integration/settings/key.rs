//! Invalid API keys. A key is never shown.

use super::{CREDENTIALS, LIST, credentials, lists};
use crate::support::{FakeServer, Program};

#[test]
fn invalid_key_is_refused_without_echo() {
    let server = FakeServer::start();
    let whitespace = "it contains a line break, a space or a control character";
    for (key, reason) in [
        ("", "it is empty"),
        (" \t\r\n ", "it is empty"),
        ("tfy_one_SENTINEL\r\nX-Other: two_SENTINEL", whitespace),
        ("SENTINEL\u{1b}[2J", whitespace),
        ("Bearer tfy_SENTINEL", "it contains the word `Bearer`; set only the text after that word"),
        ("$SENTINEL", "it is a variable that was not replaced by its value"),
        ("%SENTINEL%", "it is a variable that was not replaced by its value"),
        ("<your-api-key>", "it is a placeholder; replace it by a key from the page Access → Personal Access Tokens"),
        (
            "export TFY_API_KEY=tfy_SENTINEL",
            "it contains the name of the variable; set only the text after `TFY_API_KEY=`",
        ),
        ("tfy_SENTINEL_é", "it contains a character that is not ASCII"),
    ] {
        // An invalid key hides valid ones.
        let file = format!("TFY_BASE_URL={}\nTFY_API_KEY={}\n", server.url(), server.key());
        let run = Program::new(LIST).env("TFY_API_KEY", key).cwd_file(".env", file).run().exits(2);
        assert_eq!(run.stderr, format!("error: invalid TFY_API_KEY: {reason}\n"));

        let file = format!("TFY_BASE_URL={}\nTFY_API_KEY='{key}'\n", server.url());
        let run = Program::new(LIST).cwd_file(".env", file).run().exits(2);
        assert_eq!(run.stderr, format!("error: invalid TFY_API_KEY in .env: {reason}\n"));
    }
    assert_eq!(server.requests().len(), 0);
}

/// `list` with a key in a file that `TFY_API_KEY_FILE` names.
fn with_key_file(server: &FakeServer, content: &str) -> Program {
    let program = Program::new(LIST).env("TFY_BASE_URL", server.url()).cwd_file("key", content).secret(&server.key());
    program.env("TFY_API_KEY_FILE", "key")
}

#[test]
fn key_is_read_from_file() {
    let server = FakeServer::start();
    lists(with_key_file(&server, &format!("\u{feff}{}\r\n", server.key())).run());
    // A byte order mark is removed from a variable as well.
    lists(Program::with_settings(server.url(), format!("\u{feff}{}", server.key()), LIST).secret(&server.key()).run());
    // TFY_API_KEY comes first, and the file is not read.
    let program = server.program(LIST).env("TFY_API_KEY_FILE", "/no/such/file");
    lists(program.run());
    // The file comes before `.env`.
    let dotenv = format!("TFY_BASE_URL={}\nTFY_API_KEY=tfy_wrong\n", server.url());
    lists(with_key_file(&server, &server.key()).cwd_file(".env", dotenv).run());
}

#[test]
fn unusable_key_file_is_error() {
    let server = FakeServer::start();
    let program = with_key_file(&server, "one two_SENTINEL");
    let program = program.home_file(CREDENTIALS, credentials(&server.url(), &server.key()));
    let program = program.cwd_file(".env", "TFY_API_KEY=tfy_SENTINEL\n");
    let hint = "\nhint: set TFY_API_KEY_FILE to a file that you can read and that other users cannot change\n";
    for (file, error, hint) in [
        ("key", "TFY_API_KEY_FILE (key): it contains a line break, a space or a control character\n", ""),
        (
            ".env",
            "TFY_API_KEY_FILE (.env): it contains the name of the variable; set only the text after `TFY_API_KEY=`\n",
            "",
        ),
        ("", "TFY_API_KEY_FILE: it is empty\n", ""),
        ("none", "TFY_API_KEY_FILE: cannot use none\n", hint),
        (".", "TFY_API_KEY_FILE: cannot use .\n  it is not a file", hint),
    ] {
        let run = program.clone().env("TFY_API_KEY_FILE", file).run().exits(2);
        assert!(run.stderr.starts_with(&format!("error: invalid {error}")), "{}", run.snapshot());
        assert!(run.stderr.ends_with(hint), "{}", run.snapshot());
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
#[cfg(unix)]
fn key_file_is_protected_from_others() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let server = FakeServer::start();
    let program = with_key_file(&server, &server.key());
    let path = program.cwd().join("key");
    // Kubernetes and Docker mount files that all users can read.
    set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    lists(program.run());
    set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
    let run = program.run().exits(2);
    let error = "error: invalid TFY_API_KEY_FILE: cannot use key\n  other users can write to it\n";
    assert!(run.stderr.starts_with(error), "{}", run.snapshot());
}

#[test]
fn quotes_around_settings_are_removed() {
    let server = FakeServer::start();
    for quote in ['"', '\''] {
        let quoted = |text: &str| format!("{quote}{text}{quote}");
        let program = Program::with_settings(quoted(&server.url()), quoted(&server.key()), LIST);
        lists(program.secret(&server.key()).run());
    }
}
