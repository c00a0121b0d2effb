//! Help at a terminal.

use super::{COMMANDS, program};
use crate::support::{Terminal, cases};

#[test]
fn help_fits_window() {
    for columns in [80_u16, 100, 240] {
        for command in COMMANDS {
            let program = program(command).args("--help").env("NO_COLOR", "1");
            let finished = Terminal::size(columns, 24).run(&program).finish().exits(0);
            for line in finished.output.lines() {
                assert!(line.chars().count() <= columns.min(100).into(), "{command}: {line:?}");
            }
        }
    }
}

#[test]
fn help_is_colored_like_output() {
    for case in cases(
        "terminal | TERM=xterm       |                | colored
         terminal | TERM=dumb        |                | plain
         terminal | NO_COLOR=1       |                | plain
         pipe     |                  |                | plain
         pipe     | CLICOLOR_FORCE=1 |                | colored
         pipe     |                  | --color always | colored
         pipe     | CLICOLOR_FORCE=1 | --color=never  | plain",
    ) {
        let [stream, variable, option, expected] = case.columns();
        let program = program("list -h").envs(variable).args(option).colored();
        let output = match stream {
            "terminal" => Terminal::size(80, 60).run(&program).finish().exits(0).output,
            _ => program.run().exits(0).stdout,
        };
        assert_eq!(output.contains("\u{1b}["), expected == "colored", "{case:?}");
    }
}
