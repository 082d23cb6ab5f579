//! Refusals, classified for exit codes and HTTP statuses.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The class of a failure; each has one exit code (reference of the command line) and one HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Something went wrong here.
    Error,
    /// The request makes no sense.
    Usage,
    /// No such thing.
    NotFound,
    /// The caller may not.
    Denied,
    /// A rule forbids it now, or what it rests on has changed.
    Conflict,
    /// Part of it was done.
    Partly,
    /// There is no daemon, or it does not answer.
    Unreachable,
}

impl Class {
    /// The exit code of the command line.
    pub fn exit_code(self) -> u8 {
        match self {
            Class::Error => 1,
            Class::Usage => 2,
            Class::NotFound => 4,
            Class::Denied => 5,
            Class::Conflict => 6,
            Class::Partly => 7,
            Class::Unreachable => 8,
        }
    }

    /// The HTTP status of the answer.
    pub fn http_status(self) -> u16 {
        match self {
            Class::Error | Class::Partly => 500,
            Class::Usage => 400,
            Class::NotFound => 404,
            Class::Denied => 403,
            Class::Conflict => 409,
            Class::Unreachable => 503,
        }
    }
}

/// A refusal that teaches: what was refused, by which rule, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub struct Failure {
    /// Its class.
    pub class: Class,
    /// What was refused or went wrong, one sentence.
    pub what: String,
    /// The rule that refused it, by name (`owner-holder`, `mfa-grace`, `permission` …); empty when no rule did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// What to do instead, one sentence; empty when there is nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
}

impl Failure {
    /// A failure with its class and what happened.
    pub fn new(class: Class, what: impl Into<String>) -> Self {
        Failure {
            class,
            what: what.into(),
            rule: String::new(),
            hint: String::new(),
        }
    }

    /// That there is no such thing, with the rule's name and where to see what there is.
    pub fn missing(rule: &str, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Failure::new(Class::NotFound, what).rule(rule).hint(hint)
    }

    /// Itself as it is told, with a rule and a remedy where a fault has none: it breaks no rule of anybody's, and goes under
    /// one name.
    #[must_use]
    pub fn told(self) -> Self {
        let faults = [Class::Error, Class::Unreachable, Class::Partly];
        if !faults.contains(&self.class) {
            return self;
        }
        let or = |text: String, other: &str| match text.is_empty() {
            true => other.to_owned(),
            false => text,
        };
        Failure {
            rule: or(self.rule, "fault"),
            hint: or(
                self.hint,
                "what was acknowledged stays; see the daemon's log, and ask again",
            ),
            ..self
        }
    }

    /// Names the rule.
    #[must_use]
    pub fn rule(mut self, rule: impl Into<String>) -> Self {
        self.rule = rule.into();
        self
    }

    /// Says what to do instead.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if !self.rule.is_empty() {
            write!(f, " [rule: {}]", self.rule)?;
        }
        if !self.hint.is_empty() {
            write!(f, "\n  hint: {}", self.hint)?;
        }
        Ok(())
    }
}
