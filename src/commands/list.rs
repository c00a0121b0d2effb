//! `tfy-tokens list`

use jiff::Timestamp;

use super::{Context, all};
use crate::api::Pages;
use crate::cli::List;
use crate::error::Error;
use crate::output::{CSV_HEADER, Format, READING, Table, csv_row, json_lines, token_json};
use crate::select::{Filter, sort};
use crate::text::clean;
use crate::token::Token;

/// What a token must be like to be listed.
struct Wanted {
    filter: Filter,
    /// In lower case. The platform is asked for it too; one that does not heed it must not make the listing name other tokens.
    search: Option<String>,
}

impl Wanted {
    fn new(arguments: &List) -> Self {
        Self {
            filter: filter(arguments),
            search: arguments.search.as_ref().map(|text| text.to_lowercase()),
        }
    }

    fn fits(&self, token: &Token, now: Timestamp) -> bool {
        let has = |text: &str| {
            token
                .exact_name()
                .is_some_and(|name| name.to_lowercase().contains(text))
        };
        self.search.as_deref().is_none_or(has) && self.filter.fits(token, now)
    }
}

/// Lists tokens: as pages arrive where the format allows it, else when all are there.
pub async fn run(arguments: &List, context: &Context<'_>) -> Result<(), Error> {
    let client = context.client().await?;
    let pages = client.pages(arguments.search.as_deref());
    let format = context.output.format();
    let can_stream =
        matches!(format, Format::Jsonl | Format::Csv | Format::Id) && arguments.sort.is_none() && !arguments.reverse;
    let count = if can_stream {
        stream(pages, arguments, context).await?
    } else {
        let mut tokens = collect(pages, arguments, context).await?;
        if let Some(order) = arguments.sort {
            sort(&mut tokens, order);
        }
        if arguments.reverse {
            tokens.reverse();
        }
        if !tokens.is_empty() || format != Format::Table {
            context.output.data(document(&tokens, context)).await?;
        }
        tokens.len()
    };
    if count == 0 {
        context.output.note(nothing_found(arguments));
    }
    Ok(())
}

/// Writes the tokens of each page as it comes, and counts them.
async fn stream(mut pages: Pages<'_>, arguments: &List, context: &Context<'_>) -> Result<usize, Error> {
    let output = &context.output;
    let progress = output.progress(READING);
    let wanted = Wanted::new(arguments);
    let (mut count, mut read) = (0, 0);
    // The header waits for the first page: a listing that fails before leaves standard output empty.
    let mut text = heading(output.format()).to_owned();
    while let Some(tokens) = progress.during(pages.next()).await? {
        let fitting = tokens.iter().filter(|token| wanted.fits(token, context.now));
        text.extend(fitting.inspect(|_| count += 1).map(|token| line(token, context)));
        progress.clear();
        output.data(std::mem::take(&mut text)).await?;
        read += tokens.len();
        progress.set(read, pages.total());
    }
    output.data(text).await?;
    Ok(count)
}

async fn collect(pages: Pages<'_>, arguments: &List, context: &Context<'_>) -> Result<Vec<Token>, Error> {
    let progress = context.output.progress(READING);
    let mut tokens = progress.during(all(pages, &progress)).await?;
    let wanted = Wanted::new(arguments);
    tokens.retain(|token| wanted.fits(token, context.now));
    Ok(tokens)
}

/// All tokens in the format that was asked for.
fn document(tokens: &[Token], context: &Context<'_>) -> String {
    match context.output.format() {
        Format::Table => Table::new(tokens, &context.output.look(context.now)).text(),
        Format::Json => {
            let documents: Vec<String> = tokens.iter().map(|token| token_json(token, context.now)).collect();
            json_lines(&documents)
        }
        format @ (Format::Csv | Format::Jsonl | Format::Id) => {
            let lines: String = tokens.iter().map(|token| line(token, context)).collect();
            heading(format).to_owned() + &lines
        }
    }
}

/// What stands above the lines of a format that has one for each token.
fn heading(format: Format) -> &'static str {
    if format == Format::Csv { CSV_HEADER } else { "" }
}

/// One token, in a format that has a line for each.
fn line(token: &Token, context: &Context<'_>) -> String {
    let is_terminal = context.output.stdout.is_terminal;
    match context.output.format() {
        Format::Csv => csv_row(token, context.now, is_terminal),
        // An id with a line break in it would be read as two.
        Format::Id if is_terminal || token.id.as_segment().is_none() => format!("{}\n", token.id),
        Format::Id => format!("{}\n", token.id.exact()),
        Format::Table | Format::Json | Format::Jsonl => token_json(token, context.now) + "\n",
    }
}

fn filter(arguments: &List) -> Filter {
    Filter {
        active: arguments.active,
        expired: arguments.expired,
        expires_within: arguments.expires_within,
        unused_for: arguments.unused_for,
    }
}

fn nothing_found(arguments: &List) -> String {
    let named = arguments
        .search
        .as_ref()
        .map(|text| format!(" with `{}` in its name", clean(text)));
    let like = filter(arguments).described();
    format!("There is no token{}{like}.", named.unwrap_or_default())
}
