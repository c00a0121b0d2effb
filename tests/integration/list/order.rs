//! In which order tokens are listed.

use serde_json::Value;

use super::{list, names};
use crate::support::platform::{Platform, TokenSeed};

fn account() -> Platform {
    let platform = Platform::start();
    for seed in [
        TokenSeed::named("beta")
            .created("2025-03-01T00:00:00Z")
            .expires("2098-01-01T00:00:00Z")
            .last_used("2025-06-01T00:00:00Z"),
        TokenSeed::named("alpha")
            .created("2025-02-01T00:00:00Z")
            .last_used("2025-07-01T00:00:00Z"),
        TokenSeed::named("Gamma")
            .created("2025-01-01T00:00:00Z")
            .expires("2020-01-01T00:00:00Z"),
        TokenSeed::named("odd").created("once").expires("soon").edited(|item| {
            item["manifest"]["name"] = Value::Null;
        }),
    ] {
        platform.add(seed);
    }
    platform
}

#[test]
fn each_order_is_kept_in_every_format_and_reversed_on_demand() {
    let platform = account();
    for (by, expected) in [
        ("name", ["Gamma", "alpha", "beta", "(none)"]),
        ("created", ["Gamma", "alpha", "beta", "(none)"]),
        ("expires", ["Gamma", "beta", "(none)", "alpha"]),
        ("last-used", ["(none)", "Gamma", "beta", "alpha"]),
    ] {
        let run = list(&platform, &["--sort", by, "-o", "json"]).run().exits(0);
        assert_eq!(names(&run), expected, "{by}");
        let mut reversed = expected;
        reversed.reverse();
        let run = list(&platform, &["--sort", by, "--reverse", "-o", "json"])
            .run()
            .exits(0);
        assert_eq!(names(&run), reversed, "{by}");
        for format in ["table", "csv"] {
            let run = list(&platform, &["--sort", by, "-o", format])
                .exact_output()
                .run()
                .exits(0);
            let end = [' ', ','];
            let first: Vec<_> = run.stdout.lines().skip(1).map(|line| line.split(end).next()).collect();
            let unnamed = if format == "csv" { "" } else { "(unnamed)" };
            let expected = expected.map(|name| Some(if name == "(none)" { unnamed } else { name }));
            assert_eq!(first, expected, "{by} as {format}");
        }
    }
}

#[test]
fn without_an_order_the_platforms_is_kept_or_reversed() {
    let platform = account();
    let run = list(&platform, &["-o", "id"]).run().exits(0);
    assert_eq!(
        run.stdout,
        "cm3k1x9qf000004\ncm3k1x9qf000003\ncm3k1x9qf000002\ncm3k1x9qf000001\n"
    );
    let run = list(&platform, &["-o", "id", "--reverse"]).run().exits(0);
    assert_eq!(
        run.stdout,
        "cm3k1x9qf000001\ncm3k1x9qf000002\ncm3k1x9qf000003\ncm3k1x9qf000004\n"
    );
}

#[test]
fn tokens_that_are_equal_keep_the_platforms_order_over_pages() {
    let platform = Platform::start();
    platform.add_many(150);
    let run = list(&platform, &["--sort", "created", "-o", "json"]).run().exits(0);
    let expected: Vec<_> = (1..=150).rev().map(|number| format!("token-{number:04}")).collect();
    assert_eq!(names(&run), expected);
}
