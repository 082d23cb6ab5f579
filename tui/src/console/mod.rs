//! The console: `key → command → message → update(state) → effects → answers → view(state)`.
//!
//! `update` is pure and `view` only looks; what touches the terminal stands in `terminal` and `painter`, what asks the
//! daemon in `effect`, and `app` drives them.

pub mod api;
pub mod app;
pub mod canvas;
mod client;
pub mod command;
pub mod deed;
mod effect;
pub mod export;
pub mod hint;
mod kept;
pub mod keymap;
pub mod message;
pub mod painter;
pub mod pen;
mod scroll;
pub mod state;
mod terminal;
pub mod theme;
pub mod update;
pub mod view;
pub mod widgets;

pub use app::{ConsoleError, Ending, Options, run};

#[cfg(test)]
mod tests;
