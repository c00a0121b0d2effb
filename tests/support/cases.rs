//! Tables of cases as text.

/// One line of a table; [`Case::columns`] destructures it.
#[derive(Debug)]
pub struct Case<'a>(&'a str);

/// The cases of a table: one a line, its columns separated by ` | `. Empty lines and lines that begin with `#` are ignored.
pub fn cases(table: &str) -> impl Iterator<Item = Case<'_>> {
    let lines = table.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(Case)
}

impl<'a> Case<'a> {
    /// The columns without the spaces around them. Panics unless there are exactly `COUNT`.
    #[track_caller]
    pub fn columns<const COUNT: usize>(&self) -> [&'a str; COUNT] {
        let columns: Vec<&str> = self.0.split('|').map(str::trim).collect();
        let columns = columns.try_into();
        columns.unwrap_or_else(|_| panic!("not {COUNT} columns: {}", self.0))
    }
}
