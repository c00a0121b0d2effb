//! Tests of `delete` without a terminal. The questions are in `terminal`.

mod concurrency;
mod current;
mod failures;
mod filters;
mod ids;
mod outcomes;
mod refusals;
