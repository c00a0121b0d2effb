//! Which token is taken for the one whose value was lost.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use wiremock::ResponseTemplate;

use super::{
    ID, NOT_THERE, TO_BE_SURE, create, cut_off, looked_up_once, lost, lost_and_found, obey, printed_commands, told,
};
use crate::support::platform::{Call, Fault, Platform, TokenSeed};

#[test]
fn fault_03_an_older_token_of_the_same_name_is_not_taken_for_the_new_one() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("ci-run"));
    platform.inject(Fault::hang_up(Call::Create));
    let run = create(&platform).run().exits(7);
    let why = cut_off(&platform);
    let fate = format!("a token of this name exists, its id is {ID}, created TIME");
    let hint = format!(
        "if it was there before, use another name; else its value is lost: \
         delete it with `tfy-tokens delete {ID}` and create a new one"
    );
    assert_eq!(told(&run), lost(&fate, &why.each_ref().map(String::as_str), &hint));
    assert!(run.stderr.contains("created 2026-01-15T09:30:00Z\n"));
    looked_up_once(&platform);
}

#[test]
fn fault_03_a_token_of_the_same_name_made_a_minute_before_or_after_is_not_taken_for_the_new_one() {
    let near = |seconds| (Timestamp::now() + SignedDuration::from_secs(seconds)).to_string();
    for created in [near(-60), near(60), "2099-01-01T00:00:00Z".to_owned()] {
        let platform = Platform::start();
        platform.add(TokenSeed::named("ci-run").created(created));
        platform.answer_once(Call::Create, ResponseTemplate::new(502));
        let run = create(&platform).run().exits(7);
        assert!(told(&run).contains(": a token of this name exists, its id is cm3k1x9qf000001, created TIME\n"));
        looked_up_once(&platform);
    }
}

#[test]
fn fault_03_a_token_whose_name_only_contains_the_one_asked_for_is_not_taken_for_it() {
    for applied in [true, false] {
        let platform = Platform::start();
        // The search finds them too, and before the one that was asked for.
        platform.before_each(|_, seen, account| {
            if seen.call == Call::List {
                for name in ["my-ci-run", "ci-run-2"] {
                    account.add(TokenSeed::named(name).created(Timestamp::now().to_string()));
                }
            }
        });
        let lost_answer = Fault::hang_up(Call::Create);
        let why = cut_off(&platform);
        let why = why.each_ref().map(String::as_str);
        let (fault, expected) = if applied {
            (lost_answer.after_applying(), lost_and_found(&why))
        } else {
            (lost_answer, lost(NOT_THERE, &why, TO_BE_SURE))
        };
        platform.inject(fault);
        let run = create(&platform).run().exits(7);
        assert_eq!(told(&run), expected);
        looked_up_once(&platform);
    }
}

#[test]
fn an_id_that_no_shell_should_be_given_is_not_in_the_command() {
    for id in ["x; echo $(id)", "--yes", "-x"] {
        let platform = Platform::start();
        platform.inject(Fault::answer(Call::Create, ResponseTemplate::new(502)));
        platform.add_raw(json!({"id": id, "name": "ci-run", "createdAt": Timestamp::now()}));
        let run = create(&platform).run().exits(7);
        assert!(told(&run).contains(&format!("the token exists, its id is {id}, created TIME\n")));
        assert_eq!(printed_commands(&run), [["delete", "ci-run"]], "{id}");
        obey(&platform, &run);
    }
}
