//! The formats of a listing, off a terminal.

use serde_json::Value;
use wiremock::ResponseTemplate;

use super::list;
use crate::support::platform::{Call, Fault, GRACE, Platform, Seen, TokenSeed};

fn account() -> Platform {
    let platform = Platform::start();
    for seed in [
        TokenSeed::named("ci-pipeline")
            .expires("2099-07-15T00:00:00.000Z")
            .last_used("2026-06-30T18:04:11.250Z"),
        TokenSeed::named("old-laptop")
            .created("2019-01-01T00:00:00.000Z")
            .expires("2020-01-01")
            .created_by(GRACE),
        TokenSeed::named("grafana").edited(|item| {
            item["createdBy"] = Value::Null;
            item["createdBySubject"] = Value::Null;
        }),
    ] {
        platform.add(seed);
    }
    platform
}

const LINES: [&str; 3] = [
    r#"{"name":"grafana","id":"cm3k1x9qf000003","createdAt":"2026-01-15T09:30:00Z","expiresAt":null,"lastUsedAt":null,"expired":false,"createdBy":null}"#,
    r#"{"name":"old-laptop","id":"cm3k1x9qf000002","createdAt":"2019-01-01T00:00:00Z","expiresAt":"2020-01-01T23:59:59Z","lastUsedAt":null,"expired":true,"createdBy":"grace@acme.test"}"#,
    r#"{"name":"ci-pipeline","id":"cm3k1x9qf000001","createdAt":"2026-01-15T09:30:00Z","expiresAt":"2099-07-15T00:00:00Z","lastUsedAt":"2026-06-30T18:04:11.25Z","expired":false,"createdBy":"ada@acme.test"}"#,
];

#[track_caller]
fn written(platform: &Platform, format: &str) -> String {
    let run = list(platform, &["-o", format]).exact_output().run().exits(0);
    assert_eq!(run.stderr, "");
    run.stdout
}

#[test]
fn a_table_off_a_terminal_has_full_width_and_days_alone() {
    insta::assert_snapshot!(written(&account(), "table"), @r"
    NAME         ID               CREATED AT  EXPIRES AT            LAST USED
    grafana      cm3k1x9qf000003  2026-01-15  Never                 -
    old-laptop   cm3k1x9qf000002  2019-01-01  2020-01-01 (expired)  -
    ci-pipeline  cm3k1x9qf000001  2026-01-15  2099-07-15            2026-06-30
    ");
}

#[test]
fn a_table_is_what_is_written_where_nothing_else_is_asked_for() {
    let platform = account();
    assert_eq!(list(&platform, &[]).run().exits(0).stdout, written(&platform, "table"));
}

#[test]
fn json_is_an_array_with_times_in_utc_and_null_for_what_is_absent() {
    let platform = account();
    let stdout = written(&platform, "json");
    assert_eq!(stdout, format!("[\n{}\n]\n", LINES.join(",\n")));
    assert_eq!(serde_json::from_str::<Vec<Value>>(&stdout).unwrap().len(), 3);
}

#[test]
fn jsonl_is_a_token_a_line() {
    assert_eq!(
        written(&account(), "jsonl"),
        LINES.map(|line| format!("{line}\n")).concat()
    );
}

#[test]
fn csv_has_a_header_and_the_fields_of_json() {
    assert_eq!(
        written(&account(), "csv"),
        "name,id,createdAt,expiresAt,lastUsedAt,expired,createdBy\r\n\
         grafana,cm3k1x9qf000003,2026-01-15T09:30:00Z,,,false,\r\n\
         old-laptop,cm3k1x9qf000002,2019-01-01T00:00:00Z,2020-01-01T23:59:59Z,,true,grace@acme.test\r\n\
         ci-pipeline,cm3k1x9qf000001,2026-01-15T09:30:00Z,2099-07-15T00:00:00Z,2026-06-30T18:04:11.25Z,false,ada@acme.test\r\n"
    );
}

#[test]
fn id_is_one_a_line() {
    assert_eq!(
        written(&account(), "id"),
        "cm3k1x9qf000003\ncm3k1x9qf000002\ncm3k1x9qf000001\n"
    );
}

#[test]
fn what_is_written_in_order_has_the_same_lines() {
    let platform = account();
    let header = "name,id,createdAt,expiresAt,lastUsedAt,expired,createdBy\r\n";
    for format in ["jsonl", "csv", "id"] {
        let plain = written(&platform, format);
        let plain = plain.strip_prefix(header).unwrap_or(&plain);
        let run = list(&platform, &["-o", format, "--reverse"])
            .exact_output()
            .run()
            .exits(0);
        let reversed = run.stdout.strip_prefix(header).unwrap_or(&run.stdout);
        let lines: Vec<_> = reversed.split_inclusive('\n').rev().collect();
        assert_eq!(lines.concat(), plain);
    }
}

/// The second page of 150 tokens comes to nothing.
fn half_an_account() -> Platform {
    let platform = Platform::start();
    let is_second = |seen: &Seen| seen.parameter("offset") != Some("0");
    platform.add_many(150).inject(
        Fault::answer(Call::List, ResponseTemplate::new(500))
            .always()
            .when(is_second),
    );
    platform
}

#[test]
fn lines_are_written_as_pages_arrive() {
    let platform = half_an_account();
    for (format, lines) in [("jsonl", 100), ("id", 100), ("csv", 101)] {
        let run = list(&platform, &["-o", format]).exact_output().run().exits(6);
        assert_eq!(run.stdout.lines().count(), lines, "{format}");
        assert_eq!(
            run.stderr,
            "error: the platform is too busy or failing (HTTP 500)\nhint: try again in a while\n"
        );
    }
}

#[test]
fn a_document_is_written_whole_or_not_at_all() {
    let platform = half_an_account();
    for arguments in [
        &["-o", "table"][..],
        &["-o", "json"],
        &["-o", "jsonl", "--sort", "name"],
        &["-o", "csv", "--reverse"],
    ] {
        let run = list(&platform, arguments).run().exits(6);
        assert_eq!(run.stdout, "", "{arguments:?}");
    }
}

/// Fault 38.
#[test]
fn fault_38_a_reader_who_has_seen_enough_is_no_failure() {
    let platform = Platform::start();
    platform.add_many(1000);
    for format in ["table", "json", "jsonl", "csv", "id"] {
        let program = list(&platform, &["-o", format]).exact_output();
        for program in [
            program.clone().stdout_reader_leaves_after(1),
            program.stdout_reader_gone(),
        ] {
            assert_eq!(program.run().exits(0).stderr, "", "{format}");
        }
    }
}

#[test]
fn of_an_option_that_is_given_again_the_last_counts_so_that_an_alias_can_be_overridden() {
    let run = list(&account(), &["-o", "json", "--retries", "1", "-o", "id"])
        .run()
        .exits(0);
    assert_eq!(run.stdout, "cm3k1x9qf000003\ncm3k1x9qf000002\ncm3k1x9qf000001\n");
}
