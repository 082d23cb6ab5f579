//! The records of people, as they were when their import was read.

use super::activity::{NEWCOMER_DAYS, Purpose};
use super::calendar::{Ago, clock};
use super::cast::{Drift, FIRST_IMPORT, Second, Story};
use super::rng::Rng;
use super::scene::Scene;
use super::tenants::{Numbers, Roles};
use rollcall_shared::domain::account::NEVER_USED;
use rollcall_shared::domain::{
    Account, AccountId, Assignment, Field, FieldChange, Kind, Mfa, Micros, ScopeId, ScopeKind,
    Source, Status, Value,
};

/// What programs are called.
const PROGRAMS: [&str; 8] = [
    "archive",
    "crm",
    "hr-sync",
    "billing",
    "sealing",
    "intake",
    "reporting",
    "backup",
];

/// Of the accounts below this number some own things; a record is kept of each thing, so they stay few.
pub const OWNING: u32 = 1_000;

/// What a source tells of a second factor: with the first import, and with the newest one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// With the first import the account came with.
    pub first: Option<Mfa>,
    /// With the newest weekly import.
    pub newest: Option<Mfa>,
}

impl Scene {
    /// The email of an account.
    pub fn email(&self, account: u32) -> String {
        let domain = self.spec.name;
        match self.cast.story(account) {
            Story::Service => {
                let program = PROGRAMS[account as usize % PROGRAMS.len()];
                format!("svc-{program}-{account}@{domain}.example")
            }
            story => {
                let local = self.namer.name(account).map(|name| name.local);
                let local = local.unwrap_or_else(|| format!("member-{account}"));
                match story {
                    Story::Outside => format!("{local}@partners.{domain}.example"),
                    _ => format!("{local}@{domain}.example"),
                }
            }
        }
    }

    /// The department of an account, by place in the table.
    pub fn department(&self, account: u32) -> usize {
        let many = self.spec.departments.len() as u32;
        self.rng(account, Purpose::Person).below(many) as usize
    }

    /// The name of a department.
    pub fn department_name(&self, place: usize) -> &'static str {
        let many = self.spec.departments.len().max(1);
        self.spec.departments.get(place % many).unwrap_or(&"")
    }

    /// What is told of the second factor of an account.
    pub fn told(&self, account: u32, story: Story) -> Told {
        let mut rng = self.rng(account, Purpose::Mfa);
        let nothing = Told {
            first: None,
            newest: None,
        };
        let newest = match story {
            Story::Service | Story::Outside | Story::Gone | Story::Invited(_) | Story::Crowd => {
                return nothing;
            }
            Story::Owner if self.spec.careless_owner => Mfa::None,
            Story::Owner => Mfa::Enforced,
            Story::Privileged(Second::None(_)) => Mfa::None,
            Story::Privileged(Second::Unknown) => return nothing,
            Story::Privileged(Second::Stale) => {
                return Told {
                    first: Some(Mfa::None),
                    newest: None,
                };
            }
            Story::Privileged(Second::Fine) => match rng.below(100) {
                0..56 => Mfa::Enrolled,
                _ => Mfa::Enforced,
            },
            _ => match rng.below(100) {
                0..57 => Mfa::Enrolled,
                57..84 => Mfa::Enforced,
                84..92 => Mfa::None,
                92..94 => {
                    return Told {
                        first: Some(Mfa::Enrolled),
                        newest: None,
                    };
                }
                _ => return nothing,
            },
        };
        let day = self.cast.imported(account);
        Told {
            first: (day == 1).then_some(newest),
            newest: Some(newest),
        }
    }

    /// The roles of a table, at the scopes they are held at.
    fn assigned(&self, roles: Roles, rng: &mut Rng) -> Vec<Assignment> {
        let place = self
            .places
            .get(rng.below(self.places.len() as u32) as usize);
        let mut out: Vec<Assignment> = roles
            .iter()
            .map(|role| Assignment {
                role: (*role).into(),
                scope: self.scope_of(role, place.copied()),
            })
            .collect();
        out.sort();
        out
    }

    fn scope_of(&self, role: &str, place: Option<ScopeId>) -> ScopeId {
        let everywhere = role == self.catalog.owner.role;
        match place {
            // Roles of an organisation are held there, not at one of its applications.
            Some(_) if role.starts_with("ORG_") => ScopeId(1),
            // Who is invited to one request holds nothing beside it.
            Some(place) if role.starts_with("INVITED_") => self.request_of(place),
            Some(place) if !everywhere => place,
            _ => ScopeId::ROOT,
        }
    }

    /// The request of an application; the application where it has none.
    fn request_of(&self, application: ScopeId) -> ScopeId {
        let above = |n: usize| self.spec.scopes.get(n).and_then(|(_, _, parent)| *parent);
        let mut scopes = (1..).zip(self.spec.scopes);
        let lies_there = |parent: Option<usize>| {
            let application_at = parent.and_then(above);
            application_at.is_some_and(|n| n as u32 + 1 == application.0)
        };
        let found = scopes
            .find(|(_, (kind, _, parent))| *kind == ScopeKind::Request && lies_there(*parent));
        found.map_or(application, |(n, _)| ScopeId(n))
    }

    /// Roles without privilege.
    pub fn plain_roles(&self, rng: &mut Rng) -> Vec<Assignment> {
        let roles = rng.weighted(self.spec.plain).copied().unwrap_or(&[]);
        self.assigned(roles, rng)
    }

    /// Roles with privilege.
    pub fn privileged_roles(&self, rng: &mut Rng) -> Vec<Assignment> {
        let roles = rng.weighted(self.spec.privileged).copied().unwrap_or(&[]);
        self.assigned(roles, rng)
    }

    /// The record of an account when its first import was read, without names; `last` is its last use until today.
    pub fn record(&self, account: u32, story: Story, last: Option<Micros>) -> Account {
        let day = self.cast.imported(account);
        let read = self.import_at(day);
        let mut rng = self.rng(account, Purpose::Person);
        let department = rng.below(self.spec.departments.len() as u32);
        let created = self.created(account, story, day, &mut rng);
        let mut a = Account::new(AccountId(account), "", created);
        a.assignments = match story {
            Story::Owner => {
                let role = self.catalog.owner.role.clone();
                let place = self.places.first().copied();
                let scope = self.scope_of(&role, place);
                vec![Assignment { role, scope }]
            }
            Story::Privileged(Second::Fine | Second::Stale | Second::Unknown) => {
                self.privileged_roles(&mut rng)
            }
            Story::Service => {
                let roles = rng.weighted(self.spec.service).copied().unwrap_or(&[]);
                self.assigned(roles, &mut rng)
            }
            Story::Outside => {
                let roles = rng.weighted(self.spec.outside).copied().unwrap_or(&[]);
                self.assigned(roles, &mut rng)
            }
            _ => self.plain_roles(&mut rng),
        };
        a.kind = match story {
            Story::Service => Kind::Service,
            _ => self.catalog.holder(&a.assignments),
        };
        if self.catalog.any_privileged(&a.assignments) {
            let later = rng.range(0, 60);
            a.privileged_since = Some(Micros(created.0 + i64::from(later) * 86_400_000_000));
        }
        match story {
            Story::Gone => {
                a.status = Status::Deactivated;
                a.status_since = self.calendar.at(rng.range(100, 128), clock(15, 20));
            }
            Story::Invited(_) => self.invite(&mut a),
            Story::Joined if self.accepts_late(account) => self.invite(&mut a),
            _ => {}
        }
        a.last_use = match (last, story) {
            (Some(_), Story::Returned(ago)) => Some(self.calendar.at(ago, clock(16, 10))),
            (Some(last), _) if last < read => Some(last),
            (Some(_), _) if day == FIRST_IMPORT => Some(Micros(
                read.0 - i64::from(rng.range(14, 60)) * 3_600_000_000,
            )),
            // The source of the demo's people tells of whom it has never seen.
            (None, _) => (a.status == Status::Active).then_some(NEVER_USED),
            (Some(_), _) => None,
        };
        if story != Story::Service {
            a.last_sign_in = a.last_use.filter(|at| *at != NEVER_USED);
        }
        if !matches!(story, Story::Outside) {
            a.department = self.department_name(department as usize).into();
            let teams = self.teams.len() as u32;
            let team = self.teams.get(rng.below(teams) as usize);
            a.team = team.copied().filter(|_| rng.percent(94));
        }
        if let Some(mfa) = self.told(account, story).first {
            self.tell_mfa(&mut a, mfa, read);
        }
        if self.vendor() {
            a.observed_status = Some(a.status);
            a.observed_roles = Some(a.assignments.clone());
            a.observed_at = Some(read);
        }
        let owns = rng.percent(30) && account < OWNING;
        if a.kind == Kind::Person && a.status == Status::Active && owns {
            a.assets = assets(&mut rng);
        }
        a
    }

    fn created(&self, account: u32, story: Story, day: Ago, rng: &mut Rng) -> Micros {
        let seconds = clock(10, 0) + i64::from(rng.below(25_000));
        let at = |ago| self.calendar.at(ago, seconds);
        match story {
            Story::Owner => at(1_900),
            Story::Gone => at(rng.range(800, 1_800)),
            // The day before they came once.
            Story::Crowd => at(85),
            Story::Invited(ago) => at(ago),
            _ if day == FIRST_IMPORT => at(rng.range(215, 1_850)),
            // Sent on the morning of the import: the next import comes before the night in which it would expire.
            _ if self.accepts_late(account) => self.calendar.at(day, clock(6, 0) + seconds % 7_200),
            _ => at(day + 1 + (account % NEWCOMER_DAYS as u32) as Ago),
        }
    }

    fn invite(&self, a: &mut Account) {
        a.status = Status::Invited;
        a.invited_at = Some(a.created);
    }

    fn tell_mfa(&self, a: &mut Account, mfa: Mfa, read: Micros) {
        a.mfa = mfa;
        a.mfa_source = self.mfa_source(a.id);
        a.mfa_at = Some(self.mfa_seen(a.id, read));
    }

    /// Who tells of the second factor.
    pub fn mfa_source(&self, account: AccountId) -> Source {
        match account.0 % 11 {
            0 if self.vendor() => Source::Vendor,
            _ => self.spec.mfa_source,
        }
    }

    /// When the source had looked: some hours before the file was read.
    pub fn mfa_seen(&self, account: AccountId, read: Micros) -> Micros {
        Micros(read.0 - i64::from(account.0 % 9 + 1) * 1_800_000_000)
    }

    /// What the newest import tells that it did not know: second factors, and what the vendor shows.
    pub fn news(&self, story: Story, a: &Account) -> Vec<FieldChange> {
        let read = self.import_at(1);
        let mut out = Vec::with_capacity(4);
        if self.vendor() {
            let shown = match story {
                Story::Drifted(Drift::Revived) => Some((Field::ObservedStatus, Status::Active)),
                Story::Drifted(Drift::Locked) => Some((Field::ObservedStatus, Status::Suspended)),
                _ => None,
            };
            if let Some((field, status)) = shown {
                push(&mut out, a, field, Value::Int(status as i64));
            }
            if story == Story::Drifted(Drift::Roles) {
                let mut more = a.assignments.clone();
                more.extend(self.privileged_roles(&mut self.rng(a.id.0, Purpose::History)));
                more.sort();
                more.dedup();
                push(&mut out, a, Field::ObservedRoles, Value::Roles(more));
            }
            push(&mut out, a, Field::ObservedAt, Value::Time(read));
        }
        let known = matches!(a.status, Status::Active | Status::Suspended);
        if let Some(mfa) = self.told(a.id.0, story).newest.filter(|_| known) {
            push(&mut out, a, Field::Mfa, Value::Int(mfa as i64));
            let source = self.mfa_source(a.id);
            push(&mut out, a, Field::MfaSource, Value::Int(source as i64));
            let seen = self.mfa_seen(a.id, read);
            push(&mut out, a, Field::MfaAt, Value::Time(seen));
        }
        out
    }

    /// The news of an account to which nothing else ever happened.
    pub fn plain_news(&self, account: u32, story: Story) -> Vec<FieldChange> {
        let first = self.import_at(self.cast.imported(account));
        // Only what news speaks of is filled in; its state is one in which it is told them.
        let mut a = Account::new(AccountId(account), String::new(), first);
        a.observed_at = self.vendor().then_some(first);
        self.news(story, &a)
    }

    /// Gives a record its names and numbers.
    pub fn dress(&self, a: &mut Account, story: Story) {
        let id = a.id.0;
        let mut rng = self.rng(id, Purpose::Dress);
        a.email = self.email(id);
        if story == Story::Service {
            let program = PROGRAMS[id as usize % PROGRAMS.len()];
            a.first_name = program.into();
            a.last_name = "service".into();
            return;
        }
        if let Some(name) = self.namer.name(id) {
            a.first_name = name.first.into();
            a.last_name = name.last.into();
            a.language = name.language.into();
            if self.spec.saml && rng.percent(60) {
                a.username = name.local;
                a.sid = format!("S-1-5-21-{}-{}", self.id.0 * 7_919, 1_000 + id);
            }
        }
        if story == Story::Outside {
            return;
        }
        if rng.percent(72) {
            a.external_id = number(self.spec.numbers, id, &mut rng);
        }
        if rng.percent(88) {
            a.employee_id = format!("{}-{:06}", self.spec.staff, 100_000 + id);
        }
        let place = self.department(id);
        let list = self.managers.get(place).filter(|_| rng.percent(70));
        if let Some(list) = list {
            let manager = list.get(rng.below(list.len() as u32) as usize);
            if let Some(manager) = manager.filter(|m| **m != a.email) {
                a.manager.clone_from(manager);
            }
        }
    }
}

/// Adds a change when it is one.
pub fn push(out: &mut Vec<FieldChange>, a: &Account, field: Field, new: Value) {
    let old = a.get(field);
    if old != new {
        out.push(FieldChange { field, old, new });
    }
}

fn assets(rng: &mut Rng) -> Vec<u32> {
    [6, 12, 4, 6, 3, 8, 2]
        .into_iter()
        .map(|most| rng.below(most))
        .collect()
}

fn number(numbers: Numbers, id: u32, rng: &mut Rng) -> String {
    match numbers {
        Numbers::Uuid => uuid::Builder::from_random_bytes(rng.bytes())
            .into_uuid()
            .to_string(),
        Numbers::Okta => {
            const LETTERS: &[u8; 62] =
                b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
            let mut out = String::with_capacity(20);
            out.push_str("00u");
            for _ in 0..17 {
                out.push(char::from(LETTERS[rng.below(62) as usize]));
            }
            out
        }
        // Ten digits are too few for chance: this step shares no divisor with 10^10, so no number comes twice.
        Numbers::Plain => {
            let number = (3_141_592_653 + u64::from(id) * 30_011) % 10_000_000_000;
            format!("{number:010}")
        }
        Numbers::Google => format!(
            "1{:010}{:010}",
            rng.next() % 10_000_000_000,
            rng.next() % 10_000_000_000
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::history::eventful;
    use super::super::tenants::TENANTS;
    use super::*;
    use rollcall_shared::domain::TenantId;

    #[test]
    fn plain_news_are_the_news_of_the_whole_record() {
        let today = "2026-11-24".parse().unwrap();
        for (id, spec) in (1..).zip(&TENANTS) {
            let scene = Scene::new(spec, TenantId(id), 300, 5, today).unwrap();
            let known = 0..300 - scene.cast.newcomers(1).len() as u32;
            for account in known {
                let story = scene.cast.story(account);
                if !eventful(&scene, account, story) {
                    let record = scene.record(account, story, None);
                    assert_eq!(
                        scene.plain_news(account, story),
                        scene.news(story, &record),
                        "{story:?}"
                    );
                }
            }
        }
    }
}
