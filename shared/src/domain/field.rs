//! The fields of an account and of a tenant that entries speak of, by number, and their values.

use super::account::{Account, Kind, Mfa, Origin, Source, Status};
use super::ids::{Assignment, ScopeId};
use super::time::{Day, Micros};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A field of an account. Numbers are for ever: a field that goes keeps its number unused.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[allow(missing_docs)]
pub enum Field {
    #[n(0)]
    Kind,
    #[n(1)]
    Status,
    #[n(2)]
    StatusBy,
    #[n(3)]
    StatusSince,
    #[n(4)]
    ObservedStatus,
    #[n(5)]
    ObservedRoles,
    #[n(6)]
    ObservedAt,
    #[n(7)]
    Email,
    #[n(8)]
    FirstName,
    #[n(9)]
    LastName,
    #[n(10)]
    Username,
    #[n(11)]
    Sid,
    #[n(12)]
    ExternalId,
    #[n(13)]
    EmployeeId,
    #[n(14)]
    Manager,
    #[n(15)]
    Department,
    #[n(16)]
    Language,
    #[n(17)]
    Roles,
    #[n(18)]
    Team,
    #[n(19)]
    Mfa,
    #[n(20)]
    MfaSource,
    #[n(21)]
    MfaAt,
    #[n(22)]
    Created,
    #[n(23)]
    LastSignIn,
    #[n(24)]
    LastUse,
    #[n(25)]
    Reactivated,
    #[n(26)]
    InvitedAt,
    #[n(27)]
    PrivilegedSince,
    #[n(28)]
    EndDate,
    #[n(29)]
    LeaveFrom,
    #[n(30)]
    LeaveTo,
    #[n(31)]
    WarnedIdleAt,
    #[n(32)]
    WarnedIdleDays,
    #[n(33)]
    WarnedMfaAt,
    #[n(34)]
    HoldUntil,
    #[n(35)]
    Manifest,
    #[n(36)]
    Assets,
    #[n(37)]
    ObservedIdentity,
    #[n(38)]
    StatusSource,
}

impl Field {
    /// Every field, in the order of its numbers.
    pub const ALL: [Field; 39] = [
        Field::Kind,
        Field::Status,
        Field::StatusBy,
        Field::StatusSince,
        Field::ObservedStatus,
        Field::ObservedRoles,
        Field::ObservedAt,
        Field::Email,
        Field::FirstName,
        Field::LastName,
        Field::Username,
        Field::Sid,
        Field::ExternalId,
        Field::EmployeeId,
        Field::Manager,
        Field::Department,
        Field::Language,
        Field::Roles,
        Field::Team,
        Field::Mfa,
        Field::MfaSource,
        Field::MfaAt,
        Field::Created,
        Field::LastSignIn,
        Field::LastUse,
        Field::Reactivated,
        Field::InvitedAt,
        Field::PrivilegedSince,
        Field::EndDate,
        Field::LeaveFrom,
        Field::LeaveTo,
        Field::WarnedIdleAt,
        Field::WarnedIdleDays,
        Field::WarnedMfaAt,
        Field::HoldUntil,
        Field::Manifest,
        Field::Assets,
        Field::ObservedIdentity,
        Field::StatusSource,
    ];

    /// The fields whose values are personal data.
    pub const PERSONAL: [Field; 9] = [
        Field::Email,
        Field::FirstName,
        Field::LastName,
        Field::Username,
        Field::Sid,
        Field::ExternalId,
        Field::EmployeeId,
        Field::Manager,
        Field::ObservedIdentity,
    ];

    /// Whether its values are personal data: they live in the part of an entry that redaction can remove.
    pub fn personal(self) -> bool {
        Self::PERSONAL.contains(&self)
    }

    /// The field's name on screen and in exports, for example `status` or `last sign-in`.
    pub fn label(self) -> &'static str {
        match self {
            Field::Kind => "kind",
            Field::Status => "status",
            Field::StatusBy => "status set by",
            Field::StatusSince => "status since",
            Field::ObservedStatus => "observed status",
            Field::ObservedRoles => "observed roles",
            Field::ObservedAt => "observed at",
            Field::Email => "email",
            Field::FirstName => "first name",
            Field::LastName => "last name",
            Field::Username => "username",
            Field::Sid => "SID",
            Field::ExternalId => "external id",
            Field::EmployeeId => "employee id",
            Field::Manager => "manager",
            Field::Department => "department",
            Field::Language => "language",
            Field::Roles => "roles",
            Field::Team => "team",
            Field::Mfa => "MFA",
            Field::MfaSource => "MFA source",
            Field::MfaAt => "MFA observed at",
            Field::Created => "created",
            Field::LastSignIn => "last sign-in",
            Field::LastUse => "last use",
            Field::Reactivated => "reactivated",
            Field::InvitedAt => "invited at",
            Field::PrivilegedSince => "privileged since",
            Field::EndDate => "end date",
            Field::LeaveFrom => "leave from",
            Field::LeaveTo => "leave to",
            Field::WarnedIdleAt => "inactivity warning at",
            Field::WarnedIdleDays => "inactivity warning, days before",
            Field::WarnedMfaAt => "MFA warning at",
            Field::HoldUntil => "hold until",
            Field::Manifest => "permission manifest",
            Field::Assets => "assets",
            Field::ObservedIdentity => "observed identity",
            Field::StatusSource => "status told by",
        }
    }
}

/// The value of a field. `Null` is the value of a field of an account that does not exist yet, or of nothing known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Nothing.
    #[n(0)]
    Null,
    /// A number; for the words of [`Status`], [`Kind`], [`Mfa`], [`Source`] and [`Origin`] their own number.
    #[n(1)]
    Int(#[n(0)] i64),
    /// A text.
    #[n(2)]
    Text(#[n(0)] String),
    /// An instant.
    #[n(3)]
    Time(#[n(0)] Micros),
    /// A day.
    #[n(4)]
    Day(#[n(0)] Day),
    /// Roles at scopes.
    #[n(5)]
    Roles(#[n(0)] Vec<Assignment>),
    /// Counts.
    #[n(6)]
    Counts(#[n(0)] Vec<u32>),
    /// Texts by field.
    #[n(7)]
    Texts(#[n(0)] Vec<(Field, String)>),
}

/// One field's change: what it was, what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(array)]
pub struct FieldChange {
    /// Which field.
    #[n(0)]
    pub field: Field,
    /// What it was.
    #[n(1)]
    pub old: Value,
    /// What it is.
    #[n(2)]
    pub new: Value,
}

/// A value of the wrong type for its field: the journal is damaged or from a newer program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the field {field:?} cannot hold {value:?}")]
pub struct BadValue {
    /// Which field.
    pub field: Field,
    /// The value given.
    pub value: Value,
}

fn text(s: &str) -> Value {
    if s.is_empty() {
        Value::Null
    } else {
        Value::Text(s.to_owned())
    }
}

fn time(t: Option<Micros>) -> Value {
    t.map_or(Value::Null, Value::Time)
}

fn day(d: Option<Day>) -> Value {
    d.map_or(Value::Null, Value::Day)
}

impl Account {
    /// The value of one field.
    pub fn get(&self, field: Field) -> Value {
        match field {
            Field::Kind => Value::Int(self.kind as i64),
            Field::Status => Value::Int(self.status as i64),
            Field::StatusBy => Value::Int(self.status_by as i64),
            Field::StatusSince => Value::Time(self.status_since),
            Field::ObservedStatus => self
                .observed_status
                .map_or(Value::Null, |s| Value::Int(s as i64)),
            Field::ObservedRoles => self
                .observed_roles
                .clone()
                .map_or(Value::Null, Value::Roles),
            Field::ObservedAt => time(self.observed_at),
            Field::Email => text(&self.email),
            Field::FirstName => text(&self.first_name),
            Field::LastName => text(&self.last_name),
            Field::Username => text(&self.username),
            Field::Sid => text(&self.sid),
            Field::ExternalId => text(&self.external_id),
            Field::EmployeeId => text(&self.employee_id),
            Field::Manager => text(&self.manager),
            Field::Department => text(&self.department),
            Field::Language => text(&self.language),
            Field::Roles => Value::Roles(self.assignments.clone()),
            Field::Team => self
                .team
                .map_or(Value::Null, |t| Value::Int(i64::from(t.0))),
            Field::Mfa => Value::Int(self.mfa as i64),
            Field::MfaSource => Value::Int(self.mfa_source as i64),
            Field::MfaAt => time(self.mfa_at),
            Field::Created => Value::Time(self.created),
            Field::LastSignIn => time(self.last_sign_in),
            Field::LastUse => time(self.last_use),
            Field::Reactivated => time(self.reactivated),
            Field::InvitedAt => time(self.invited_at),
            Field::PrivilegedSince => time(self.privileged_since),
            Field::EndDate => day(self.end_date),
            Field::LeaveFrom => day(self.leave_from),
            Field::LeaveTo => day(self.leave_to),
            Field::WarnedIdleAt => time(self.warned_idle_at),
            Field::WarnedIdleDays => Value::Int(i64::from(self.warned_idle_days)),
            Field::WarnedMfaAt => time(self.warned_mfa_at),
            Field::HoldUntil => time(self.hold_until),
            Field::Manifest => Value::Int(i64::from(self.manifest)),
            Field::Assets => {
                if self.assets.is_empty() {
                    Value::Null
                } else {
                    Value::Counts(self.assets.clone())
                }
            }
            Field::ObservedIdentity => match self.observed_identity.is_empty() {
                true => Value::Null,
                false => Value::Texts(self.observed_identity.clone()),
            },
            Field::StatusSource => Value::Int(self.status_source as i64),
        }
    }

    /// Sets one field. A value of the wrong type is refused and changes nothing.
    pub fn set(&mut self, field: Field, value: &Value) -> Result<(), BadValue> {
        let bad = || BadValue {
            field,
            value: value.clone(),
        };
        let opt_time = |slot: &mut Option<Micros>| match value {
            Value::Null => {
                *slot = None;
                Ok(())
            }
            Value::Time(t) => {
                *slot = Some(*t);
                Ok(())
            }
            _ => Err(bad()),
        };
        let must_time = |slot: &mut Micros| match value {
            Value::Time(t) => {
                *slot = *t;
                Ok(())
            }
            _ => Err(bad()),
        };
        let opt_day = |slot: &mut Option<Day>| match value {
            Value::Null => {
                *slot = None;
                Ok(())
            }
            Value::Day(d) => {
                *slot = Some(*d);
                Ok(())
            }
            _ => Err(bad()),
        };
        let set_text = |slot: &mut String| match value {
            Value::Null => {
                slot.clear();
                Ok(())
            }
            Value::Text(t) => {
                t.clone_into(slot);
                Ok(())
            }
            _ => Err(bad()),
        };
        let number = || match value {
            Value::Int(n) => Ok(*n),
            _ => Err(bad()),
        };
        match field {
            Field::Kind => self.kind = word_of(Kind::ALL, number()?).ok_or_else(bad)?,
            Field::Status => self.status = word_of(Status::ALL, number()?).ok_or_else(bad)?,
            Field::StatusBy => self.status_by = word_of(Origin::ALL, number()?).ok_or_else(bad)?,
            Field::StatusSince => must_time(&mut self.status_since)?,
            Field::ObservedStatus => {
                self.observed_status = match value {
                    Value::Null => None,
                    _ => Some(word_of(Status::ALL, number()?).ok_or_else(bad)?),
                }
            }
            Field::ObservedRoles => {
                self.observed_roles = match value {
                    Value::Null => None,
                    Value::Roles(r) => Some(r.clone()),
                    _ => return Err(bad()),
                }
            }
            Field::ObservedAt => opt_time(&mut self.observed_at)?,
            Field::Email => set_text(&mut self.email)?,
            Field::FirstName => set_text(&mut self.first_name)?,
            Field::LastName => set_text(&mut self.last_name)?,
            Field::Username => set_text(&mut self.username)?,
            Field::Sid => set_text(&mut self.sid)?,
            Field::ExternalId => set_text(&mut self.external_id)?,
            Field::EmployeeId => set_text(&mut self.employee_id)?,
            Field::Manager => set_text(&mut self.manager)?,
            Field::Department => set_text(&mut self.department)?,
            Field::Language => set_text(&mut self.language)?,
            Field::Roles => match value {
                Value::Null => self.assignments.clear(),
                Value::Roles(r) => r.clone_into(&mut self.assignments),
                _ => return Err(bad()),
            },
            Field::Team => {
                self.team = match value {
                    Value::Null => None,
                    Value::Int(n) => Some(ScopeId(u32::try_from(*n).map_err(|_| bad())?)),
                    _ => return Err(bad()),
                }
            }
            Field::Mfa => self.mfa = word_of(Mfa::ALL, number()?).ok_or_else(bad)?,
            Field::MfaSource => {
                self.mfa_source = word_of(Source::ALL, number()?).ok_or_else(bad)?
            }
            Field::MfaAt => opt_time(&mut self.mfa_at)?,
            Field::Created => must_time(&mut self.created)?,
            Field::LastSignIn => opt_time(&mut self.last_sign_in)?,
            Field::LastUse => opt_time(&mut self.last_use)?,
            Field::Reactivated => opt_time(&mut self.reactivated)?,
            Field::InvitedAt => opt_time(&mut self.invited_at)?,
            Field::PrivilegedSince => opt_time(&mut self.privileged_since)?,
            Field::EndDate => opt_day(&mut self.end_date)?,
            Field::LeaveFrom => opt_day(&mut self.leave_from)?,
            Field::LeaveTo => opt_day(&mut self.leave_to)?,
            Field::WarnedIdleAt => opt_time(&mut self.warned_idle_at)?,
            Field::WarnedIdleDays => {
                self.warned_idle_days = u8::try_from(number()?).map_err(|_| bad())?
            }
            Field::WarnedMfaAt => opt_time(&mut self.warned_mfa_at)?,
            Field::HoldUntil => opt_time(&mut self.hold_until)?,
            Field::Manifest => self.manifest = u32::try_from(number()?).map_err(|_| bad())?,
            Field::Assets => match value {
                Value::Null => self.assets.clear(),
                Value::Counts(c) => c.clone_into(&mut self.assets),
                _ => return Err(bad()),
            },
            Field::ObservedIdentity => match value {
                Value::Null => self.observed_identity.clear(),
                Value::Texts(t) => t.clone_into(&mut self.observed_identity),
                _ => return Err(bad()),
            },
            Field::StatusSource => {
                self.status_source = word_of(Source::ALL, number()?).ok_or_else(bad)?
            }
        }
        Ok(())
    }

    /// The changes that lead from this record to `after`, in the order of the field numbers.
    pub fn changes_to(&self, after: &Account) -> Vec<FieldChange> {
        Field::ALL
            .into_iter()
            .filter_map(|field| {
                let (old, new) = (self.get(field), after.get(field));
                (old != new).then_some(FieldChange { field, old, new })
            })
            .collect()
    }

    /// The changes that create this record: every field that differs from a blank account of the same number and
    /// creation time, and always email, kind, status and creation time, each from `Null`.
    pub fn creation(&self) -> Vec<FieldChange> {
        self.clone().into_creation()
    }

    /// As [`Account::creation`], without a copy of the texts.
    pub fn into_creation(mut self) -> Vec<FieldChange> {
        let always = [
            Field::Kind,
            Field::Status,
            Field::StatusBy,
            Field::StatusSince,
            Field::Email,
            Field::Created,
        ];
        let mut changes = Vec::with_capacity(CREATED);
        for field in Field::ALL {
            let new = self.take(field);
            if always.contains(&field) || !blank(field, &new) {
                let old = Value::Null;
                changes.push(FieldChange { field, old, new });
            }
        }
        changes
    }

    /// The value of one field, moved out of the record where it is a text or a list.
    fn take(&mut self, field: Field) -> Value {
        let text = match field {
            Field::Email => &mut self.email,
            Field::FirstName => &mut self.first_name,
            Field::LastName => &mut self.last_name,
            Field::Username => &mut self.username,
            Field::Sid => &mut self.sid,
            Field::ExternalId => &mut self.external_id,
            Field::EmployeeId => &mut self.employee_id,
            Field::Manager => &mut self.manager,
            Field::Department => &mut self.department,
            Field::Language => &mut self.language,
            Field::Roles => return Value::Roles(std::mem::take(&mut self.assignments)),
            Field::ObservedRoles => {
                let roles = self.observed_roles.take();
                return roles.map_or(Value::Null, Value::Roles);
            }
            _ => return self.get(field),
        };
        match text.is_empty() {
            true => Value::Null,
            false => Value::Text(std::mem::take(text)),
        }
    }
}

/// About as many changes create an account.
const CREATED: usize = 18;

/// Whether a field of a blank account has this value; its email, dates of creation and state are not asked for.
fn blank(field: Field, value: &Value) -> bool {
    match (field, value) {
        (_, Value::Null) => true,
        (Field::Kind, Value::Int(n)) => *n == Kind::Person as i64,
        (Field::Mfa, Value::Int(n)) => *n == Mfa::Unknown as i64,
        (Field::MfaSource | Field::StatusSource, Value::Int(n)) => *n == Source::Nobody as i64,
        (Field::WarnedIdleDays | Field::Manifest, Value::Int(n)) => *n == 0,
        (Field::Roles, Value::Roles(roles)) => roles.is_empty(),
        _ => false,
    }
}

/// The value of a list of words with this number.
pub(crate) fn word_of<T: Copy>(all: &[T], number: i64) -> Option<T> {
    usize::try_from(number)
        .ok()
        .and_then(|n| all.get(n).copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::AccountId;

    #[test]
    fn what_creates_an_account_is_all_that_a_blank_one_has_not() {
        let at = Micros(7);
        let blank = Account::new(AccountId(3), "", at);
        let always = ["kind", "status", "status set by", "status since", "created"];
        let labels = |of: &Account| -> Vec<&str> {
            let changes = of.creation().into_iter();
            changes.map(|change| change.field.label()).collect()
        };
        let mut named = blank.clone();
        named.email = "ada@x.example".into();
        let mut expected = always.to_vec();
        expected.insert(4, "email");
        assert_eq!(labels(&named), expected);
        let samples = [
            Value::Int(1),
            Value::Text("x".into()),
            Value::Time(Micros(9)),
            Value::Day(Day(4)),
            Value::Roles(vec![Assignment::at_root("user")]),
            Value::Counts(vec![1]),
            Value::Texts(vec![(Field::Email, "y".into())]),
        ];
        for field in Field::ALL {
            let mut account = named.clone();
            let set = samples.iter().any(|v| account.set(field, v).is_ok());
            assert!(set, "{field:?}");
            let told = account.creation();
            let told = told.iter().find(|change| change.field == field);
            assert_eq!(told.map(|c| &c.new), Some(&account.get(field)), "{field:?}");
            let mut again = blank.clone();
            for change in account.creation() {
                again.set(change.field, &change.new).unwrap();
            }
            assert_eq!(again, account, "{field:?}");
        }
    }
}
