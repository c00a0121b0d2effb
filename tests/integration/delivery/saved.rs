//! `--save`: the file is made first, and is there in the end only where the value is in it.

use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use wiremock::ResponseTemplate;

use super::{create, lost_and_found, obey, program, told};
use crate::support::platform::{Call, Fault, Platform};
use crate::support::program::{Program, Run};
use crate::support::servers::NobodyThere;

/// Creates into `new.token`.
fn save(platform: &Platform) -> Program {
    create(platform).args(["--save", "new.token"])
}

fn files(program: &Program) -> Vec<String> {
    let entries = std::fs::read_dir(program.cwd()).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// Runs it, and finds that the place was refused before the platform heard of it.
#[track_caller]
fn refused(platform: &Platform, program: &Program, path: &str, why: &str) -> Run {
    let run = program.run().exits(2);
    assert_eq!(
        run.stderr,
        format!(
            "error: cannot save the value to {path}\n  {why}\n\
             hint: name a file that does not exist yet, in a folder you can write to\n"
        )
    );
    assert_eq!(run.stdout, "");
    assert_eq!(platform.requests().len(), 0);
    run
}

#[test]
fn the_value_goes_to_a_file_that_only_its_owner_can_read_and_nowhere_else() {
    let platform = Platform::start();
    let program = save(&platform);
    let run = program.run().exits(0);
    let file = program.cwd().join("new.token");
    let value = platform.value_of("ci-run").unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("{value}\n"));
    assert_eq!(file.metadata().unwrap().mode() & 0o7777, 0o600);
    assert_eq!(run.stdout, "Name:     ci-run\nExpires:  never\n");
    assert_eq!(
        run.stderr,
        "Creating the token ci-run, which never expires\nThe value is in new.token. It cannot be shown again.\n"
    );
}

#[test]
fn standard_output_has_no_name_among_the_files() {
    let platform = Platform::start();
    let program = create(&platform).args(["--save", "-"]);
    let run = program.run().exits(2);
    assert_eq!(
        run.stderr,
        "error: --save: `-` is no file: without --save the value goes to standard output\n"
    );
    assert_eq!((run.stdout, files(&program)), (String::new(), Vec::new()));
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn a_generous_umask_opens_the_file_to_nobody() {
    let platform = Platform::start();
    let binary = env!("CARGO_BIN_EXE_tfy-tokens");
    let shell = Program::other("/bin/sh")
        .args(["-c", "umask 0; exec \"$0\" create ci-run --save new.token", binary])
        .env("TFY_BASE_URL", platform.url())
        .env("TFY_API_KEY", platform.key());
    shell.run().exits(0);
    let mode = shell.cwd().join("new.token").metadata().unwrap().mode();
    assert_eq!(mode & 0o7777, 0o600);
}

#[test]
fn json_beside_a_saved_value_has_no_value_in_it() {
    let platform = Platform::start();
    let run = save(&platform).args(["-o", "json"]).run().exits(0);
    assert_eq!(run.json(), serde_json::json!({"name": "ci-run", "expiresAt": null}));
    assert_eq!(run.stderr, "");
}

#[test]
fn fault_02_a_file_that_exists_is_not_touched() {
    let platform = Platform::start();
    let program = save(&platform).write_cwd_file("new.token", "precious");
    refused(&platform, &program, "new.token", "File exists (os error 17)");
    assert_eq!(std::fs::read(program.cwd().join("new.token")).unwrap(), b"precious");
}

#[test]
fn fault_02_a_symbolic_link_is_not_followed_wherever_it_leads() {
    let platform = Platform::start();
    let program = save(&platform).write_cwd_file("target", "precious");
    let link = program.cwd().join("new.token");
    for target in ["target", "nothing", "/dev/null"] {
        symlink(target, &link).unwrap();
        refused(&platform, &program, "new.token", "File exists (os error 17)");
        assert_eq!(std::fs::read_link(&link).unwrap(), Path::new(target));
        std::fs::remove_file(&link).unwrap();
    }
    assert_eq!(files(&program), ["target"]);
    assert_eq!(std::fs::read(program.cwd().join("target")).unwrap(), b"precious");
}

#[test]
fn fault_02_a_folder_a_device_and_a_folder_that_is_not_there_are_refused() {
    let platform = Platform::start();
    let program = create(&platform).write_cwd_file("folder/kept", "precious");
    for (path, why) in [
        ("folder", "File exists (os error 17)"),
        ("folder/", "Is a directory (os error 21)"),
        ("/dev/full", "File exists (os error 17)"),
        ("none/new.token", "No such file or directory (os error 2)"),
        ("folder/kept/new.token", "Not a directory (os error 20)"),
    ] {
        refused(&platform, &program.clone().args(["--save", path]), path, why);
    }
    assert_eq!(files(&program), ["folder"]);
}

#[test]
fn fault_02_a_folder_that_cannot_be_written_to_is_refused() {
    let platform = Platform::start();
    // Not even the superuser makes a file there.
    let program = create(&platform).args(["--save", "/proc/new.token"]);
    refused(
        &platform,
        &program,
        "/proc/new.token",
        "No such file or directory (os error 2)",
    );
    let program = save(&platform);
    let sealed = program.cwd().to_owned();
    std::fs::set_permissions(&sealed, std::fs::Permissions::from_mode(0o500)).unwrap();
    if std::fs::write(sealed.join("probe"), "").is_err() {
        refused(&platform, &program, "new.token", "Permission denied (os error 13)");
    }
    std::fs::set_permissions(&sealed, std::fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn fault_02_not_even_a_session_is_refreshed_for_a_file_that_cannot_be_made() {
    let platform = Platform::start();
    let stale = platform.user_key(jiff::Timestamp::now());
    let sign_in = serde_json::json!({
        "access_token": stale, "refresh_token": platform.refresh_token(), "host": platform.url(),
    });
    let program = Program::bare()
        .write_home_file(".truefoundry/credentials.json", sign_in.to_string())
        .write_cwd_file("new.token", "precious")
        .args(["create", "ci-run", "--save", "new.token"]);
    refused(&platform, &program, "new.token", "File exists (os error 17)");
}

#[test]
fn no_file_is_left_where_nothing_was_created() {
    let platform = Platform::start();
    platform.answer_once(Call::Create, ResponseTemplate::new(403));
    let refusals = [
        (3, save(&platform)),
        (3, save(&platform).no_env("TFY_API_KEY")),
        (
            6,
            save(&platform)
                .args(["--retries", "0"])
                .env("TFY_BASE_URL", NobodyThere::new().url()),
        ),
    ];
    for (code, program) in refusals {
        program.run().exits(code);
        assert!(files(&program).is_empty());
    }
    assert_eq!(platform.tokens(), []);
}

#[test]
fn no_file_is_left_where_the_value_was_lost() {
    let platform = Platform::start();
    platform.inject(Fault::hang_up(Call::Create).after_applying());
    let program = save(&platform);
    let run = program.run().exits(7);
    assert!(files(&program).is_empty());
    obey(&platform, &run);
}

#[test]
fn a_file_that_does_not_take_the_value_is_taken_back_and_the_token_is_told() {
    for ignored in ["trap '' XFSZ; ", ""] {
        let platform = Platform::start();
        let script = format!("{ignored}ulimit -f 0; exec \"$0\" create ci-run --save new.token");
        let program = Program::other("/bin/sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_tfy-tokens")])
            .env("TFY_BASE_URL", platform.url())
            .env("TFY_API_KEY", platform.key());
        let run = program.run().exits(7);
        assert_eq!(
            told(&run),
            lost_and_found(&["new.token did not take it", "File too large (os error 27)"])
        );
        assert!(files(&program).is_empty());
        obey(&platform, &run);
    }
}

#[test]
fn a_saved_value_is_told_where_standard_output_takes_nothing() {
    let platform = Platform::start();
    let program = save(&platform).arg("--quiet").stdout_full();
    let run = program.run().exits(1);
    assert_eq!(
        run.stderr,
        "error: the value of `ci-run` is in new.token, but the summary could not be written\n  \
         cannot write to standard output\n  No space left on device (os error 28)\n"
    );
    let value = platform.value_of("ci-run").unwrap();
    assert_eq!(
        std::fs::read_to_string(program.cwd().join("new.token")).unwrap(),
        format!("{value}\n")
    );
    assert_eq!(platform.tokens().len(), 1);
}

#[test]
fn a_path_that_would_drive_a_terminal_is_shown_harmless() {
    let platform = Platform::start();
    let odd = program(&platform).args(["create", "ci-run", "--save", "\u{1b}[2J.token"]);
    let run = odd.run().exits(0);
    assert!(
        run.stderr
            .ends_with("The value is in \u{fffd}[2J.token. It cannot be shown again.\n")
    );
    let run = odd.run().exits(2);
    assert!(
        run.stderr
            .starts_with("error: cannot save the value to \u{fffd}[2J.token\n")
    );
}

#[test]
fn a_file_that_somebody_put_in_the_place_of_ours_is_left_alone() {
    let platform = Platform::start();
    let program = save(&platform);
    let path = program.cwd().join("new.token");
    let theirs = path.clone();
    platform.before_each(move |_, _, _| {
        std::fs::remove_file(&theirs).unwrap();
        std::fs::write(&theirs, "theirs").unwrap();
    });
    platform.forbid();
    program.run().exits(3);
    assert_eq!(std::fs::read_to_string(path).unwrap(), "theirs");
}
