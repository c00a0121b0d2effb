//! Errors of the server, and responses that are not those of the API.

mod statuses;
mod unexpected_responses;
