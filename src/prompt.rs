//! Questions at a terminal. They are written to standard error, and an answer is a key pressed: nothing that a pipe could say.

mod picker;

use std::fmt::Display;
use std::io::{self, IsTerminal};
use std::str::FromStr;

use console::{Key, Term};
use dialoguer::Input;
use dialoguer::theme::SimpleTheme;

pub use picker::Choices;

use crate::error::Error;
use crate::settings::Environment;

/// What Ctrl-D sends: the end of input, as a terminal's user says it.
const END_OF_INPUT: char = '\u{4}';

/// A terminal with someone at it.
pub struct Prompt {
    term: Term,
    is_dumb: bool,
}

impl Prompt {
    /// The terminal, where there is one on both sides: to read the answer from, and to write the question to.
    pub fn open(environment: &Environment) -> Option<Self> {
        let is_attended = io::stdin().is_terminal() && io::stderr().is_terminal();
        is_attended.then(|| Self {
            term: Term::stderr(),
            is_dumb: environment.is("TERM", "dumb"),
        })
    }

    /// Asks a question whose default is no. `Ok` means yes; no, Esc, Ctrl-C and the end of input are all
    /// [`Error::Cancelled`], which says `otherwise`.
    ///
    /// dialoguer's own question would not hear the end of input, and would leave the cursor hidden after Ctrl-C.
    pub fn confirm(&self, question: &str, otherwise: &'static str) -> Result<(), Error> {
        self.term
            .write_str(&format!("{question} [y/N] "))
            .map_err(Error::Terminal)?;
        loop {
            let answer = match self.term.read_key_raw() {
                Ok(Key::Char('y' | 'Y')) => true,
                Ok(Key::Char('n' | 'N' | END_OF_INPUT) | Key::Enter | Key::Escape | Key::CtrlC) | Err(_) => false,
                Ok(_) => continue,
            };
            let _ = self.term.write_line(if answer { "yes" } else { "no" });
            return if answer {
                Ok(())
            } else {
                Err(Error::Cancelled(otherwise))
            };
        }
    }

    /// Asks for a line until it is one that can be used.
    pub fn text<T>(&self, question: &str, otherwise: &'static str) -> Result<T, Error>
    where
        T: FromStr<Err: Display>,
    {
        let check = |text: &String| text.parse::<T>().map(drop).map_err(|error| error.to_string());
        let text = Input::with_theme(&SimpleTheme)
            .with_prompt(question)
            .validate_with(check)
            .interact_text_on(&self.term);
        let text: String = text.map_err(|_| Error::Cancelled(otherwise))?;
        text.parse().map_err(|error: T::Err| Error::bad_input(question, error))
    }

    /// Whether the terminal can draw a list to pick from.
    pub fn can_pick(&self) -> bool {
        !self.is_dumb
    }

    /// Lets some of several lines be picked: type to filter, space to mark. The answer is their indices, in order.
    pub fn pick(&self, choices: &Choices<'_>, otherwise: &'static str) -> Result<Vec<usize>, Error> {
        picker::pick(&self.term, choices)
            .map_err(Error::Terminal)?
            .ok_or(Error::Cancelled(otherwise))
    }
}
