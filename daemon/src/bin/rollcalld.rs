//! rollcalld.
fn main() {}
