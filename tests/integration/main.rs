//! The tests, through the binary as a user would run it.
