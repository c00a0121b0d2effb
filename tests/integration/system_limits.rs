//! Limits that the system sets, and the first process of a container.
#![cfg(target_os = "linux")]

use rustix::process::{Pid, Signal, kill_process};

use crate::support::servers::{RawServer, Script};
use crate::support::{FakeServer, Input, Program, Terminal, snapshot};

/// Runs a script of `/bin/sh` in which `"$0"` is the program.
fn shell(program: Program, script: &str) -> Program {
    program.args("-c").arg(script).arg(env!("CARGO_BIN_EXE_tfy-tokens")).run_by("/bin/sh")
}

#[test]
fn few_file_descriptors_are_reported() {
    let server = FakeServer::start();
    for limit in 4..=16 {
        let script = format!(r#"ulimit -n {limit}; exec "$0" list"#);
        let run = shell(server.program(""), &script).run().exits(1);
        let error = "error: cannot start\n  Too many open files (os error 24)\nhint: raise the limit, for example with `ulimit -n 1024`\n";
        assert_eq!(run.stderr, error, "{limit}");
    }
    shell(server.program(""), r#"ulimit -n 24; exec "$0" list"#).run().exits(0);
}

#[test]
fn busy_file_descriptors_are_reported() {
    let server = FakeServer::start();
    server.add_many(1600);
    // Each page needs a connection of its own at the same time.
    server.rules(|rules| (rules.max_limit, rules.latency) = (Some(100), std::time::Duration::from_millis(100)));
    let run = shell(server.program(""), r#"ulimit -n 21; exec "$0" list --retries 0 -o json"#).run().exits(1);
    let message = run.failure()["message"].as_str().unwrap().to_owned();
    assert!(message.ends_with("; too many files are open"), "{message}");
}

#[test]
fn file_size_limit_leaves_no_half_page() {
    let program = shell(Program::new(""), r#"ulimit -f 1; exec "$0" man pages"#);
    let run = program.run().exits(2);
    assert!(run.stderr.starts_with("error: cannot write the manual pages to pages\n"), "{}", run.stderr);
    for entry in program.cwd().join("pages").read_dir().unwrap() {
        let page = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(page.contains("SEE ALSO"), "{page}");
    }
    snapshot!(shell(Program::new(""), r#"ulimit -f 0; exec "$0" completions bash >completions"#), @"
    exit: 1
    --- stderr
    error: cannot write to standard output
      File too large (os error 27)
    ");
}

#[test]
fn missing_thread_is_reported() {
    let server = FakeServer::with(&["laptop"]);
    // The limit does not bind root.
    let limited = |program: Program, arguments: &str| {
        let program = program.run_by("prlimit").arg("--nproc=1").arg(env!("CARGO_BIN_EXE_tfy-tokens"));
        program.args(arguments).unprivileged("missing_thread_is_reported")
    };
    let error = "error: cannot start a thread\n  Resource temporarily unavailable (os error 11)\n";
    for (program, arguments) in [
        (Program::with_settings("https://acme.test", "tfy_key_SENTINEL", ""), "list"),
        (Program::new(""), "login https://acme.test"),
        (Program::new("").stdin(Input::Text("tfy_key_SENTINEL".to_owned())), "login https://acme.test --with-key"),
    ] {
        let Some(program) = limited(program, arguments) else { return };
        assert_eq!(program.run().exits(1).stderr, error);
    }
    let Some(program) = limited(server.program(""), "delete laptop") else { return };
    let run = Terminal::size(100, 24).run(&program).finish().exits(1);
    assert!(run.screen.ends_with(error.trim_end()), "{}", run.screen);
    assert_eq!(server.names(), "laptop");
}

#[test]
fn man_page_replaces_link() {
    let program = Program::new("man pages").cwd_file("kept", "kept");
    std::fs::create_dir(program.cwd().join("pages")).unwrap();
    let page = program.cwd().join("pages/tfy-tokens.1");
    std::os::unix::fs::symlink(program.cwd().join("kept"), &page).unwrap();
    program.run().exits(0);
    assert_eq!(std::fs::read_to_string(program.cwd().join("kept")).unwrap(), "kept");
    assert!(page.symlink_metadata().unwrap().is_file());
}

/// Whether `unshare` can start a process with these arguments. If it cannot, the output of the tests says that one is skipped.
fn can_unshare(arguments: &[&str]) -> bool {
    let output = std::process::Command::new("unshare").args(arguments).arg("true").output();
    let can_unshare = output.is_ok_and(|output| output.status.success());
    if !can_unshare {
        std::io::Write::write_all(&mut std::io::stderr(), b"skipped: unshare is not allowed\n").unwrap();
    }
    can_unshare
}

#[test]
fn localhost_is_this_machine() {
    if !can_unshare(&["--map-root-user", "--mount"]) {
        return;
    }
    let server = FakeServer::start();
    let script = r#"mount --bind hosts /etc/hosts && exec "$0" list --timeout 5s --retries 0"#;
    let program = server.program("--map-root-user --mount /bin/sh -c").cwd_file("hosts", "192.0.2.1 localhost\n");
    let program = program.arg(script).arg(env!("CARGO_BIN_EXE_tfy-tokens")).run_by("unshare");
    program.env("TFY_BASE_URL", server.url().replace("127.0.0.1", "localhost")).run().exits(0);
}

#[test]
fn missing_null_device_is_no_problem() {
    let unshare = ["--map-root-user", "--mount"];
    if !can_unshare(&unshare) {
        return;
    }
    let server = FakeServer::start();
    let script = r#"mount -t tmpfs none /dev && exec "$0" list"#;
    let program = server.program("--map-root-user --mount /bin/sh -c").arg(script);
    program.arg(env!("CARGO_BIN_EXE_tfy-tokens")).run_by("unshare").run().exits(0);
}

#[test]
fn logout_empties_mounted_session() {
    let unshare = ["--map-root-user", "--mount"];
    if !can_unshare(&unshare) {
        return;
    }
    let session = r#"{"access_token": "a.b.key_SENTINEL", "host": "https://acme.test"}"#;
    let script = r#"cd && mount --bind mounted .truefoundry/credentials.json && "$0" logout && "$0" logout"#;
    let program = Program::new("--map-root-user --mount /bin/sh -c").arg(script).home_file("mounted", session);
    let program = program.home_file(".truefoundry/credentials.json", "").arg(env!("CARGO_BIN_EXE_tfy-tokens"));
    let run = program.clone().run_by("unshare").run().exits(0);
    assert_eq!(run.stdout, "Logging out of https://acme.test.\nYou are not logged in.\n");
    assert_eq!(std::fs::read_to_string(program.home().join("mounted")).unwrap(), "");
}

#[test]
fn signal_ends_first_process() {
    let unshare = ["--map-root-user", "--pid", "--fork"];
    if !can_unshare(&unshare) {
        return;
    }
    let server = RawServer::answering(vec![Script::Silence]);
    let program = unshare.into_iter().fold(server.program(""), Program::arg);
    let running = program.arg(env!("CARGO_BIN_EXE_tfy-tokens")).args("list").run_by("unshare").start();
    server.received().wait_for_requests(1);
    let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", running.id())).unwrap();
    let child = Pid::from_raw(children.trim().parse().unwrap()).unwrap();
    kill_process(child, Signal::TERM).unwrap();
    running.finish().exits(143);
}
