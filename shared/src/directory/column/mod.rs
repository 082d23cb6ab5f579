//! Columns of a chunk of accounts: sparse optional values, texts, what sign-ins move, interned values.

pub(crate) mod codes;
pub(crate) mod heap;
pub(crate) mod hot;
pub(crate) mod interned;
pub(crate) mod sparse;
pub(crate) mod texts;
