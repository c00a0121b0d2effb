//! What the new token is called, and how long it lives.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{calls, left, rotate, rotate_bot};
use crate::delete::add;
use crate::support::platform::{Call, Platform, TokenSeed, in_days};

/// The `expirationDate` that was asked for.
fn asked_expiry(platform: &Platform) -> Timestamp {
    let body = platform.calls(Call::Create)[0].json();
    body["expirationDate"].as_str().unwrap().parse().unwrap()
}

#[test]
fn the_first_free_number_goes_behind_the_old_name() {
    let longest = format!("{}b", "a".repeat(35));
    let numbered = format!("{}-2", "a".repeat(34));
    for (others, old, new) in [
        (&[][..], "bot-pipeline", "bot-pipeline-2"),
        (&["bot-2"], "bot", "bot-3"),
        (&["bot", "bot-3"], "bot-2", "bot-4"),
        (&["bot-2", "bot-4"], "bot", "bot-3"),
        (&["v-1-2"], "v-1", "v-1-3"),
        (&[], &longest, &numbered),
    ] {
        let platform = Platform::start();
        for other in others {
            platform.add(TokenSeed::named(*other));
        }
        platform.add(TokenSeed::named(old));
        rotate(&platform).args([old, "--yes"]).delivers_value().run().exits(0);
        assert_eq!(platform.calls(Call::Create)[0].json()["name"], *new, "{old}");
    }
}

#[test]
fn a_name_may_be_chosen() {
    let platform = Platform::start();
    add(&platform, ["bot"]);
    rotate_bot(&platform).args(["--as", "bot-2027"]).run().exits(0);
    assert_eq!(left(&platform), ["bot-2027"]);
}

#[test]
fn a_chosen_name_that_is_taken_changes_nothing() {
    let platform = Platform::start();
    add(&platform, ["bot", "taken"]);
    for name in ["taken", "bot"] {
        let run = rotate(&platform).args(["bot", "--yes", "--as", name]).run().exits(5);
        let said = "error: A token with this name already exists. Use a different name.\n";
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said));
    }
    assert_eq!(calls(&platform), []);
    assert_eq!(left(&platform), ["taken", "bot"]);
}

#[test]
fn a_chosen_name_that_cannot_be_one_asks_nothing() {
    let platform = Platform::start();
    for name in ["x", "-bot", "Bot", ""] {
        let run = rotate(&platform)
            .args(["bot", "--yes"])
            .arg(format!("--as={name}"))
            .run()
            .exits(2);
        assert!(run.stderr.contains("a name has 3 to 36 characters"), "{}", run.stderr);
    }
    assert!(platform.requests().is_empty());
}

#[test]
fn an_unnamed_token_needs_a_name_for_its_successor() {
    let platform = Platform::start();
    platform.add_raw(json!({"id": "bare-1", "type": "pat", "manifest": null}));
    let run = rotate(&platform).args(["bare-1", "--yes"]).run().exits(2);
    assert!(
        run.stderr.starts_with("error: --as: the old token has no name"),
        "{}",
        run.stderr
    );
    assert_eq!(calls(&platform), []);
    let program = rotate(&platform).args(["bare-1", "--yes", "--as", "named", "--expires", "never"]);
    program.delivers_value().run().exits(0);
    assert_eq!(left(&platform), ["named"]);
}

#[test]
fn the_new_token_lives_as_long_as_the_old_one_was_meant_to() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("bot").created(in_days(-80)).expires(in_days(10)));
    rotate_bot(&platform).run().exits(0);
    let off = asked_expiry(&platform).duration_since(Timestamp::now() + SignedDuration::from_hours(24 * 90));
    assert!(off.abs() < SignedDuration::from_mins(2), "{off}");
}

#[test]
fn a_chosen_expiry_wins() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("bot").created(in_days(-80)).expires(in_days(10)));
    let run = rotate_bot(&platform).args(["--expires", "2099-12-31"]).run().exits(0);
    assert_eq!(asked_expiry(&platform), "2099-12-31T23:59:59Z".parse().unwrap());
    let said = "Creating the token bot-2, which expires at 2099-12-31T23:59:59Z (in ";
    assert!(run.stderr.starts_with(said), "{}", run.stderr);
    let platform = Platform::start();
    platform.add(TokenSeed::named("bot").expires(in_days(10)));
    rotate_bot(&platform).args(["--expires", "never"]).run().exits(0);
    assert_eq!(platform.calls(Call::Create)[0].json(), json!({"name": "bot-2"}));
}

#[test]
fn a_lifetime_that_is_not_known_is_no_endless_one() {
    let expiring = || TokenSeed::named("bot").expires(in_days(10));
    for old in [
        expiring().created("no date"),
        expiring().created(in_days(20)),
        TokenSeed::named("bot").expires("no date"),
    ] {
        let platform = Platform::start();
        platform.add(old);
        let run = rotate(&platform).args(["bot", "--yes"]).run().exits(2);
        let said = "error: --expires: the lifetime of the old token is not known: say when the new one expires\n";
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said));
        assert_eq!(calls(&platform), []);
        rotate_bot(&platform).args(["--expires", "90d"]).run().exits(0);
    }
}
