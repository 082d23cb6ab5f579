//! Whole-system tests: the real `rollcalld`, driven by the real `rollcall` and by an HTTP client of its own.

mod backup;
mod catalogs;
mod codes;
mod common;
mod demo;
mod formats;
mod handover;
mod heads;
mod imports;
mod modes;
mod offboard;
mod orders;
mod owned;
mod owners;
mod peers;
mod process;
mod receipts;
mod redaction;
mod retry;
mod schedule;
mod steps;
mod structure;
mod sweeps;
mod vendor;
mod verbs;
mod words;
