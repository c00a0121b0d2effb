//! `tfy-tokens rotate`: the new token first, its value handed over, and only then the old one deleted.

#[cfg(unix)]
mod at_a_terminal;
mod failures;
mod the_new_one;

use serde_json::json;

use crate::delete::{AFTERWARDS, add, deletion, left};
use crate::support::platform::{Call, Platform, TokenSeed};
use crate::support::program::Program;

fn rotate(platform: &Platform) -> Program {
    Program::against(platform.url(), platform.key()).args(["rotate", "--retries", "0"])
}

/// A rotation of `bot` that nobody is asked about, and that works.
fn rotate_bot(platform: &Platform) -> Program {
    rotate(platform).args(["bot", "--yes"]).delivers_value()
}

/// The calls in the order they came, without those that only look.
fn calls(platform: &Platform) -> Vec<Call> {
    let calls = platform.requests().into_iter().map(|seen| seen.call);
    calls
        .filter(|call| !matches!(call, Call::List | Call::Session))
        .collect()
}

#[test]
fn the_value_is_printed_alone_and_the_old_token_deleted_last() {
    let platform = Platform::start();
    let [bot] = add(&platform, ["bot"]);
    let run = rotate_bot(&platform).run().exits(0);
    let value = platform.value_of("bot-2").unwrap();
    assert_eq!(run.stdout, format!("{value}\n"));
    let said = format!("Creating the token bot-2, which never expires\nDeleted bot ({bot})\n{AFTERWARDS}");
    assert_eq!(run.stderr, said);
    assert_eq!(calls(&platform), [Call::Create, Call::Delete]);
    assert_eq!(platform.calls(Call::Create)[0].json(), json!({"name": "bot-2"}));
    let requests = platform.requests();
    assert_eq!(deletion(&bot), format!("DELETE {}", requests.last().unwrap().path));
    assert_eq!(left(&platform), ["bot-2"]);
}

#[test]
fn a_token_is_rotated_by_its_id_too() {
    let platform = Platform::start();
    let [bot, _] = add(&platform, ["bot", "other"]);
    let program = rotate(&platform).args([&bot, "--yes", "-q"]).delivers_value();
    assert_eq!(program.run().exits(0).stderr, "");
    assert_eq!(left(&platform), ["bot-2", "other"]);
}

#[test]
fn json_has_the_value_and_what_it_replaced() {
    let platform = Platform::start();
    let [bot] = add(&platform, ["bot"]);
    let run = rotate_bot(&platform)
        .args(["-o", "json", "--expires", "2099-12-31"])
        .run()
        .exits(0);
    let expected = json!({
        "name": "bot-2",
        "token": platform.value_of("bot-2"),
        "expiresAt": "2099-12-31T23:59:59Z",
        "replaced": {"id": bot, "name": "bot"},
    });
    assert_eq!((run.json(), run.stderr.as_str()), (expected, ""));
}

#[test]
fn a_saved_value_is_in_the_file_alone() {
    let platform = Platform::start();
    let [bot] = add(&platform, ["bot"]);
    let program = rotate(&platform).args(["bot", "--yes", "--save", "bot.token"]);
    let run = program.run().exits(0);
    assert_eq!(run.stdout, "Name:     bot-2\nExpires:  never\n");
    let said = format!(
        "Creating the token bot-2, which never expires\n\
         The value is in bot.token. It cannot be shown again.\nDeleted bot ({bot})\n{AFTERWARDS}"
    );
    assert_eq!(run.stderr, said);
    let file = program.cwd().join("bot.token");
    let value = platform.value_of("bot-2").unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("{value}\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn the_token_that_signs_in_is_rotated_with_a_warning() {
    let platform = Platform::start();
    platform.sign_in_with_token(TokenSeed::named("bot")).let_tokens_create();
    let run = rotate_bot(&platform).run().exits(0);
    let said = "warning: bot is the token this client signs in with.\nDeleted bot (";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert_eq!(left(&platform), ["bot-2"]);
}

#[test]
fn without_a_yes_and_a_terminal_nothing_is_asked_of_the_platform() {
    let platform = Platform::start();
    add(&platform, ["bot"]);
    for program in [rotate(&platform).arg("bot"), rotate(&platform).arg("bot").stdin("y\n")] {
        let run = program.run().exits(2);
        let said = "error: deleting the old token needs a yes, which cannot be asked for here: nothing was done\n\
             hint: add --yes to do it without being asked\n";
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said));
    }
    assert!(platform.requests().is_empty());
}
