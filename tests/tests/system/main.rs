//! Whole-system tests: the real `rollcalld`, driven by the real `rollcall` and by an HTTP client of its own.

mod backup;
mod codes;
mod common;
mod demo;
mod formats;
mod imports;
mod modes;
mod owners;
mod peers;
mod process;
mod retry;
mod schedule;
mod sweeps;
mod vendor;
mod verbs;
