//! One file says one thing of one account: rows may add to each other, and a later one contradicts none before it. Else
//! the account would go to and fro with every import of the same file.

use super::kept::shown_roles;
use crate::domain::{Account, Assignment, Field, PersonRow, ScopeId};
use crate::rules::Refusal;

/// What the rows of a file that were taken told of one account so far: its fields as a set. Roles that are told of one
/// place are kept apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Said(u64);

impl Said {
    /// Adds what a row tells; `placed` where it tells the roles of one place alone.
    pub fn add(&mut self, row: &PersonRow, placed: bool) {
        let told = told(row);
        let told = told.filter(|field| !(placed && *field == Field::Roles));
        self.0 |= told.fold(0, |all, field| all | bit(field));
    }

    /// Whether no row has told of the account yet.
    pub fn nothing(self) -> bool {
        self.0 == 0
    }

    fn has(self, field: Field) -> bool {
        self.0 & bit(field) != 0
    }
}

fn bit(field: Field) -> u64 {
    1 << field as u64
}

/// The fields of which another row may say something else. Of sign-ins the last one counts, whichever row tells it.
fn told(row: &PersonRow) -> impl Iterator<Item = Field> {
    let named = |key: &Option<String>| key.as_deref().is_some_and(|key| !key.is_empty());
    let fields = [
        (Field::Email, true),
        (Field::ExternalId, named(&row.external_id)),
        (Field::EmployeeId, named(&row.employee_id)),
        (Field::Status, row.status.is_some()),
        (Field::Roles, row.roles.is_some()),
        (Field::Kind, row.kind.is_some()),
        (Field::Mfa, row.mfa.is_some()),
        (Field::FirstName, row.first_name.is_some()),
        (Field::LastName, row.last_name.is_some()),
        (Field::Username, row.username.is_some()),
        (Field::Sid, row.sid.is_some()),
        (Field::Language, row.language.is_some()),
        (Field::Manager, row.manager.is_some()),
        (Field::Department, row.department.is_some()),
        (Field::Team, row.team.is_some()),
        (Field::Created, row.created.is_some()),
        (Field::InvitedAt, row.invited_at.is_some()),
        (Field::EndDate, row.end_date.is_some()),
        (Field::LeaveFrom, row.leave_from.is_some()),
        (Field::LeaveTo, row.leave_to.is_some()),
    ];
    let told = fields.into_iter().filter(|(_, told)| *told);
    told.map(|(field, _)| field)
}

/// Refuses a row that makes something else of its account than earlier rows of the same file told: `before` is the account
/// with those, `after` what the row makes of it. `placed` says of which places alone they told the roles.
///
/// # Errors
/// Rule `row-twice`.
pub fn one_word(
    said: Said,
    placed: impl Fn(ScopeId) -> bool,
    row: &PersonRow,
    before: &Account,
    after: &Account,
) -> Result<(), Refusal> {
    if said.nothing() {
        return Ok(());
    }
    let otherwise: Vec<&str> = Field::ALL
        .into_iter()
        .filter(|field| match field {
            Field::Roles => {
                let all = said.has(Field::Roles);
                let counts = |scope| all || placed(scope);
                roles(before, &counts) != roles(after, &counts)
            }
            field => said.has(*field) && differs(*field, row, before, after),
        })
        .map(Field::label)
        .collect();
    if otherwise.is_empty() {
        return Ok(());
    }
    Err(Refusal::new(
        "row-twice",
        format!(
            "an earlier row of this file says otherwise of this account: {}",
            otherwise.join(", ")
        ),
        "give each account one row with all its roles, or rows that differ only in the column account (`/` is the whole tenant, an empty one all places at once) and the roles held there",
    ))
}

/// The roles held at the places that count: in force, as a vendor shows them, and as files show them.
fn roles(account: &Account, counts: &impl Fn(ScopeId) -> bool) -> [Vec<Assignment>; 3] {
    let observed = account.observed_roles.clone().unwrap_or_default();
    let mut roles = [account.assignments.clone(), observed, shown_roles(account)];
    for held in &mut roles {
        held.retain(|a| counts(a.scope));
    }
    roles
}

fn differs(field: Field, row: &PersonRow, before: &Account, after: &Account) -> bool {
    if before.get(field) == after.get(field) {
        let seen = |account: &Account| account.observed_status;
        let shown = before.shown_otherwise(field) != after.shown_otherwise(field);
        return shown || (field == Field::Status && seen(before) != seen(after));
    }
    // A row that states a later instant tells what became of the second factor.
    let later = field == Field::Mfa && row.mfa_at.is_some() && before.mfa_at < after.mfa_at;
    !later
}
