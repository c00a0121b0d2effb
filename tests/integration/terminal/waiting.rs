//! The line that says how far something has come: while it is there, and when it is gone.

use wiremock::ResponseTemplate;

use super::add;
use crate::support::platform::{Call, Fault, Platform};
use crate::support::program::Program;
use crate::support::servers::{NobodyThere, RawServer, Script};
use crate::support::terminal::Terminal;

/// An answer that has the same request come again in so many seconds.
fn busy(seconds: &str) -> ResponseTemplate {
    ResponseTemplate::new(503).insert_header("Retry-After", seconds)
}

fn against(platform: &Platform) -> Program {
    Program::against(platform.url(), platform.key())
}

#[test]
fn ctrl_c_leaves_no_line_behind() {
    for columns in [80, 20, 12] {
        let server = RawServer::answering(vec![Script::Silence]);
        let program = Program::against(server.url(), "some-key-of-mine").arg("list");
        let mut session = Terminal::size(columns, 12).run(&program);
        session.wait_for(if columns > 20 { "Reading tokens" } else { "Readin" });
        if columns > 20 {
            assert!(session.screen().ends_with(" Reading tokens"), "{}", session.screen());
        }
        session.ctrl_c();
        let screen = session.finish().exits(130).screen;
        let error = "error: cancelled: the listing is incomplete";
        assert_eq!(screen.replace('\n', ""), error, "{columns}");
    }
}

#[test]
fn ctrl_c_while_tokens_are_deleted_leaves_what_was_done_and_the_error() {
    let platform = Platform::start();
    add(&platform, ["laptop", "ci"]);
    let id = platform.tokens()[0].id.clone();
    platform.inject(Fault::answer(Call::Delete, busy("60")).when(move |seen| seen.path.ends_with(&id)));
    let program = against(&platform).args(["delete", "laptop", "ci", "--yes"]);
    let mut session = Terminal::size(80, 12).run(&program);
    session.wait_for(" Deleting tokens: the platform answered 503, trying again (2 of 3)");
    session.ctrl_c();
    let screen = session.finish().exits(130).screen;
    assert!(!screen.contains("Deleting"), "{screen}");
    let end = "\nerror: cancelled: tokens that are not listed above may have been deleted too";
    assert!(
        screen.starts_with("Deleted laptop") && screen.ends_with(end),
        "{screen}"
    );
}

#[test]
fn a_platform_that_cannot_be_reached_is_told_while_it_is_tried_again() {
    let nobody = NobodyThere::new();
    for command in [&["list"][..], &["delete", "ci"], &["list", "-o", "id"]] {
        let program = Program::against(nobody.url(), "some-key-of-mine").args(command);
        let finished = Terminal::size(80, 12).run(&program).finish().exits(6);
        let told = " Reading tokens: the platform cannot be reached, trying again (3 of 3)";
        assert!(finished.output.contains(told), "{}", finished.output);
        let screen = finished.screen;
        assert!(!screen.contains("Reading") && screen.contains("error: "), "{screen}");
    }
}

#[test]
fn a_listing_that_goes_to_a_file_is_told_at_the_terminal_and_the_file_has_nothing_else() {
    let platform = Platform::start();
    add(&platform, ["laptop", "ci"]);
    let expected = against(&platform).arg("list").run().exits(0).stdout;
    platform.answer_once(Call::List, busy("2"));
    let program = against(&platform).arg("list").stdout_to_file();
    let finished = Terminal::size(80, 12).run(&program).finish().exits(0);
    let told = " Reading tokens: the platform answered 503, trying again (2 of 3)";
    assert!(finished.output.contains(told), "{}", finished.output);
    assert_eq!((finished.stdout, finished.screen.as_str()), (expected, ""));
}

#[test]
fn a_creation_that_takes_long_is_told_and_the_telling_goes_away() {
    let platform = Platform::start();
    platform.answer_once(Call::Create, busy("2"));
    let program = against(&platform).args(["create", "laptop"]);
    let program = program.stdout_to_file().delivers_value();
    let finished = Terminal::size(80, 12).run(&program).finish().exits(0);
    let told = " Creating the token: the platform answered 503, trying again (2 of 3)";
    assert!(finished.output.contains(told), "{}", finished.output);
    assert_eq!(finished.screen, "Creating the token laptop, which never expires");
}

#[test]
fn a_warning_is_on_a_line_of_its_own() {
    let platform = Platform::start();
    add(&platform, ["ci"]);
    platform.answer_once(Call::List, busy("3"));
    platform.answer_once(Call::Session, busy("1"));
    platform.answer_once(Call::Session, ResponseTemplate::new(404));
    let program = against(&platform).args(["delete", "ci", "--dry-run"]);
    let session = Terminal::size(200, 12).run(&program);
    session.wait_for("Reading tokens");
    session.wait_for("warning: cannot tell");
    let screen = session.finish().exits(0).screen;
    assert!(
        screen.starts_with("warning: cannot tell") && !screen.contains("Reading"),
        "{screen}"
    );
}

/// Fault 38.
#[test]
fn fault_38_a_dumb_terminal_gets_no_line() {
    let platform = Platform::start();
    platform.answer_once(Call::List, busy("1"));
    let program = against(&platform).args(["list"]).env("TERM", "dumb");
    let finished = Terminal::size(80, 12).run(&program).finish().exits(0);
    assert_eq!(finished.output, "There is no token.\r\n");
}
