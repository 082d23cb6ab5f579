//! Entries, changes and runs in words.

use super::{describe_order, describe_record};
use jiff::tz::TimeZone;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::account::{NEVER_USED, REDACTED, owned};
use rollcall_shared::domain::{
    AccountRef, Action, Actor, ActorKind, Assignment, Entry, Fact, Field, FieldChange, Gone,
    Header, Kind, Mfa, Micros, Origin, Run, ScopeId, Skip, Source, Status, Todo, Value,
};
use rollcall_shared::rules::{features, orders, roles_edit, scopes};
use rollcall_shared::text::counted;
use rollcall_shared::wire::sweep::{ActionLine, RunLine, SkipLine};

/// Facts of one journal in words: scopes by path, days on the tenant's clock.
pub(crate) struct Words<'a> {
    view: Option<&'a TenantView>,
    zone: TimeZone,
}

impl<'a> Words<'a> {
    /// Words about one tenant; without one about the platform, whose clock is UTC.
    pub(crate) fn of(view: Option<&'a TenantView>) -> Self {
        let zone = view.map_or(TimeZone::UTC, TenantView::zone);
        Words { view, zone }
    }

    fn scope(&self, id: ScopeId) -> String {
        let path = |view: &TenantView| scopes::address(&view.scopes, id);
        self.view.map_or_else(|| format!("scope {}", id.0), path)
    }

    /// Roles by identifier; below the root of the tenant with the path of their scope.
    pub(super) fn roles(&self, held: &[Assignment]) -> Vec<String> {
        let one = |a: &Assignment| match a.scope {
            ScopeId::ROOT => a.role.clone(),
            scope => format!("{}@{}", a.role, self.scope(scope)),
        };
        held.iter().map(one).collect()
    }

    /// An instant to the minute, for example `2026-11-22 03:00 +01:00`.
    pub(super) fn minute(&self, at: Micros) -> String {
        at.minute_in(&self.zone)
    }

    /// One change as a phrase, for example `status active → suspended`.
    pub(crate) fn change_phrase(&self, change: &FieldChange) -> String {
        let label = change.field.label();
        if change.field == Field::ObservedIdentity {
            return match &change.new {
                Value::Null => "files show what is decided".to_owned(),
                shown => format!("files still show {}", self.value(change.field, shown)),
            };
        }
        match &change.old {
            Value::Null => format!("{label} {}", self.value(change.field, &change.new)),
            old => format!(
                "{label} {} → {}",
                self.value(change.field, old),
                self.value(change.field, &change.new)
            ),
        }
    }

    /// As [`Words::change_phrase`], with roles as people call them: for what is read, not handed on.
    pub(crate) fn read_phrase(&self, change: &FieldChange) -> String {
        let roles = |value: &Value| match value {
            Value::Roles(held) if !held.is_empty() => self.called(held),
            other => self.value(change.field, other),
        };
        match (change.field, &change.old) {
            (Field::Roles, Value::Null) => format!("roles {}", roles(&change.new)),
            (Field::Roles, old) => format!("roles {} → {}", roles(old), roles(&change.new)),
            _ => self.change_phrase(change),
        }
    }

    /// Roles by what they are called, in a phrase.
    fn called(&self, held: &[Assignment]) -> String {
        let Some(view) = self.view else {
            return self.roles(held).join("+");
        };
        let one = |a: &Assignment| roles_edit::called(a, &view.catalog, &view.scopes);
        held.iter().map(one).collect::<Vec<_>>().join(" + ")
    }

    /// What people want to know of the changes of an account, one phrase each: not what follows from them.
    pub(super) fn told<'c>(
        &self,
        changes: impl IntoIterator<Item = &'c FieldChange>,
    ) -> Vec<String> {
        let changes = changes.into_iter().filter(|c| !follows(c.field));
        changes.map(|c| self.read_phrase(c)).collect()
    }

    /// A field's value in words.
    pub(super) fn value(&self, field: Field, value: &Value) -> String {
        match value {
            Value::Null => "none".into(),
            Value::Int(n) => match field {
                Field::Status | Field::ObservedStatus => word(Status::ALL, *n),
                Field::StatusBy => word(Origin::ALL, *n),
                Field::Kind => word(Kind::ALL, *n),
                Field::Mfa => word(Mfa::ALL, *n),
                Field::MfaSource | Field::StatusSource => word(Source::ALL, *n),
                Field::Team => {
                    u32::try_from(*n).map_or_else(|_| n.to_string(), |n| self.scope(ScopeId(n)))
                }
                _ => n.to_string(),
            },
            Value::Text(text) => text.clone(),
            Value::Time(NEVER_USED) => "never".into(),
            Value::Time(at) => self.minute(*at),
            Value::Day(day) => day.to_string(),
            Value::Roles(roles) if roles.is_empty() => "none".into(),
            Value::Roles(roles) => self.roles(roles).join("+"),
            Value::Counts(counts) => owned(counts).join(", "),
            Value::Texts(texts) => {
                let parts = texts
                    .iter()
                    .map(|(f, text)| format!("{} {text}", f.label()));
                parts.collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// Every change of an account's entry as phrases, the personal ones first, and last what sources show instead.
    pub(super) fn changes_of(
        &self,
        entry: &Entry,
        phrase: impl Fn(&FieldChange) -> String,
    ) -> Vec<String> {
        let changes = match &entry.fact {
            Fact::Account { changes, .. } => changes,
            Fact::Redacted { gone, .. } => return vec![taken_out(gone)],
            _ => return Vec::new(),
        };
        let mut all: Vec<&FieldChange> = entry
            .personal
            .iter()
            .chain(changes)
            .filter(|change| change.old != change.new)
            .collect();
        all.sort_by_key(|change| change.field == Field::ObservedIdentity);
        let mut lines: Vec<String> = all.into_iter().map(phrase).collect();
        if lines.is_empty() && !entry.personal.is_empty() {
            lines.push("personal data as it is now".to_owned());
        }
        if entry.redacted.is_some() {
            lines.push(format!("personal data {REDACTED}"));
        }
        lines
    }

    /// The reason of an account's entry.
    pub(super) fn why_of(&self, entry: &Entry, header: &Header) -> String {
        match &entry.fact {
            Fact::Account { why, .. } => why.told(&self.zone).to_string(),
            Fact::Redacted { .. } => header.reason.clone().unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// What a batch says, one line an entry, at most `most`.
    pub(super) fn entry_lines(&self, entries: &[Entry], most: usize) -> Vec<String> {
        let mut lines: Vec<String> = entries
            .iter()
            .take(most)
            .map(|entry| self.entry_line(entry))
            .collect();
        if entries.len() > most {
            lines.push(format!("… and {} more", entries.len() - most));
        }
        lines
    }

    fn entry_line(&self, entry: &Entry) -> String {
        match &entry.fact {
            Fact::Account { account, why, .. } => {
                format!(
                    "account {}: {}: {}",
                    account.0,
                    self.changes_of(entry, |change| self.change_phrase(change))
                        .join("; "),
                    why.told(&self.zone)
                )
            }
            Fact::Redacted { account, gone, .. } => {
                format!("account {}: {}", account.0, taken_out(gone))
            }
            Fact::TenantCreated(t) => format!(
                "tenant {} created with catalog {} ({})",
                t.name, t.catalog, t.authority
            ),
            Fact::TenantChanged { old, new } if old == new => {
                format!("tenant {}: as it is now", new.name)
            }
            Fact::TenantChanged { old, new } => format!(
                "tenant {}: {}",
                new.name,
                features::differences(old, new).join("; ")
            ),
            Fact::ScopeChanged { old, new } => {
                let scopes = self.view.map_or(&[][..], |view| &view.scopes);
                let said = scopes::differences(scopes, old, new).join("; ");
                format!("{} {:?}: {said}", new.kind, old.name)
            }
            Fact::Members {
                group,
                joined,
                left,
            } => {
                let known = self.view.and_then(|view| view.group(*group));
                let name = known.map_or_else(|| group.0.to_string(), |g| format!("{:?}", g.name));
                let (come, gone) = (joined.len(), left.len());
                format!("team {name}: {come} joined, {gone} left")
            }
            Fact::Record { old, new } => describe_record::line(old.as_deref(), new.as_deref()),
            Fact::Assets(assets) => counted(assets.len(), "asset"),
            Fact::ScopeCreated(s) => format!("{} {:?} created", s.kind, s.name),
            Fact::CatalogAdopted { name, .. } => format!("catalog {name} in force"),
            Fact::PolicySet {
                sweep,
                old: None,
                new,
            } => format!("policy {sweep} in force: {}, {}", new.mode, new.schedule),
            Fact::PolicySet {
                sweep,
                old: Some(old),
                new,
            } => {
                format!(
                    "policy {sweep}: {}",
                    rollcall_shared::rules::policy::differences(*sweep, old, new).join("; ")
                )
            }
            Fact::ExportRead { at } => {
                format!("the vendor's export of {} was read", self.minute(*at))
            }
            Fact::SignIns(events) => match events.len() {
                1 => "1 sign-in or use".to_owned(),
                n => format!("{n} sign-ins and uses"),
            },
            Fact::RunStarted(run) => format!(
                "run {} of {}: {}, {} planned",
                run.id,
                run.plan.sweep,
                run.state,
                counted(run.plan.actions.len(), "action")
            ),
            Fact::RunAdvanced {
                run,
                state,
                applied,
                skipped,
                ..
            } => {
                format!(
                    "run {run}: {state}, {applied} applied, {} skipped",
                    skipped.len()
                )
            }
            Fact::OrderSet(o) => {
                let subject = describe_order::subject(&o.todo);
                let what = match &o.todo {
                    Todo::Account { change, .. } if orders::identity(change.field) => {
                        format!("{subject}: set {}", change.field.label())
                    }
                    Todo::Account { change, .. } => format!("{subject}: {}", self.todo(change)),
                    Todo::Thing { .. } => subject,
                };
                format!("order {}: {what}: {}", o.id.0, o.state)
            }
            Fact::OperatorBound {
                uid, new: Some(b), ..
            } => {
                let grants: Vec<String> = b
                    .grants
                    .iter()
                    .map(|g| {
                        format!(
                            "{} on {}",
                            g.role,
                            g.tenant.as_deref().unwrap_or("everything")
                        )
                    })
                    .collect();
                format!(
                    "OS user {} (uid {uid}) bound to {}: {}",
                    b.os_user,
                    b.person,
                    grants.join(", ")
                )
            }
            Fact::OperatorBound {
                uid,
                old,
                new: None,
            } => {
                let name = old.as_ref().map_or("?", |b| b.os_user.as_str());
                format!("OS user {name} (uid {uid}) unbound")
            }
            Fact::ScheduleFired {
                sweep,
                tenant,
                due,
                planned,
            } => {
                format!(
                    "{sweep} of tenant {} was due {due}: {} planned",
                    tenant.0,
                    counted(*planned, "action")
                )
            }
            Fact::HeadKeySet { old, .. } => match old {
                Some(_) => "heads are signed by a new key".into(),
                None => "heads are signed from here on".into(),
            },
            Fact::NamesRedacted(gone) => taken_out(gone),
            Fact::DailyUse { first, counts, .. } => {
                format!(
                    "daily use of {} from account {}",
                    counted(counts.len() / 28, "account"),
                    first.0
                )
            }
        }
    }

    /// What an order asks for, for example `set status to suspended`.
    pub(super) fn todo(&self, change: &FieldChange) -> String {
        // The one order about what an account owns that is not part of a hand-over.
        if change.field == Field::Assets {
            return "revoke its API keys".into();
        }
        let told = format!(
            "set {} to {}",
            change.field.label(),
            self.value(change.field, &change.new)
        );
        match self.api_state(change) {
            Some(word) => format!("{told} ({word} in the API)"),
            None => told,
        }
    }

    /// What the vendor's API calls the state that a change leads to.
    fn api_state(&self, change: &FieldChange) -> Option<&str> {
        let (Field::Status, Value::Int(n)) = (change.field, &change.new) else {
            return None;
        };
        let status = Status::ALL.get(usize::try_from(*n).ok()?)?;
        self.view?.catalog.api_state(*status)
    }
}

/// Fields that follow from others and say nothing by themselves: since when, by whom, marks of the sweeps.
pub(super) fn follows(field: Field) -> bool {
    matches!(
        field,
        Field::StatusBy
            | Field::StatusSource
            | Field::StatusSince
            | Field::ObservedAt
            | Field::Created
            | Field::Reactivated
            | Field::InvitedAt
            | Field::PrivilegedSince
            | Field::WarnedIdleAt
            | Field::WarnedIdleDays
            | Field::WarnedMfaAt
            | Field::Manifest
            | Field::ObservedIdentity
    )
}

/// What a redaction took out, in words.
fn taken_out(gone: &Gone) -> String {
    format!(
        "personal data of {} and {} taken out",
        counted(gone.entries.len(), "entry"),
        counted(gone.headers.len(), "request")
    )
}

fn word<T: Copy + std::fmt::Display>(all: &[T], number: i64) -> String {
    usize::try_from(number)
        .ok()
        .and_then(|n| all.get(n))
        .map_or_else(|| number.to_string(), T::to_string)
}

/// An actor in a few words.
pub(super) fn actor(actor: &Actor) -> String {
    match (actor.kind, &actor.person) {
        (ActorKind::Peer, Some(person)) => format!("{} ({person})", actor.name),
        _ => actor.name.clone(),
    }
}

/// Who did what a batch tells, and why the glass was broken for it.
pub(super) fn who(header: &Header) -> String {
    let who = actor(&header.actor);
    match header.glass() {
        Some(why) => format!("{who}, break-glass: {why}"),
        None => who,
    }
}

/// A run as a line.
pub(crate) fn run_line(view: &TenantView, run: &Run) -> RunLine {
    RunLine {
        id: run.id,
        tenant: view.tenant.name.clone(),
        sweep: run.plan.sweep,
        trigger: run.trigger.clone(),
        started_by: run.started_by.clone(),
        started_at: run.started_at,
        finished_at: run.finished_at,
        state: run.state,
        planned: run.plan.actions.len() as u64,
        applied: u64::from(run.outcome.applied),
        skipped: run.outcome.skipped.len() as u64,
        held: run.plan.held.clone(),
    }
}

/// Actions with names, at most `most`.
pub(super) fn action_lines(
    state: &State,
    view: &TenantView,
    actions: &[Action],
    most: usize,
) -> Vec<ActionLine> {
    let zone = view.zone();
    actions
        .iter()
        .take(most)
        .filter_map(|action| {
            let id = AccountRef {
                tenant: view.tenant.id,
                account: action.account,
            };
            let account = state.account(id)?;
            Some(ActionLine {
                id,
                name: account.display_name(),
                email: account.address().to_owned(),
                kind: action.kind,
                why: action.why.told(&zone).to_string(),
            })
        })
        .collect()
}

/// Skips with names, at most `most`.
pub(super) fn skip_lines(
    state: &State,
    view: &TenantView,
    skips: &[Skip],
    most: usize,
) -> Vec<SkipLine> {
    skips
        .iter()
        .take(most)
        .filter_map(|skip| {
            let id = AccountRef {
                tenant: view.tenant.id,
                account: skip.account,
            };
            Some(SkipLine {
                id,
                email: state.account(id)?.address().to_owned(),
                why: skip.reason.clone(),
            })
        })
        .collect()
}
