//! What is told of each try of a request.

use std::time::Duration;

/// One try, to be told of. Nothing in it is secret.
#[derive(Debug)]
pub struct Try<'a> {
    /// `GET`, `POST`, `DELETE`.
    pub method: &'a str,
    /// Path and query, as sent.
    pub path: &'a str,
    /// The status of the answer, if one came.
    pub status: Option<u16>,
    /// From its beginning, a connection that had to be made included, to the last byte received.
    pub took: Duration,
    /// Which try of the request this is, from 1.
    pub number: u32,
    /// Where another follows: how many there are at most.
    pub repeated_of: Option<u32>,
}

/// Who is told of each try.
pub type Trace = Box<dyn Fn(&Try<'_>)>;
