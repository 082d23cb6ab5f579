//! Which accounts of a chunk a sweep may concern: columns are asked 64 accounts at a time, before any account is read.

use super::bits::{WORD, those};
use super::chunk::{Chunk, Date, ROWS};
use super::column::codes::Codes;
use super::column::interned::PRIVILEGED;
use crate::rules::sweeps::Concern;

/// What a sweep is about, as columns are asked.
pub(super) struct Sieve<'a> {
    concerns: Vec<(Pattern, Concern)>,
    /// The bits of each set of roles.
    sets: &'a [u8],
}

/// The words of an account that must be so.
#[derive(Debug, Clone, Copy)]
struct Pattern {
    mask: u16,
    value: u16,
}

impl Pattern {
    fn of(concern: &Concern) -> Self {
        let (mut mask, mut value) = (Codes(0), Codes(0));
        mask.set_status(u16::MAX);
        value.set_status(concern.status as u16);
        if let Some(kind) = concern.kind {
            mask.set_kind(u16::MAX);
            value.set_kind(kind as u16);
        }
        if let Some(by) = concern.status_by {
            mask.set_status_by(u16::MAX);
            value.set_status_by(by as u16);
        }
        if let Some(mfa) = concern.mfa {
            mask.set_mfa(u16::MAX);
            value.set_mfa(mfa as u16);
        }
        Pattern {
            mask: mask.0,
            value: value.0,
        }
    }
}

impl<'a> Sieve<'a> {
    pub fn new(concerns: &[Concern], sets: &'a [u8]) -> Self {
        let concerns = concerns.iter().map(|c| (Pattern::of(c), *c)).collect();
        Sieve { concerns, sets }
    }

    /// A bit for each row of a chunk that the sweep may concern.
    pub fn rows(&self, chunk: &Chunk) -> [u64; ROWS / WORD] {
        let mut rows = [0; ROWS / WORD];
        for (at, codes) in chunk.codes.chunks(WORD).enumerate() {
            for (pattern, concern) in &self.concerns {
                let fit = those(codes, |code| code & pattern.mask == pattern.value);
                if fit != 0 {
                    rows[at] |= self.left(fit, chunk, at, concern);
                }
            }
        }
        rows
    }

    /// What other columns leave of the rows whose words fit.
    fn left(&self, mut fit: u64, chunk: &Chunk, at: usize, concern: &Concern) -> u64 {
        let first = at * WORD;
        if let Some(limit) = concern.used_by {
            let (hot, place) = chunk.hot.of(first);
            // By the upper halves, which compare many at a time: an hour too many harms nothing.
            let limit = (limit.0 >> 32) as i32;
            let uses = &hot.last_use[place..];
            fit &= those(uses, |used| (used >> 32) as i32 <= limit);
        }
        if concern.ends {
            let (bits, _) = chunk.dates[Date::End as usize].parts();
            fit &= bits.get(at).copied().unwrap_or(0);
        }
        if concern.privileged && fit != 0 {
            fit &= those(&chunk.roles[first..], |set| {
                let bits = self.sets.get(set as usize);
                bits.is_some_and(|bits| bits & PRIVILEGED != 0)
            });
        }
        fit
    }
}
