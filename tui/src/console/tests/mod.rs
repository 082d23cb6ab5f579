//! The console as an admin meets it: keys in, screens out.

mod account;
mod bytes;
mod changes;
mod columns;
mod deleting;
mod exporting;
mod fixtures;
mod flows;
mod governing;
mod inviting;
mod leaving;
mod link;
mod marking;
mod matrix;
mod members;
mod menus;
mod range;
mod screens;
mod table;
mod undoing;
mod zooming;
