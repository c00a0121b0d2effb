//! `tfy-tokens`: hands its arguments and environment to the library and exits with the code that comes back.

use std::process::ExitCode;

fn main() -> ExitCode {
    tfy_tokens::run(std::env::args_os(), std::env::vars_os())
}
