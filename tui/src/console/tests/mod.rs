//! The console as an admin meets it: keys in, screens out.

mod bytes;
mod changes;
mod fixtures;
mod link;
mod screens;
mod table;
