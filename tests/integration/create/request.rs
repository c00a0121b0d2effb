//! What is asked of the platform, to the letter, and what of it is said back.

use serde_json::{Value, json};

use super::{assert_refused, create};
use crate::support::platform::{Call, GRACE, Platform, TokenSeed};

/// Creates a token and answers with the body of the one request, of that call, and what was said back.
#[track_caller]
fn sent(arguments: &[&str], call: Call) -> (Value, String) {
    let platform = Platform::start();
    let run = create(&platform, arguments).delivers_value().run().exits(0);
    let [seen] = &platform.requests()[..] else {
        panic!("one request is enough")
    };
    assert_eq!(seen.call, call);
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert_eq!(
        seen.header("authorization"),
        Some(&*format!("Bearer {}", platform.key()))
    );
    assert_eq!(
        seen.header("user-agent"),
        Some(concat!("tfy-tokens/", env!("CARGO_PKG_VERSION")))
    );
    (seen.json(), run.stderr)
}

#[test]
fn what_is_not_asked_for_is_absent() {
    let (body, said) = sent(&["ci-run-81"], Call::Create);
    assert_eq!(body, json!({"name": "ci-run-81"}));
    assert_eq!(said, "Creating the token ci-run-81, which never expires\n");
}

#[test]
fn all_that_can_be_asked_for_is_sent_and_said_back() {
    let arguments = "ci-run-81 --expires 2098-12-31 --type jwt --team platform --account acme-eu";
    let (body, said) = sent(&arguments.split(' ').collect::<Vec<_>>(), Call::Create);
    assert_eq!(
        body,
        json!({
            "name": "ci-run-81", "expirationDate": "2098-12-31T23:59:59Z", "teamName": "platform",
            "accountName": "acme-eu", "tokenType": "jwt",
        })
    );
    let span = said.strip_prefix(
        "Creating the token ci-run-81, of type jwt, for the team platform, for the account acme-eu, \
         which expires at 2098-12-31T23:59:59Z (in ",
    );
    assert!(span.is_some_and(|span| span.ends_with(" years)\n")), "{said}");
    assert_eq!(
        sent(&["ci-run-81", "--type", "opaque"], Call::Create).0,
        json!({"name": "ci-run-81", "tokenType": "opaque"})
    );
}

#[test]
fn a_token_for_another_user_goes_to_its_own_call() {
    let (body, said) = sent(&["onboarding", "--for-user", GRACE], Call::CreateForUser);
    assert_eq!(body, json!({"name": "onboarding", "userEmail": GRACE}));
    assert_eq!(
        said,
        "Creating the token onboarding for grace@acme.test, which never expires\n"
    );
    let arguments = [
        "onboarding",
        "--for-user",
        GRACE,
        "--team",
        "data",
        "--expires",
        "2098-12-31",
    ];
    assert_eq!(
        sent(&arguments, Call::CreateForUser).0,
        json!({
            "name": "onboarding", "userEmail": GRACE, "teamName": "data", "expirationDate": "2098-12-31T23:59:59Z",
        })
    );
}

#[test]
fn what_cannot_be_asked_for_another_user_is_refused() {
    let platform = Platform::start();
    for (option, value) in [("--type", "jwt"), ("--account", "acme")] {
        let run = create(&platform, &["onboarding", "--for-user", GRACE, option, value])
            .run()
            .exits(2);
        assert!(run.stderr.contains("cannot be used with"), "{}", run.stderr);
        assert!(run.stderr.contains(option) && run.stderr.contains("--for-user"));
    }
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn odd_arguments_are_refused_before_anything_is_asked() {
    let platform = Platform::start();
    let name =
        "a name has 3 to 36 characters of a-z, 0-9 and `-`, starts with a letter and ends with a letter or a digit";
    for bad in [
        "ab",
        "9lives",
        "Upper",
        "a_b",
        "ends-",
        "a b",
        "na\u{301}me",
        &"a".repeat(37),
    ] {
        assert_refused(
            &platform,
            &[bad],
            &format!("invalid value '{bad}' for '[NAME]': {name}"),
        );
    }
    assert_refused(&platform, &["abc", "def"], "unexpected argument 'def' found");
    assert_refused(
        &platform,
        &["abc", "--type", "saml"],
        "invalid value 'saml' for '--type <TYPE>'",
    );
    assert_refused(
        &platform,
        &["abc", "--for-user", "grace"],
        "invalid value 'grace' for '--for-user <EMAIL>': an e-mail address looks like ada@acme.test\n",
    );
    for (option, shown) in [("--team", "--team <TEAM>"), ("--account", "--account <ACCOUNT>")] {
        assert_refused(
            &platform,
            &["abc", option, ""],
            &format!("invalid value '' for '{shown}': it is empty"),
        );
    }
}

#[test]
fn a_token_creates_another_where_the_platform_lets_it() {
    let platform = Platform::start();
    platform
        .sign_in_with_token(TokenSeed::named("laptop"))
        .let_tokens_create();
    let run = create(&platform, &["ci-run-81"]).delivers_value().run().exits(0);
    assert_eq!(run.stdout, platform.value_of("ci-run-81").unwrap() + "\n");
}
