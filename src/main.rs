//! The `tfy-tokens` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    tfy_tokens::run(std::env::args_os())
}
