//! The console as an admin meets it: keys in, screens out.

mod bytes;
mod changes;
mod fixtures;
mod flows;
mod governing;
mod inviting;
mod leaving;
mod link;
mod matrix;
mod screens;
mod table;
