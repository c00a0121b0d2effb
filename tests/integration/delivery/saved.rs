//! `--save`: the file is created before the request, and remains only if the value is in it.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use super::{assert_undelivered, create, delete_as_printed, shell};
use crate::support::servers::ClosedPort;
use crate::support::{Call, FakeServer, Fault, Output, Program, Terminal, cases, snapshot};

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
fn terminal_and_json_show_no_value() {
    let server = FakeServer::start();
    let run = save(&server).args("-o json").run().exits(0);
    assert_eq!(run.stdout, "{\"name\":\"ci-run\",\"expiresAt\":null}\n");
    let program = server.program("create laptop --save new.token");
    let finished = Terminal::size(120, 20).run(&program).finish().exits(0);
    assert!(finished.screen.ends_with("\nName:     laptop\nExpires:  never"), "{}", finished.screen);
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
    let server = FakeServer::start();
    let run = create(&server).args("--save -").run().exits(2);
    let reason = "`-` is not a file; without --save, the value is printed to standard output";
    assert_eq!(run.stderr, format!("error: invalid --save: {reason}\n"));
    assert_eq!(server.requests().len(), 0);
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
    assert_eq!(files(&program), ["target"]);
    assert_eq!(fs::read(program.cwd().join("target")).unwrap(), b"precious");
}

#[test]
fn unusable_path_is_refused() {
    let server = FakeServer::start();
    let program = create(&server).cwd_file("directory/kept", "precious");
    for case in cases(
        "directory                | File exists (os error 17)
         directory/               | Is a directory (os error 21)
         /dev/full                | File exists (os error 17)
         missing/new.token        | No such file or directory (os error 2)
         directory/kept/new.token | Not a directory (os error 20)
         # Even root cannot create this file.
         /proc/new.token          | No such file or directory (os error 2)",
    ) {
        let [path, cause] = case.columns();
        assert_refused(&server, &program, path, cause);
    }
    assert_eq!(files(&program), ["directory"]);
}

#[test]
fn read_only_directory_is_refused() {
    let server = FakeServer::start();
    let program = create(&server);
    let directory = program.cwd();
    fs::set_permissions(directory, fs::Permissions::from_mode(0o500)).unwrap();
    // Root can write to the directory anyway.
    if fs::write(directory.join("probe"), "").is_err() {
        assert_refused(&server, &program, "new.token", "Permission denied (os error 13)");
    }
    fs::set_permissions(directory, fs::Permissions::from_mode(0o700)).unwrap();
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
    let unreachable = save(&server).args("--retries 0").env("TFY_BASE_URL", ClosedPort::new().url());
    for (code, program) in
        [(3, save(&server)), (3, save(&server).no_env("TFY_API_KEY")), (6, unreachable), (7, save(&server))]
    {
        program.run().exits(code);
        assert_eq!(files(&program).len(), 0, "{code}");
    }
}

#[test]
fn size_limit_removes_file_and_reports_token() {
    for ignore in ["trap '' XFSZ; ", ""] {
        let server = FakeServer::start();
        let script = format!(r#"{ignore}ulimit -f 0; exec "$0" create ci-run --save new.token"#);
        let program = shell(&server, &script);
        let run = program.run();
        assert_undelivered(&run, "\n  cannot write to new.token\n  File too large (os error 27)\n");
        assert_eq!(files(&program).len(), 0);
        delete_as_printed(&server, &run);
    }
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
    let saved = fs::read_to_string(program.cwd().join("new.token")).unwrap();
    assert_eq!(saved, server.value_of("ci-run").unwrap() + "\n");
}

#[test]
fn path_is_escaped() {
    let server = FakeServer::start();
    let program = create(&server).args("--save").arg("\u{1b}[2J.token");
    let shown = "\u{fffd}[2J.token";
    let run = program.run().exits(0);
    assert!(run.stderr.contains(&format!("\nSaved the token value to {shown}. ")), "{}", run.stderr);
    let run = program.run().exits(2);
    assert!(run.stderr.starts_with(&format!("error: cannot create {shown}\n")), "{}", run.stderr);
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
        if !is_forbidden {
            assert_undelivered(&run, "\n  cannot write to new.token\n  the file was removed or replaced\n");
            delete_as_printed(&server, &run);
        }
    }
}
