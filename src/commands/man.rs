//! `tfy-tokens man`

use std::io;
use std::path::Path;

use clap::builder::Resettable;
use clap::{Command, CommandFactory};
use clap_mangen::roff::{Roff, bold, roman};

use super::Context;
use crate::cli::{Cli, Man};
use crate::error::Error;
use crate::text::shown;

/// Prints the main page, or writes a page for each command into a folder.
pub fn run(arguments: &Man, context: &Context<'_>) -> Result<(), Error> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let Some(dir) = &arguments.dir else {
        let page = page(&command).map_err(Error::Output)?;
        return context.output.print(&String::from_utf8_lossy(&page));
    };
    write_all(&command, dir).map_err(|why| Error::bad_input(shown(dir), why))?;
    context
        .output
        .note(format_args!("The manual pages are in {}.", shown(dir)));
    Ok(())
}

fn write_all(command: &Command, dir: &Path) -> io::Result<()> {
    std::fs::create_dir_all(dir)?;
    for command in std::iter::once(command).chain(command.get_subcommands()) {
        std::fs::write(dir.join(format!("{}.1", title(command))), page(command)?)?;
    }
    Ok(())
}

/// The name of a command's page.
fn title(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// A command's page: what its long help says, in the order and under the headings of a manual.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let help = command.get_after_long_help().map(ToString::to_string);
    let (prose, sections) = split(help.as_deref().unwrap_or_default());
    let about = command.get_long_about().or_else(|| command.get_about());
    let about: Vec<String> = about.map(ToString::to_string).into_iter().chain(prose).collect();
    let usage = command.clone().render_usage().to_string();
    let is_part = !command.has_subcommands();

    let command = command
        .clone()
        .version(Resettable::Reset)
        .after_long_help(Resettable::Reset)
        .long_about(about.join("\n\n"))
        .override_usage(usage.trim_start_matches("Usage: ").to_owned())
        .subcommand_help_heading("COMMANDS");
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .source(concat!("tfy-tokens ", env!("CARGO_PKG_VERSION")))
        .render(&mut page)?;
    for (heading, lines) in sections {
        let mut section = Roff::new();
        section
            .control("SH", [heading.to_uppercase().as_str()])
            .control("nf", []);
        for line in lines {
            section.text([roman(line)]);
        }
        section.control("fi", []);
        page.extend(section.to_roff().into_bytes());
    }
    if is_part {
        let mut section = Roff::new();
        section
            .control("SH", ["SEE ALSO"])
            .text([bold("tfy-tokens"), roman("(1)")]);
        page.extend(section.to_roff().into_bytes());
    }
    Ok(page)
}

/// Takes the text behind a command's options apart: the paragraphs under no heading, and each heading with its indented lines.
fn split(help: &str) -> (Vec<String>, Vec<(&str, Vec<&str>)>) {
    let mut prose = Vec::new();
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in help.lines() {
        match (line.strip_prefix("  "), line.strip_suffix(':'), sections.last_mut()) {
            (Some(line), _, Some((_, lines))) => lines.push(line),
            (None, Some(heading), _) => sections.push((heading, Vec::new())),
            (None, None, Some((_, lines))) => lines.push(line),
            _ if line.is_empty() => {}
            _ => prose.push(line.to_owned()),
        }
    }
    for (_, lines) in &mut sections {
        while lines.last().is_some_and(|line| line.is_empty()) {
            lines.pop();
        }
    }
    (prose, sections)
}
