//! `tfy-tokens man`

use std::io;
use std::path::Path;

use clap::CommandFactory;

use super::Context;
use crate::cli::{Cli, Man};
use crate::error::Error;

/// Prints the main page, or writes a page for each command into a folder.
pub fn run(arguments: &Man, context: &Context<'_>) -> Result<(), Error> {
    let Some(dir) = &arguments.dir else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command())
            .render(&mut page)
            .map_err(Error::Output)?;
        return context.output.data(&String::from_utf8_lossy(&page));
    };
    write_all(dir).map_err(|why| Error::bad_input(dir.display().to_string(), why))?;
    context
        .output
        .note(format_args!("The manual pages are in {}.", dir.display()));
    Ok(())
}

fn write_all(dir: &Path) -> io::Result<()> {
    std::fs::create_dir_all(dir)?;
    clap_mangen::generate_to(Cli::command(), dir)
}
