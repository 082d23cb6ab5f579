//! Pieces the screens are drawn with.

pub mod popup;
pub mod sparkline;
pub mod table;
pub mod text;
