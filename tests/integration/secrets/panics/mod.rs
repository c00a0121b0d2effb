//! No input makes the program panic. The test support looks for panics in all output.

mod local_input;
mod server_input;
