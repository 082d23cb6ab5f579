//! Last sign-ins let through: a range with one end or both, or none that is known.

use jiff::tz::TimeZone;
use rollcall_shared::domain::Micros;
use rollcall_shared::wire::bound::Bound;
use rollcall_shared::wire::user::UserRow;
use tui_input::Input;

/// What a last sign-in must be; without any of it all pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SignedIn {
    /// At or after this.
    pub from: Option<Bound>,
    /// Before this.
    pub to: Option<Bound>,
    /// Not known at all; never together with an end.
    pub never: bool,
}

/// The ends of the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The first instant let through.
    From,
    /// The first one let through no more.
    To,
}

impl End {
    /// Its name, that of the flag on the command line.
    pub fn word(self) -> &'static str {
        match self {
            End::From => "last-sign-in-from",
            End::To => "last-sign-in-to",
        }
    }

    /// What it means.
    pub fn title(self) -> &'static str {
        match self {
            End::From => "Last sign-in at or after",
            End::To => "Last sign-in before",
        }
    }
}

/// An end being typed.
#[derive(Debug, Clone)]
pub struct Typing {
    /// Which.
    pub end: End,
    /// What is typed so far.
    pub input: Input,
}

impl SignedIn {
    /// Whether everything passes.
    pub fn is_open(&self) -> bool {
        *self == SignedIn::default()
    }

    /// One end.
    pub fn end(&self, end: End) -> Option<Bound> {
        match end {
            End::From => self.from,
            End::To => self.to,
        }
    }

    /// Sets an end, or opens it. Who never signed in lies in no range.
    pub fn set(&mut self, end: End, bound: Option<Bound>) {
        self.never &= bound.is_none();
        match end {
            End::From => self.from = bound,
            End::To => self.to = bound,
        }
    }

    /// Lets only those through of whom no sign-in is known, or all.
    pub fn flip_never(&mut self) {
        *self = SignedIn {
            never: !self.never,
            ..SignedIn::default()
        };
    }

    /// What is set as one phrase each, by the names of the command line.
    pub fn phrases(&self) -> Vec<String> {
        let ends = [End::From, End::To].into_iter();
        let ends = ends.filter_map(|end| Some(format!("{} {}", end.word(), self.end(end)?)));
        ends.chain(self.never.then(|| "never-signed-in".to_owned()))
            .collect()
    }

    /// Whether a row is let through, as the daemon judges it.
    pub fn matches(&self, row: &UserRow, now: Micros) -> bool {
        if self.is_open() {
            return true;
        }
        let Some(at) = row.last_sign_in else {
            return self.never;
        };
        let zone = TimeZone::get(&row.tz).unwrap_or(TimeZone::UTC);
        !self.never
            && self.from.is_none_or(|from| at >= from.instant(&zone, now))
            && self.to.is_none_or(|to| at < to.instant(&zone, now))
    }
}
