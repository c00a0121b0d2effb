//! `--save`: the file is created before the request, and remains only if the value is in it.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;

use super::{create, shell};
use crate::support::{Call, FakeServer, Fault, Output, Program, snapshot};

/// Creates `ci-run` and saves its value to `new.token`.
fn save(server: &FakeServer) -> Program {
    create(server).args("--save new.token")
}

fn files(program: &Program) -> Vec<String> {
    let entries = fs::read_dir(program.cwd()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Checks that `--save PATH` is refused before any request.
#[track_caller]
fn assert_refused(server: &FakeServer, program: &Program, path: &str, cause: &str) {
    let run = program.clone().args("--save").arg(path).run().exits(2);
    let hint = "choose a file that does not exist, in a directory that you can write to";
    let error = format!("error: cannot create {path}\n  {cause}\nhint: {hint}\n");
    assert_eq!(run.stderr, error);
    assert_eq!((run.stdout.as_str(), server.requests().len()), ("", 0));
}

#[test]
fn value_is_only_in_private_file() {
    let server = FakeServer::start();
    let program = save(&server);
    snapshot!(&program, @r#"
    exit: 0
    --- stdout
    Name:     ci-run
    Expires:  never
    --- stderr
    Creating token ci-run on [SERVER]; never expires
    The token never expires. To limit it, pass an expiry such as --expires 90d.
    Saved the token value to new.token. It will not be shown again.
    --- requests
    POST /personal-access-tokens 201 {"name":"ci-run"}
    "#);
    let file = program.cwd().join("new.token");
    assert_eq!(fs::read_to_string(&file).unwrap(), server.value_of("ci-run").unwrap() + "\n");
    assert_eq!(file.metadata().unwrap().mode() & 0o7777, 0o600);
    assert_eq!(files(&program), ["new.token"]);
}

#[test]
fn json_has_no_value() {
    let server = FakeServer::start();
    let run = save(&server).args("-o json").run().exits(0);
    assert_eq!(run.stdout, "{\"name\":\"ci-run\",\"expiresAt\":null}\n");
}

#[test]
fn umask_does_not_open_file() {
    let server = FakeServer::start();
    let program = shell(&server, r#"umask 0; exec "$0" create ci-run --save new.token"#);
    program.run().exits(0);
    let mode = program.cwd().join("new.token").metadata().unwrap().mode();
    assert_eq!(mode & 0o7777, 0o600);
}

#[test]
fn dash_is_not_a_file() {
    let run = Program::new("create ci-run --save -").run().exits(2);
    let reason = "`-` is not a file; without --save, the value is printed to standard output";
    assert_eq!(run.stderr, format!("error: invalid --save: {reason}\n"));
}

#[test]
fn existing_file_or_link_is_kept() {
    let server = FakeServer::start();
    let program = create(&server).cwd_file("target", "precious");
    let cause = "File exists (os error 17)";
    assert_refused(&server, &program, "target", cause);
    let link = program.cwd().join("link");
    for target in ["target", "missing", "/dev/null"] {
        symlink(target, &link).unwrap();
        assert_refused(&server, &program, "link", cause);
        assert_eq!(fs::read_link(&link).unwrap(), Path::new(target));
        fs::remove_file(&link).unwrap();
    }
    assert_eq!(fs::read(program.cwd().join("target")).unwrap(), b"precious");
    // Even root cannot create this file.
    assert_refused(&server, &program, "/proc/new.token", "No such file or directory (os error 2)");
}

#[test]
fn refused_file_refreshes_no_session() {
    let server = FakeServer::start();
    let credentials = serde_json::json!({
        "access_token": server.user_key(jiff::Timestamp::now()),
        "refresh_token": server.refresh_token(),
        "host": server.url(),
    });
    let program = Program::new("create ci-run")
        .home_file(".truefoundry/credentials.json", credentials.to_string())
        .cwd_file("new.token", "precious");
    assert_refused(&server, &program, "new.token", "File exists (os error 17)");
}

#[test]
fn failure_removes_file() {
    let server = FakeServer::start();
    server.answer_once(Call::Create, 403);
    server.add_fault(Fault::hang_up(Call::Create).after_applying());
    for (program, code) in [(save(&server), 3), (save(&server).no_env("TFY_API_KEY"), 3), (save(&server), 7)] {
        program.run().exits(code);
        assert_eq!(files(&program).len(), 0, "{code}");
    }
}

#[test]
fn file_without_space_creates_no_token() {
    let server = FakeServer::start();
    let program = shell(&server, r#"ulimit -f 0; exec "$0" create ci-run --save new.token"#);
    snapshot!(program.clone(), @"
    exit: 2
    --- stderr
    error: cannot create new.token
      File too large (os error 27)
    hint: choose a directory on a disk with free space
    ");
    assert_eq!((files(&program).len(), server.requests().len()), (0, 0));
}

#[test]
fn full_stdout_keeps_saved_value() {
    let server = FakeServer::start();
    let program = save(&server).args("-q").stdout(Output::Full);
    snapshot!(&program, @r#"
    exit: 1
    --- stderr
    error: saved the token value to new.token, but could not write the summary
      cannot write to standard output
      No space left on device (os error 28)
    --- requests
    POST /personal-access-tokens 201 {"name":"ci-run"}
    "#);
    assert_eq!(files(&program), ["new.token"]);
}

#[test]
fn path_is_escaped() {
    let program = create(&FakeServer::start()).args("--save").arg("\u{1b}[2J.token");
    let run = program.run().exits(0);
    assert!(run.stderr.contains("\nSaved the token value to \u{fffd}[2J.token. "), "{}", run.stderr);
    let run = program.run().exits(2);
    assert!(run.stderr.starts_with("error: cannot create \u{fffd}[2J.token\n"), "{}", run.stderr);
}

#[test]
fn file_of_another_program_is_kept() {
    for (is_forbidden, code) in [(true, 3), (false, 7)] {
        let server = FakeServer::start();
        server.rules(|rules| rules.forbid = is_forbidden);
        let program = save(&server);
        let path = program.cwd().join("new.token");
        let replaced = path.clone();
        server.before_each(move |_, request, _| {
            if request.call == Call::Create {
                fs::remove_file(&replaced).unwrap();
                fs::write(&replaced, "theirs").unwrap();
            }
        });
        let run = program.run().exits(code);
        assert_eq!(fs::read_to_string(path).unwrap(), "theirs");
        let cause = "\n  cannot write to new.token\n  the file was removed or replaced\n";
        assert!(is_forbidden || run.stderr.contains(cause), "{}", run.stderr);
    }
}

#[test]
fn removed_file_keeps_old_token() {
    let server = FakeServer::with(&["bot"]);
    let program = server.program("rotate bot --yes --save new.token");
    let path = program.cwd().join("new.token");
    server.before_each(move |_, request, _| {
        if request.call == Call::Create {
            fs::remove_file(&path).unwrap();
        }
    });
    let run = program.run().exits(7);
    assert!(run.stderr.contains("\n  the file was removed or replaced\n"), "{}", run.stderr);
    assert_eq!((server.names().as_str(), files(&program).len()), ("bot-2 bot", 0));
}
