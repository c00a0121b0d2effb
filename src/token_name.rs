//! Names of new tokens.

use std::fmt;
use std::iter;
use std::str::FromStr;

use crate::redact::redact;

/// A name that the server accepts for a new token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenName(String);

/// Maximum length of a name, in characters.
const MAX_NAME_LENGTH: usize = 36;

/// Error returned when parsing a [`TokenName`] fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a name has 3 to 36 characters (a-z, 0-9 and -), starts with a letter, and ends with a letter or digit{details}"
)]
pub struct InvalidName {
    /// The problem and a similar valid name, as far as they are known.
    details: String,
}

impl InvalidName {
    fn new(text: &str) -> Self {
        let is_secret = redact(text) != text;
        let problem = match (text.chars().find(|c| !is_name_char(*c)), text.len()) {
            _ if is_secret => None,
            (Some(c), _) => Some(format!("{} is not allowed", described(c))),
            (None, length @ (1..3 | 37..)) => Some(format!("this one has {length}")),
            (None, _) => match text.chars().next() {
                Some(c) if !c.is_ascii_lowercase() => Some(format!("this one starts with {}", described(c))),
                c => c.map(|_| "this one ends with `-`".to_owned()),
            },
        };
        let similar = similar_name(text).filter(|_| !is_secret).map(|name| format!("try `{name}`"));
        let details = problem.into_iter().chain(similar).map(|detail| format!("; {detail}"));
        Self { details: details.collect::<Vec<_>>().concat() }
    }
}

fn is_valid_name(text: &str) -> bool {
    (3..=MAX_NAME_LENGTH).contains(&text.len())
        && text.chars().all(is_name_char)
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
}

/// Returns `true` if a name has only the characters of a valid name, and cannot pass for an option.
pub fn is_plain_name(name: &str) -> bool {
    name.len() <= MAX_NAME_LENGTH && !name.starts_with('-') && name.chars().all(is_name_char)
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

fn described(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        '\t' => "a tab".to_owned(),
        _ if c.is_ascii_graphic() || c.is_alphanumeric() => format!("`{c}`"),
        _ => format!("the character U+{:04X}", u32::from(c)),
    }
}

/// Returns a valid name with the letters and digits of an invalid one.
fn similar_name(text: &str) -> Option<String> {
    let mut name = String::new();
    for c in text.chars().take(MAX_NAME_LENGTH).map(|c| c.to_ascii_lowercase()) {
        match c {
            c if is_name_char(c) => name.push(c),
            _ if !name.ends_with('-') => name.push('-'),
            _ => {}
        }
    }
    let name = name.trim_start_matches(|c: char| !c.is_ascii_lowercase()).trim_end_matches('-');
    is_valid_name(name).then(|| name.to_owned())
}

impl FromStr for TokenName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        if is_valid_name(text) { Ok(Self(text.to_owned())) } else { Err(InvalidName::new(text)) }
    }
}

impl TokenName {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns `run-COMMAND-xxxxxxxx`, with the characters of `command` that a name can have, and random ones at the end.
    pub fn for_command(command: &str) -> Self {
        let suffix: String = iter::repeat_with(|| fastrand::digit(36)).take(8).collect();
        let command = command.to_ascii_lowercase();
        let words = command.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let mut name = iter::once("run").chain(words).collect::<Vec<_>>().join("-");
        name.truncate(MAX_NAME_LENGTH - 1 - suffix.len());
        Self(format!("{}-{suffix}", name.trim_end_matches('-')))
    }

    /// Returns endless names for a replacement: `ci-2`, `ci-3` … for `ci`, and `ci-3`, `ci-4` … for `ci-2`.
    ///
    /// Only the digits 2 to 9 are counted up. A longer number may be a year or a build number. A long name is shortened to make
    /// room.
    pub fn successors(&self) -> impl Iterator<Item = Self> {
        let numbered = self.0.rsplit_once('-').and_then(|(stem, digits)| {
            let number: u64 = digits.parse().ok().filter(|number| (2..=9).contains(number))?;
            (digits.len() == 1 && stem.len() > 1).then_some((stem, number))
        });
        let (stem, number) = numbered.unwrap_or((&self.0, 1));
        let names = (number + 1..).map(move |number| {
            let suffix = format!("-{number}");
            let stem = stem.get(..MAX_NAME_LENGTH - suffix.len()).unwrap_or(stem);
            Self(format!("{}{suffix}", stem.trim_end_matches('-')))
        });
        // A shortened name can be the original name again.
        names.filter(move |name| name != self)
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> TokenName {
        text.parse().unwrap()
    }

    #[test]
    fn names_follow_the_server_rule() {
        for valid in ["abc", "ci-pipeline", "a1b", "a--b", &"a".repeat(36)] {
            assert!(valid.parse::<TokenName>().is_ok(), "{valid}");
        }
        for invalid in ["", "ab", "1ab", "-ab", "ab-", "Abc", "a_b", "a b", "äbc", &"a".repeat(37)] {
            assert!(invalid.parse::<TokenName>().is_err(), "{invalid}");
        }
    }

    #[test]
    fn invalid_name_is_explained() {
        let rule = "starts with a letter, and ends with a letter or digit";
        for (text, details) in [
            ("CI Run_81", "; `C` is not allowed; try `ci-run-81`"),
            ("ci\r", "; a line break is not allowed"),
            ("nightly build", "; a space is not allowed; try `nightly-build`"),
            ("na\u{301}me", "; the character U+0301 is not allowed; try `na-me`"),
            ("ab", "; this one has 2"),
            (&"x".repeat(40), &format!("; this one has 40; try `{}`", "x".repeat(36))),
            ("ci-", "; this one ends with `-`"),
            ("2nd-laptop-", "; this one starts with `2`; try `nd-laptop`"),
            ("", ""),
            ("tfy_abcdefgh", ""),
        ] {
            let error = text.parse::<TokenName>().unwrap_err().to_string();
            assert_eq!(error.split_once(rule).unwrap().1, details, "{text}");
        }
    }

    #[test]
    fn successors_count_up() {
        let long = "a".repeat(36);
        for (text, expected) in [
            ("ci", "ci-2 ci-3"),
            ("ci-2", "ci-3 ci-4"),
            ("ci-9", "ci-10 ci-11"),
            ("ci-run-81", "ci-run-81-2 ci-run-81-3"),
            ("ci-1", "ci-1-2 ci-1-3"),
            ("a-2", "a-2-2 a-2-3"),
            (&long, &format!("{0}-2 {0}-3", "a".repeat(34))),
        ] {
            let names: Vec<String> = TokenName(text.to_owned()).successors().take(2).map(|name| name.0).collect();
            assert_eq!(names.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn name_for_command_keeps_plain_characters() {
        let long = "a".repeat(40);
        for (command, expected) in [
            ("python3.12", "run-python3-12-"),
            ("My Tool.EXE", "run-my-tool-exe-"),
            ("日本", "run-"),
            (&long, &format!("run-{}-", "a".repeat(23))),
            ("aaaaaaaaaaaaaaaaaaaaaa--b", "run-aaaaaaaaaaaaaaaaaaaaaa-"),
        ] {
            let name = TokenName::for_command(command).0;
            assert_eq!(name.split_at(name.len() - 8).0, expected);
            assert!(name.parse::<TokenName>().is_ok(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn successors_are_valid_and_distinct(text in "[a-z][a-z0-9-]{1,34}[a-z0-9]") {
            let name = name(&text);
            let names: Vec<TokenName> = name.successors().take(12).collect();
            for (index, next) in names.iter().enumerate() {
                prop_assert!(next.0.parse::<TokenName>().is_ok() && *next != name && !names[..index].contains(next), "{}", next);
            }
        }
    }
}
