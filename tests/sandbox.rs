//! The stand-in of the platform as a program.
fn main() {}
