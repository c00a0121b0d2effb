//! The forms of `.env`, and lines that are not valid.

use super::{LIST, assert_untouched, greedy_server, lists};
use crate::support::{Call, FakeServer, Program, snapshot};

#[test]
fn common_forms_are_read() {
    let server = FakeServer::start();
    let (url, key) = (server.url(), server.key());
    for file in [
        format!("TFY_BASE_URL={url}\nTFY_API_KEY={key}"),
        format!("# ours\r\n\r\nTFY_BASE_URL={url}\r\nTFY_API_KEY={key}\r\n"),
        format!("export TFY_BASE_URL={url}\nexport\tTFY_API_KEY='{key}'\n"),
        format!("  TFY_BASE_URL = \"{url}\"  # there\n  TFY_API_KEY = {key} # mine\n"),
        format!("\u{feff}TFY_BASE_URL={url}\nTFY_API_KEY=old\nTFY_API_KEY={key}\n"),
        format!("CERT=\"-----BEGIN\nTFY_API_KEY=inside\n-----END\"\nTFY_HOST={url}\nTFY_API_KEY={key}\n"),
        format!("#TFY_HOST=http://127.0.0.1:1\nTFY_HOST={url}\n#\nTFY_API_KEY=\"{key}\""),
    ] {
        let run = lists(Program::new(LIST).cwd_file(".env", file).run());
        assert!(!run.stderr.contains("warning"), "{}", run.snapshot());
    }
    assert_eq!(server.calls(Call::List).len(), 7);
}

#[test]
fn values_are_not_evaluated() {
    let server = greedy_server();
    let path = "$HOME/${TFY_OTHER}/`id`/$(id)/~/%24x";
    let file = format!("TFY_OTHER=x\nTFY_BASE_URL={}/{path}\nTFY_API_KEY=$USER_KEY\n", server.url());
    let program = Program::new(LIST).env("USER_KEY", "not_this_key").cwd_file(".env", file);
    lists(program.run());
    let request = &server.received().requests()[0];
    assert_eq!(request.header("authorization"), Some("Bearer $USER_KEY"));
    let expected = "/$HOME/$%7BTFY_OTHER%7D/%60id%60/$(id)/~/%24x/api/";
    assert!(request.target.starts_with(expected), "{}", request.target);
}

#[test]
fn malformed_lines_warn_with_line_numbers() {
    let server = FakeServer::start();
    let file = format!(
        "TFY_BASE_URL={}\nwhat_SENTINEL is this\nexport\n=x_SENTINEL\nTFY_API_KEY={}\nOPEN='half_SENTINEL\n",
        server.url(),
        server.key()
    );
    let program = Program::new(LIST).cwd_file(".env", file).observing(&server);
    snapshot!(&program, @"
    exit: 0
    --- stderr
    warning: ignoring lines 2, 3, 4, 6 of .env: not KEY=value
    You have no tokens. Run `tfy-tokens create NAME` to create one.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    assert_eq!(program.args("-q").run().exits(0).stderr, "");
}

#[test]
fn unreadable_dotenv_is_ignored_with_warning() {
    let server = FakeServer::start();
    let program = || server.program(LIST);
    let mut programs = vec![
        (program().cwd_file(".env/inside", ""), "it is not a file"),
        (program().cwd_file(".env", b"TFY_BASE_URL=\xff\n"), "it is not valid UTF-8"),
        (program().cwd_file(".env", "#\n".repeat(1 << 20)), "it is larger than 1 MiB"),
    ];
    if cfg!(unix) {
        // Reading a pipe would never end.
        let pipe = program();
        let path = pipe.cwd().join(".env");
        let status = std::process::Command::new("mkfifo").arg(path).status();
        assert!(status.unwrap().success());
        programs.push((pipe, "it is not a file"));
    }
    for (program, reason) in programs {
        let run = lists(program.run());
        let warning = format!("warning: ignoring .env: {reason}\n");
        assert!(run.stderr.starts_with(&warning), "{}", run.snapshot());
    }
}

#[test]
fn dotenv_of_other_directories_is_not_read() {
    let other = greedy_server();
    let file = format!("TFY_BASE_URL={}\nTFY_API_KEY=x_SENTINEL\n", other.url());
    let program = Program::new(LIST).home_file(".env", &file).cwd_file("below/.env", &file);
    program.run().exits(3);
    assert_untouched(&other);
}
