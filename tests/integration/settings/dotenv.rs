//! `.env`: the forms it has, and what is broken in it.

use super::{got_nothing, hostile, list, lists_nothing, signed_with};
use crate::support::platform::Platform;
use crate::support::program::Program;

#[test]
fn the_forms_that_others_write_are_read() {
    let platform = Platform::start();
    let (url, key) = (platform.url(), platform.key());
    for file in [
        format!("TFY_BASE_URL={url}\nTFY_API_KEY={key}"),
        format!("# ours\r\n\r\nTFY_BASE_URL={url}\r\nTFY_API_KEY={key}\r\n"),
        format!("export TFY_BASE_URL={url}\nexport\tTFY_API_KEY='{key}'\n"),
        format!("  TFY_BASE_URL = \"{url}\"  # there\n  TFY_API_KEY = {key} # mine\n"),
        format!("\u{feff}TFY_BASE_URL={url}\nTFY_API_KEY=old\nTFY_API_KEY={key}\n"),
        format!("CERT=\"-----BEGIN\nTFY_API_KEY=inside\n-----END\"\nTFY_HOST={url}\nTFY_API_KEY={key}\n"),
        format!("#TFY_HOST=http://127.0.0.1:1\nTFY_HOST={url}\n#\nTFY_API_KEY=\"{key}\""),
    ] {
        let run = list(Program::bare().write_cwd_file(".env", &file)).run();
        assert!(!run.stderr.contains("warning"), "{}", run.stderr);
        lists_nothing(run);
    }
    signed_with(&platform, &key);
    assert_eq!(platform.requests().len(), 7);
}

#[test]
fn nothing_in_it_is_evaluated() {
    let server = hostile();
    let written = "$HOME/${TFY_OTHER}/`id`/$(id)/~/%24x";
    let file = format!(
        "TFY_OTHER=x\nTFY_BASE_URL={}/{written}\nTFY_API_KEY=$USER_SENTINEL\n",
        server.url()
    );
    let program = Program::bare()
        .env("USER_SENTINEL", "not_this")
        .write_cwd_file(".env", file);
    lists_nothing(list(program).run());
    let request = &server.seen().requests()[0];
    assert_eq!(request.header("authorization"), Some("Bearer $USER_SENTINEL"));
    let path = "/$HOME/$%7BTFY_OTHER%7D/%60id%60/$(id)/~/%24x/api/";
    assert!(request.target.starts_with(path), "{}", request.target);
}

#[test]
fn fault_39_broken_lines_are_told_by_number_and_the_others_read() {
    let platform = Platform::start();
    let file = format!(
        "TFY_BASE_URL={}\nwhat_SENTINEL is this\nexport\n=x_SENTINEL\nTFY_API_KEY={}\nOPEN='half_SENTINEL\n",
        platform.url(),
        platform.key()
    );
    let run = list(Program::bare().write_cwd_file(".env", file)).run();
    let warning = "warning: .env: lines 2, 3, 4, 6 passed over: not KEY=value\n";
    assert!(run.stderr.starts_with(warning), "{}", run.stderr);
    lists_nothing(run);
    signed_with(&platform, &platform.key());
}

#[test]
fn fault_39_a_quiet_run_does_not_tell_of_broken_lines() {
    let platform = Platform::start();
    let program = Program::against(platform.url(), platform.key()).write_cwd_file(".env", "broken\n");
    let run = list(program).arg("--quiet").run().exits(0);
    assert_eq!(run.stderr, "");
}

#[test]
fn fault_39_what_is_no_file_or_no_text_is_told_and_passed_over() {
    let platform = Platform::start();
    let program = || list(Program::against(platform.url(), platform.key()));
    let folder = program().write_cwd_file(".env/inside", "");
    let no_text = program().write_cwd_file(".env", b"TFY_BASE_URL=\xff\n");
    let endless = program().write_cwd_file(".env", "#\n".repeat(1 << 20));
    for (program, why) in [
        (folder, "it is not a file"),
        (no_text, "it is not Unicode text"),
        (endless, "it is larger than any settings file"),
    ] {
        let run = program.run();
        let warning = format!("warning: .env is passed over: {why}\n");
        assert!(run.stderr.starts_with(&warning), "{}", run.stderr);
        lists_nothing(run);
    }
}

#[test]
#[cfg(unix)]
fn fault_39_a_pipe_in_its_place_is_not_waited_for() {
    let platform = Platform::start();
    let program = Program::against(platform.url(), platform.key());
    let made = std::process::Command::new("mkfifo")
        .arg(program.cwd().join(".env"))
        .status();
    assert!(made.unwrap().success());
    let run = list(program).run();
    assert!(
        run.stderr
            .starts_with("warning: .env is passed over: it is not a file\n")
    );
    lists_nothing(run);
}

#[test]
fn a_dotenv_of_another_folder_is_not_read() {
    let other = hostile();
    let pair = format!("TFY_BASE_URL={}\nTFY_API_KEY=x_SENTINEL\n", other.url());
    let program = Program::bare()
        .write_home_file(".env", &pair)
        .write_cwd_file("below/.env", &pair);
    list(program).run().exits(3);
    got_nothing(&other);
}
