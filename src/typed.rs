//! What was typed for an option, where the parser cannot say: because it refuses the command line, or is not to run at all.

use std::ffi::OsString;

/// The letters of the options without a value, which may stand before another in one argument: `-qo json`.
const FLAGS: [char; 5] = ['q', 'v', 'y', 'h', 'V'];

/// The values of an option, in any of the forms that the parser takes. There the last one counts.
pub fn values<'a>(arguments: &'a [OsString], long: &str, short: Option<char>) -> Vec<&'a str> {
    let texts = arguments.iter().map(|argument| argument.to_str().unwrap_or_default());
    let mut words = texts.take_while(|word| *word != "--");
    let mut values = Vec::new();
    while let Some(word) = words.next() {
        let glued = match word.strip_prefix("--") {
            Some(option) if option == long => None,
            Some(option) => match option.split_once('=') {
                Some((name, glued)) if name == long => Some(glued),
                _ => continue,
            },
            None => match word.strip_prefix('-').and_then(|letters| behind(letters, short?)) {
                Some("") => None,
                Some(glued) => Some(glued.strip_prefix('=').unwrap_or(glued)),
                None => continue,
            },
        };
        values.extend(glued.or_else(|| words.next()));
    }
    values
}

/// What stands behind the letter of an option in an argument of letters.
fn behind(letters: &str, short: char) -> Option<&str> {
    letters.trim_start_matches(FLAGS).strip_prefix(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_in_each_form_that_the_parser_takes() {
        for (line, expected) in [
            ("list -o json", &["json"][..]),
            ("list -ojson", &["json"]),
            ("list -o=json", &["json"]),
            ("list -qojson", &["json"]),
            ("list -vo json", &["json"]),
            ("-yqo=json delete", &["json"]),
            ("list --output json", &["json"]),
            ("list --output=json", &["json"]),
            ("list -o csv --output json", &["csv", "json"]),
            ("list --output= json", &[""]),
            ("list -o", &[]),
            ("list --outputs json", &[]),
            ("list -xo json", &[]),
            ("delete -- -o json", &[]),
            ("list", &[]),
        ] {
            let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert_eq!(values(&arguments, "output", Some('o')), expected, "{line}");
        }
    }
}
