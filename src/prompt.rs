//! Questions at a terminal. They are written to standard error, and an answer is a key pressed: nothing that a pipe could say.
//!
//! They look as dialoguer draws them. The keys are heard here: dialoguer's own questions do not hear the end of input or a signal,
//! take what was typed before they were asked, and leave the cursor hidden after Ctrl-C.

mod keyboard;
mod line;
mod picker;
mod screen;

use std::fmt::{self, Display};
use std::io::{self, IsTerminal};
use std::str::FromStr;

use console::{Key, Term};
use dialoguer::theme::{SimpleTheme, Theme};

use keyboard::Keyboard;
pub use picker::Choices;

use crate::environment::Environment;
use crate::error::Error;
use crate::output::is_listened_to;

/// A terminal with someone at it.
///
/// Whoever leaves a question is told so by [`Error::Cancelled`], which says `otherwise`. Each question may be dropped at any point,
/// as on a signal: the terminal is then left as it was found.
pub struct Prompt {
    term: Term,
    is_dumb: bool,
}

impl Prompt {
    /// The terminal, where there is one on both sides: to read the answer from, and to write the question to.
    pub fn open(environment: &Environment) -> Option<Self> {
        let is_attended = io::stdin().is_terminal() && io::stderr().is_terminal();
        is_attended.then(|| Self {
            term: Term::buffered_stderr(),
            is_dumb: environment.is("TERM", "dumb"),
        })
    }

    /// Asks a question whose default is no, by one key. `Ok` means yes, said after the question was shown; any other character is
    /// a no.
    pub async fn confirm(&self, question: &str, otherwise: &'static str) -> Result<(), Error> {
        let mut keyboard = Keyboard::take(&self.term).map_err(Error::Terminal)?;
        let asked = drawn(|text| SimpleTheme.format_confirm_prompt(text, question, Some(false)));
        let _line = OpenLine::begin(&self.term, &asked);
        let is_yes = loop {
            match keyboard.key().await {
                Some(Key::Char('y' | 'Y')) => break true,
                Some(Key::Enter) | None => break false,
                Some(Key::Char(other)) if !other.is_control() => break false,
                // An arrow, or what a terminal reports by itself.
                Some(_) => {}
            }
        };
        put(&self.term, if is_yes { "yes" } else { "no" });
        is_yes.then_some(()).ok_or(Error::Cancelled(otherwise))
    }

    /// Asks for a line until it is one that can be used.
    pub async fn text<T>(&self, question: &str, otherwise: &'static str) -> Result<T, Error>
    where
        T: FromStr<Err: Display>,
    {
        let mut keyboard = Keyboard::take(&self.term).map_err(Error::Terminal)?;
        let asked = drawn(|text| SimpleTheme.format_input_prompt(text, question, None));
        loop {
            let text = line::read(&asked, &self.term, &mut keyboard).await;
            match text.ok_or(Error::Cancelled(otherwise))?.parse() {
                Ok(answer) => return Ok(answer),
                Err(why) => {
                    let told = drawn(|text| SimpleTheme.format_error(text, &why.to_string()));
                    put(&self.term, &(told + "\n"));
                }
            }
        }
    }

    /// Whether the terminal can draw a list to pick from.
    pub fn can_pick(&self) -> bool {
        !self.is_dumb
    }

    /// Lets some of several rows be picked: type to filter, space to mark. The answer is their indices, in order.
    pub async fn pick(&self, choices: &Choices<'_>, otherwise: &'static str) -> Result<Vec<usize>, Error> {
        let mut keyboard = Keyboard::take(&self.term).map_err(Error::Terminal)?;
        let picked = picker::pick(choices, &self.term, &mut keyboard).await;
        picked.ok_or(Error::Cancelled(otherwise))
    }
}

/// A line that waits for its end, and is ended however the question is.
struct OpenLine<'a>(&'a Term);

impl<'a> OpenLine<'a> {
    fn begin(term: &'a Term, text: &str) -> Self {
        put(term, text);
        Self(term)
    }
}

impl Drop for OpenLine<'_> {
    fn drop(&mut self) {
        put(self.0, "\n");
    }
}

/// What the theme makes of a part of a question.
fn drawn(draw: impl FnOnce(&mut String) -> fmt::Result) -> String {
    let mut text = String::new();
    // Writing to memory does not fail.
    let _ = draw(&mut text);
    text
}

/// Writes to the terminal. One that has gone away shows itself when the next key is waited for.
fn put(mut term: &Term, text: &str) {
    let _ = io::Write::write_all(&mut term, text.as_bytes());
    if is_listened_to() {
        let _ = term.flush();
    }
}
