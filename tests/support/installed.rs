//! Programs that a system may lack.

use std::env;
use std::io::{self, Write as _};

/// Whether the program is found; where it is not, the output of the tests says what is skipped for want of it.
pub fn is_installed(program: &str, needed_for: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let is_installed = env::split_paths(&path).any(|folder| folder.join(program).is_file());
    if !is_installed {
        // Past the capture of the test's output, which is shown of failures alone.
        writeln!(io::stderr(), "skipped: {needed_for}: there is no {program} here").ok();
    }
    is_installed
}
