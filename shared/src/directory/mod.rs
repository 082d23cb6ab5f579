//! The in-memory columnar view of everything: the fold of the journals.
//!
//! [`State::apply`] is the only way anything gets in, for the live change, the replay after a start and the state as of
//! a date alike. A clone of a [`State`] is cheap and never changes; whoever reads works on a clone.

pub mod checkpoint;

mod activity;
mod apply;
mod bits;
mod check;
mod chunk;
mod chunked;
mod column;
mod digest;
mod error;
mod flags;
mod fold;
mod hash;
mod lookup;
mod offices;
mod owned;
mod parallel;
mod query;
mod records;
mod rights;
mod row;
mod scan;
mod seats;
mod seen;
mod sieve;
mod state;
mod table;
mod tenant;

pub use activity::ACTIVITY_DAYS;
pub use error::{ApplyError, QueryError};
pub use lookup::Lookup;
pub use offices::Staying;
pub use owned::AssetLookup;
pub use scan::FactsChunk;
pub use state::State;
pub use tenant::TenantView;

#[cfg(test)]
pub(crate) mod tests;
