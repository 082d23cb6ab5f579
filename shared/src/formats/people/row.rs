//! A person out of the cells of a row.

use crate::domain::{Kind, Mfa, PersonRow, Source, Status, Told};
use crate::formats::columns::{SLOTS, Slot};
use crate::formats::values::{self, Fault, Rules, word};
use std::borrow::Cow;

/// What makes a CSV format.
pub struct Spec {
    /// Its name.
    pub name: &'static str,
    /// The headers of each field, in normal form.
    pub columns: &'static [(Slot, &'static [&'static str])],
    /// Fields without which the file is refused.
    pub needs: &'static [Slot],
    /// What tells the format: of each group one header is there.
    pub signs: &'static [&'static [&'static str]],
    /// The person's address.
    pub email: for<'a> fn(&Cells<'a>) -> Cow<'a, str>,
    /// The state of a status word, and the words for a message.
    pub status: (fn(&str) -> Option<Status>, &'static str),
    /// Whose file it is.
    pub told_by: Source,
    /// What the format says beyond the common fields.
    pub finish: fn(&Cells<'_>, &Rules, &mut PersonRow) -> Result<(), Fault>,
    /// Whether cells may carry the `'` of our own exports.
    pub ours: bool,
    /// One sentence that an admin should know.
    pub note: Option<&'static str>,
}

/// The cells of a row by field.
#[derive(Default)]
pub struct Cells<'a> {
    texts: [Option<&'a str>; SLOTS],
    cleared: [bool; SLOTS],
}

impl<'a> Cells<'a> {
    /// Sets a field.
    pub fn set(&mut self, slot: Slot, cell: &'a str) {
        self.texts[slot as usize] = Some(cell);
    }

    /// Sets a field to nothing, if its cell says so.
    pub fn clear(&mut self, slot: Slot, cell: &str) -> bool {
        let clears = cell == CLEARED && CLEARABLE.contains(&slot);
        self.cleared[slot as usize] = clears;
        clears
    }

    /// Whether the row says that there is nothing in a field.
    fn cleared(&self, slot: Slot) -> bool {
        self.cleared[slot as usize]
    }

    /// The cell; none where the file has no such column.
    pub fn get(&self, slot: Slot) -> Option<&'a str> {
        self.texts[slot as usize]
    }

    /// The cell when it is not blank.
    pub fn some(&self, slot: Slot) -> Option<&'a str> {
        self.get(slot).filter(|cell| !cell.is_empty())
    }
}

/// Reads one cell, if it is not blank, and blames its field.
pub fn read<T>(
    cells: &Cells<'_>,
    slot: Slot,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, Fault> {
    let fault = |reason| Fault {
        field: slot.name(),
        reason,
    };
    cells.some(slot).map(read).transpose().map_err(fault)
}

/// The address as it stands in its cell.
pub fn email_cell<'a>(cells: &Cells<'a>) -> Cow<'a, str> {
    Cow::Borrowed(cells.get(Slot::Email).unwrap_or_default())
}

/// Nothing beyond the common fields.
pub fn nothing_more(_: &Cells<'_>, _: &Rules, _: &mut PersonRow) -> Result<(), Fault> {
    Ok(())
}

/// The cell that says of a field that there is nothing (any more) …
pub const CLEARED: &str = "-";

/// … in a file of our own, for these fields. There a blank one says nothing.
pub const CLEARABLE: &[Slot] = &[
    Slot::EndDate,
    Slot::LeaveFrom,
    Slot::LeaveTo,
    Slot::Team,
    Slot::Manager,
    Slot::Department,
    Slot::Roles,
];

/// Whether `null` in an object of our own clears a field. It is written for "not known" as well, which must not take
/// anybody's roles.
pub fn null_clears(slot: Slot) -> bool {
    slot != Slot::Roles && CLEARABLE.contains(&slot)
}

/// The words of a list, for a message.
const KINDS: &str = "person, service, signer, outsider";
const MFAS: &str = "unknown, none, enrolled, enforced";

/// Reads the fields that every format may have, then what is particular to this one.
pub fn person(spec: &Spec, cells: &Cells<'_>, rules: &Rules) -> Result<PersonRow, Fault> {
    // Others write a blank for "none"; in a file of our own it says nothing.
    let text = |slot: Slot| match cells.get(slot).map(values::text).transpose() {
        Ok(text) => Ok(text
            .filter(|text| !(spec.ours && text.is_empty()))
            .map(str::to_owned)),
        Err(reason) => Err(Fault {
            field: slot.name(),
            reason,
        }),
    };
    // A blank key says nothing of who somebody is; taken as a key it would join strangers.
    let key = |slot: Slot| text(slot).map(|key| key.filter(|key| !key.is_empty()));
    let instant = |slot| read(cells, slot, |cell| values::instant(cell, rules));
    let kept = |slot: Slot| match cells.cleared(slot) {
        true => Ok(Some(String::new())),
        false => text(slot),
    };
    let day = |slot: Slot| match cells.cleared(slot) {
        true => Ok(Some(None)),
        false => read(cells, slot, values::day).map(|day| day.map(Some)),
    };

    let email = values::email(&(spec.email)(cells)).map_err(|reason| Fault {
        field: Slot::Email.name(),
        reason,
    })?;
    let (find_status, statuses) = spec.status;
    // A file that says "unknown" says nothing.
    let mfa = read(cells, Slot::Mfa, |cell| word(cell, Mfa::from_word, MFAS))?
        .filter(|mfa| *mfa != Mfa::Unknown);
    let mut row = PersonRow {
        line: 0,
        email,
        first_name: text(Slot::FirstName)?,
        last_name: text(Slot::LastName)?,
        status: read(cells, Slot::Status, |cell| {
            word(cell, find_status, statuses)
        })?,
        roles: kept(Slot::Roles)?.map(|cell| roles(&cell)),
        team: kept(Slot::Team)?,
        account: text(Slot::Account)?,
        mfa,
        mfa_source: mfa.map(|_| spec.told_by),
        mfa_at: instant(Slot::MfaAt)?,
        last_sign_in: read(cells, Slot::LastLogin, |cell| last_sign_in(cell, rules))?,
        created: instant(Slot::Created)?,
        invited_at: instant(Slot::Invited)?,
        kind: read(cells, Slot::Kind, |cell| word(cell, Kind::from_word, KINDS))?,
        language: text(Slot::Language)?,
        username: text(Slot::Username)?,
        sid: text(Slot::Sid)?,
        external_id: key(Slot::ExternalId)?,
        employee_id: key(Slot::EmployeeId)?,
        manager: match cells.get(Slot::Manager) {
            Some("") | None => kept(Slot::Manager)?,
            _ => read(cells, Slot::Manager, values::email)?,
        },
        department: kept(Slot::Department)?,
        end_date: day(Slot::EndDate)?,
        leave_from: day(Slot::LeaveFrom)?,
        leave_to: day(Slot::LeaveTo)?,
    };
    if let (Some(from), Some(to)) = (row.leave_from.flatten(), row.leave_to.flatten())
        && to < from
    {
        let reason = format!("the leave ends on {to}, before it begins on {from}");
        return Err(Fault {
            field: Slot::LeaveTo.name(),
            reason,
        });
    }
    (spec.finish)(cells, rules, &mut row)?;
    Ok(row)
}

/// An instant, or a word that begins with "never".
pub fn last_sign_in(cell: &str, rules: &Rules) -> Result<Told, String> {
    let never = cell
        .get(..5)
        .is_some_and(|word| word.eq_ignore_ascii_case("never"));
    if never {
        Ok(Told::Never)
    } else {
        values::instant(cell, rules).map(Told::At)
    }
}

/// Roles between `|`, each once, in the order written. An empty text says: none.
fn roles(cell: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for role in cell.split('|').map(str::trim).filter(|r| !r.is_empty()) {
        if !out.iter().any(|known| known == role) {
            out.push(role.to_owned());
        }
    }
    out
}
