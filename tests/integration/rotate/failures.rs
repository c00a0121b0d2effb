//! Whatever goes wrong before the old token is deleted leaves it alive.

use std::sync::mpsc;
use std::time::Duration;

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{add, calls, left, rotate, rotate_bot};
use crate::support::platform::{Call, Fault, Platform, TokenSeed};

#[test]
fn a_token_that_cannot_be_told_changes_nothing() {
    let platform = Platform::start();
    add(&platform, ["bot", "twin", "twin"]);
    platform.add_raw(json!({"id": "revoke/all", "type": "pat", "manifest": {"name": "odd"}}));
    for (token, code) in [
        ("gone", 4),
        ("BOT", 4),
        ("twin", 2),
        ("odd", 2),
        ("tfy_SENTINEL_value", 2),
    ] {
        let run = rotate(&platform).args([token, "--yes"]).run().exits(code);
        assert_eq!(run.stdout, "", "{token}");
    }
    for arguments in [
        &["", "--yes"][..],
        &["--yes"],
        &["bot", "twin", "--yes"],
        &["bot", "--yes", "--expires", "0d"],
    ] {
        rotate(&platform).args(arguments).run().exits(2);
    }
    assert_eq!(calls(&platform), []);
}

#[test]
fn a_creation_that_is_refused_keeps_the_old_token() {
    for (status, code) in [(400, 1), (403, 3), (409, 5)] {
        let platform = Platform::start();
        add(&platform, ["bot"]);
        platform.answer_once(Call::Create, ResponseTemplate::new(status));
        let run = rotate(&platform).args(["bot", "--yes"]).run().exits(code);
        assert_eq!(run.stdout, "");
        assert_eq!(calls(&platform), [Call::Create]);
        assert_eq!(left(&platform), ["bot"]);
    }
}

#[test]
fn a_value_that_is_not_delivered_keeps_the_old_token_and_tells_of_the_new_one() {
    let platform = Platform::start();
    add(&platform, ["bot"]);
    let run = rotate(&platform).args(["bot", "--yes"]).stdout_full().run().exits(7);
    let new = platform.tokens()[0].id.clone();
    assert!(
        run.stderr.contains(&format!("`tfy-tokens delete {new}`")),
        "{}",
        run.stderr
    );
    assert_eq!(calls(&platform), [Call::Create]);
    assert_eq!(left(&platform), ["bot-2", "bot"]);
}

#[test]
fn an_answer_that_is_lost_keeps_the_old_token_and_tells_of_the_new_one() {
    let platform = Platform::start();
    add(&platform, ["bot"]);
    platform.inject(Fault::hang_up(Call::Create).after_applying());
    let run = rotate(&platform).args(["bot", "--yes"]).run().exits(7);
    let new = platform.tokens()[0].id.clone();
    assert!(
        run.stderr.contains("`bot-2`") && run.stderr.contains(&new),
        "{}",
        run.stderr
    );
    assert_eq!(calls(&platform), [Call::Create]);
    assert_eq!(left(&platform), ["bot-2", "bot"]);
}

#[test]
fn a_place_that_cannot_be_saved_to_changes_nothing() {
    let platform = Platform::start();
    add(&platform, ["bot"]);
    let program = rotate(&platform).args(["bot", "--yes", "--save", "bot.token"]);
    let program = program.write_cwd_file("bot.token", "precious");
    program.run().exits(2);
    assert_eq!(calls(&platform), []);
    let kept = std::fs::read_to_string(program.cwd().join("bot.token")).unwrap();
    assert_eq!(kept, "precious");
}

#[test]
fn an_old_token_that_is_not_deleted_is_told_with_how_to_delete_it() {
    for (status, code) in [(403, 3), (500, 6), (400, 1)] {
        let platform = Platform::start();
        let [bot] = add(&platform, ["bot"]);
        platform.answer_once(Call::Delete, ResponseTemplate::new(status));
        let run = rotate_bot(&platform).run().exits(code);
        assert_eq!(run.stdout, format!("{}\n", platform.value_of("bot-2").unwrap()));
        let said = "\nerror: the new token works, but deleting the old one failed\n";
        let hint = format!("\nhint: delete it with `tfy-tokens delete {bot}");
        assert!(
            run.stderr.contains(said) && run.stderr.contains(&hint),
            "{}",
            run.stderr
        );
        assert_eq!(left(&platform), ["bot-2", "bot"]);
    }
}

#[test]
fn the_status_that_kept_the_old_token_alive_is_told_to_scripts() {
    let platform = Platform::start();
    let [bot] = add(&platform, ["bot"]);
    platform.answer_once(Call::Delete, ResponseTemplate::new(403));
    let run = rotate_bot(&platform).args(["-o", "json"]).run().exits(3);
    let error = json!({
        "kind": "forbidden",
        "message": "the new token works, but deleting the old one failed: \
                    Cannot manage access tokens. Check your API key permissions.",
        "hint": format!("delete it with `tfy-tokens delete {bot}`"),
        "status": 403,
        "exitCode": 3,
    });
    assert_eq!(run.failure(), error);
    assert_eq!(run.json()["token"], json!(platform.value_of("bot-2")));
}

#[test]
fn an_id_that_would_be_an_option_is_not_in_the_command_that_deletes_the_old_token() {
    for id in ["--yes", "-x"] {
        let platform = Platform::start();
        platform.add_raw(json!({"id": id, "type": "pat", "manifest": {"name": "bot"}}));
        platform.answer_once(Call::Delete, ResponseTemplate::new(403));
        let run = rotate_bot(&platform).run().exits(3);
        assert!(
            run.stderr.ends_with("\nhint: delete it with `tfy-tokens delete`\n"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn an_old_token_that_somebody_else_deleted_is_gone_as_it_should_be() {
    let platform = Platform::start();
    let [bot] = add(&platform, ["bot"]);
    platform.before_each(|_, seen, account| {
        if seen.call == Call::Delete {
            account.remove("bot");
        }
    });
    let run = rotate_bot(&platform).run().exits(0);
    assert!(
        run.stderr.contains(&format!("\nDeleted bot ({bot})\n")),
        "{}",
        run.stderr
    );
    assert_eq!(left(&platform), ["bot-2"]);
}

#[test]
fn a_signal_while_the_old_token_is_deleted_does_not_say_that_it_lives() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("bot"));
    let (asked, was_asked) = mpsc::channel();
    platform.before_each(move |_, seen, _| {
        if seen.call == Call::Delete {
            asked.send(()).unwrap();
        }
    });
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(40));
    platform.answer_once(Call::Delete, slow);
    let running = rotate_bot(&platform).start();
    was_asked.recv_timeout(Duration::from_secs(20)).unwrap();
    running.terminate();
    let run = running.wait().exits(130);
    let last = run.stderr.lines().last();
    assert_eq!(last, Some("error: cancelled: the old token may be deleted"));
}
