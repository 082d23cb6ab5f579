//! What a sign-in event may move.

use crate::domain::{Micros, SignInKind, Span};

/// Event ids are remembered this long before the newest event: an older event cannot be told from one seen before.
pub const DEDUPE: Span = Span::days(35);

/// A source's clock may be ahead of ours by this much.
pub const CLOCK_SKEW: Span = Span(600);

/// What is to be done with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// New: it counts, and moves what its kind moves.
    Counts,
    /// Older than ids are remembered, so it may have been counted already: it may only raise last-seen.
    RaisesOnly,
    /// It is known already, or would move nothing.
    Known,
    /// Its time lies in the future: taken, it would keep an account from ever looking idle.
    Future,
}

/// What an account's last-seen dates are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LastSeen {
    /// Last successful interactive sign-in.
    pub sign_in: Option<Micros>,
    /// Last use of any kind.
    pub used: Option<Micros>,
}

impl LastSeen {
    /// After an event: a sign-in raises both, other use raises the last use, a failed sign-in moves nothing, so that
    /// guessing passwords keeps no dead account alive. Dates only ever rise.
    #[must_use]
    pub fn after(self, kind: SignInKind, at: Micros) -> Self {
        match kind {
            SignInKind::SignIn => LastSeen {
                sign_in: self.sign_in.max(Some(at)),
                used: self.used.max(Some(at)),
            },
            SignInKind::Activity => LastSeen {
                sign_in: self.sign_in,
                used: self.used.max(Some(at)),
            },
            SignInKind::Failed => self,
        }
    }
}

/// Judges one event. `newest` is the newest event of the tenant so far, `seen` whether its id is among those
/// remembered.
pub fn accept(
    kind: SignInKind,
    at: Micros,
    last: LastSeen,
    newest: Option<Micros>,
    seen: bool,
    now: Micros,
) -> Accepted {
    if at > now.plus(CLOCK_SKEW) {
        return Accepted::Future;
    }
    if seen {
        return Accepted::Known;
    }
    match newest {
        Some(newest) if at < newest.minus(DEDUPE) => {
            if last.after(kind, at) == last {
                Accepted::Known
            } else {
                Accepted::RaisesOnly
            }
        }
        _ => Accepted::Counts,
    }
}
