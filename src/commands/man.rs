//! `tfy-tokens man`

use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use clap::builder::Resettable;
use clap::{Command, CommandFactory};
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::usage::is_command;
use crate::cli::{Cli, Man};
use crate::error::{Failure, Kind};
use crate::output::{self, Output};
use crate::untrusted::display_path;

/// Shows or prints the main page, or writes a page for each command into a directory.
pub fn run(arguments: &Man, output: &Output) -> anyhow::Result<()> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let Some(directory) = &arguments.dir else {
        let page = page(&command).context("cannot generate the manual page")?;
        if output.stdout.is_terminal {
            // Returns only if no viewer is installed.
            view(&page);
        }
        return output::print(&String::from_utf8_lossy(&page));
    };
    if let Some(name) = directory.to_str().filter(|name| is_command(name)) {
        let hint = format!("run `tfy-tokens help {name}`, or pass `./{name}` to write the pages into that directory");
        return Err(Failure::invalid("DIR", format_args!("`{name}` is a command")).hint(hint).into());
    }
    write_all(&command, directory).map_err(|error| {
        let message = format!("cannot write the manual pages to {}", display_path(directory));
        Failure::new(Kind::Usage, message).caused_by(error)
    })?;
    output.note(format_args!("Saved the manual pages to {}.", display_path(directory)));
    Ok(())
}

/// Replaces the program with a viewer of manual pages, which reads the page from a file without a name.
#[cfg(unix)]
fn view(page: &[u8]) {
    use std::io::Seek;
    use std::os::unix::process::CommandExt;

    let (program, arguments) =
        if cfg!(target_os = "macos") { ("mandoc", &["-a"][..]) } else { ("man", &["-l", "-"][..]) };
    let open = || -> io::Result<_> {
        let mut file = tempfile::tempfile()?;
        file.write_all(page)?;
        file.rewind()?;
        Ok(file)
    };
    if let Ok(file) = open() {
        let _ = std::process::Command::new(program).args(arguments).stdin(file).exec();
    }
}

#[cfg(not(unix))]
fn view(_: &[u8]) {}

fn write_all(command: &Command, directory: &Path) -> io::Result<()> {
    std::fs::create_dir_all(directory)?;
    for command in std::iter::once(command).chain(command.get_subcommands()) {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name());
        // A page replaces a link of its name, and is complete or absent.
        #[cfg_attr(not(unix), expect(unused_mut, reason = "used on Unix"))]
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(directory)?;
        file.as_file_mut().write_all(&page(command)?)?;
        file.persist(directory.join(format!("{name}.1")))?;
    }
    Ok(())
}

/// Generates the page of a command, with the texts of the long help.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let after_help = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let usage = command.clone().render_usage().to_string();
    let is_subcommand = !command.has_subcommands();
    let subcommands =
        command.get_subcommands().filter_map(|command| command.get_display_name()).map(str::to_owned).collect();
    let command = command
        .clone()
        .version(Resettable::Reset)
        .after_help(Resettable::Reset)
        .after_long_help(Resettable::Reset)
        .override_usage(usage.trim_start_matches("Usage: ").to_owned())
        .subcommand_help_heading("COMMANDS");
    let mut page = Vec::new();
    clap_mangen::Man::new(command).source(concat!("tfy-tokens ", env!("CARGO_PKG_VERSION"))).render(&mut page)?;
    let mut sections = sections(&after_help);
    sections.sort_by_key(|(heading, _)| *heading == "Examples");
    for (heading, lines) in sections {
        let mut section = Roff::new();
        section.control("SH", [heading.to_uppercase().as_str()]).control("nf", []);
        for line in lines {
            section.text([roman(line)]);
        }
        section.control("fi", []);
        page.extend(section.to_roff().into_bytes());
    }
    let mut see_also = Roff::new();
    see_also.control("SH", ["SEE ALSO"]);
    let names: Vec<String> = if is_subcommand { vec!["tfy-tokens".to_owned()] } else { subcommands };
    for (index, name) in names.iter().enumerate() {
        let end = if index + 1 < names.len() { "(1)," } else { "(1)" };
        see_also.text([bold(name), roman(end)]);
    }
    page.extend(see_also.to_roff().into_bytes());
    Ok(page)
}

/// Splits the text after the options into sections: a heading and its lines. A heading ends with a colon and is not indented.
fn sections(help: &str) -> Vec<(&str, Vec<&str>)> {
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in help.lines() {
        match (line.strip_suffix(':').filter(|line| !line.starts_with(' ')), sections.last_mut()) {
            (Some(heading), _) => sections.push((heading, Vec::new())),
            (None, Some((_, lines))) => lines.push(line.strip_prefix("  ").unwrap_or(line)),
            (None, None) => {}
        }
    }
    for (_, lines) in &mut sections {
        while lines.last().is_some_and(|line| line.is_empty()) {
            lines.pop();
        }
    }
    sections
}
