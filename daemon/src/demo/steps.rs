//! What people and files did to an account since its first import, as its story tells.

use super::activity::{Purpose, back_after};
use super::calendar::{Ago, clock};
use super::cast::{Drift, Second, Story, WEEKS, import_day};
use super::history::{Group, OrderStep};
use super::scene::Scene;
use rollcall_shared::domain::{Account, Day, Field, Mfa, Micros, Rule, Span, Status, Value, Why};

const SUSPEND_NOTES: [&str; 5] = [
    "left the project, line manager asked",
    "lost laptop, until it is replaced",
    "contract under review",
    "parental leave, as agreed with HR",
    "phishing report, password reset pending",
];
const REACTIVATE_NOTES: [&str; 3] = [
    "laptop replaced",
    "back on the project",
    "review finished, contract extended",
];

/// What a step does.
pub enum Doing {
    /// Sets fields.
    Set(Vec<(Field, Value)>),
    /// A person suspends the account.
    Suspend,
    /// A person brings it back, perhaps with a hold.
    Reactivate(Option<Micros>),
    /// A person deactivates it.
    Deactivate,
    /// What the newest import tells.
    News,
    /// An order moves on.
    Order(OrderStep),
}

/// Something people or files do to an account.
pub struct Step {
    /// When.
    pub at: Micros,
    /// In which batch.
    pub group: Group,
    /// What.
    pub doing: Doing,
    /// Why.
    pub why: Why,
}

/// The weekly import some days before a day; the newest but one for days to come.
fn import_before(ago: Ago) -> Ago {
    import_day(((ago + 8) / 7).clamp(1, WEEKS - 1))
}

/// What people and files did to an account, in the order of time.
pub fn steps(scene: &Scene, a: &Account, story: Story) -> Vec<Step> {
    let id = a.id.0;
    let mut rng = scene.rng(id, Purpose::History);
    let mut out = Vec::new();
    let import = |day: Ago, fields: Vec<(Field, Value)>, rule: Rule| Step {
        at: scene.import_at(day),
        group: Group::Import(day),
        doing: Doing::Set(fields),
        why: Why::rule(rule),
    };
    let decide = |ago: Ago, verb: &'static str, note: &'static str, doing: Doing| Step {
        at: scene
            .calendar
            .at(ago, clock(11, 0) + i64::from(id % 17_000)),
        group: Group::Decision(verb, note),
        doing,
        why: Why {
            note: Some(note.into()),
            ..Why::rule(Rule::Request)
        },
    };
    let suspend_note = SUSPEND_NOTES[id as usize % SUSPEND_NOTES.len()];
    match story {
        Story::Joined => {
            let day = scene.cast.imported(id) - 7;
            let at = scene.import_at(day);
            let fields = vec![
                (Field::Status, Value::Int(Status::Active as i64)),
                (Field::StatusSince, Value::Time(at)),
            ];
            let mut step = import(day, fields, Rule::PeopleFile);
            if scene.vendor()
                && let Doing::Set(fields) = &mut step.doing
            {
                fields.push((Field::ObservedStatus, Value::Int(Status::Active as i64)));
                fields.push((Field::ObservedAt, Value::Time(at)));
            }
            out.push(step);
        }
        Story::Moved(day) => {
            let mut fields = vec![];
            if rng.percent(60) {
                fields.push((Field::Roles, Value::Roles(scene.plain_roles(&mut rng))));
            }
            if fields.is_empty() || rng.percent(40) {
                let other = scene.department_name(scene.department(id) + 1);
                fields.push((Field::Department, Value::Text(other.into())));
            }
            out.push(import(day, fields, Rule::PeopleFile));
        }
        Story::Privileged(Second::None(day)) => {
            let roles = scene.privileged_roles(&mut rng);
            let fields = vec![
                (Field::Roles, Value::Roles(roles)),
                (Field::PrivilegedSince, Value::Time(scene.import_at(day))),
            ];
            out.push(import(day, fields, Rule::RoleChange));
            for told in (1..WEEKS).rev().map(import_day).filter(|d| *d <= day) {
                let seen = scene.mfa_seen(a.id, scene.import_at(told));
                let fields = vec![
                    (Field::Mfa, Value::Int(Mfa::None as i64)),
                    (Field::MfaSource, Value::Int(scene.mfa_source(a.id) as i64)),
                    (Field::MfaAt, Value::Time(seen)),
                ];
                out.push(import(told, fields, Rule::PeopleFile));
            }
        }
        Story::Suspended(ago) => {
            out.push(decide(ago, "user suspend", suspend_note, Doing::Suspend));
        }
        Story::Reactivated(ago) => {
            let back = (ago - back_after(id)).max(2);
            let note = REACTIVATE_NOTES[id as usize % REACTIVATE_NOTES.len()];
            out.push(decide(ago, "user suspend", suspend_note, Doing::Suspend));
            out.push(decide(
                back,
                "user reactivate",
                note,
                Doing::Reactivate(None),
            ));
        }
        Story::Restored(_) => {
            let hold = scene.calendar.at(3, clock(11, 0)).plus(Span::days(10));
            out.push(decide(
                3,
                "user reactivate",
                "still needed for the year-end closing",
                Doing::Reactivate(Some(hold)),
            ));
        }
        Story::Ended(ago) => {
            let fields = vec![(Field::EndDate, Value::Day(scene.calendar.day(ago)))];
            out.push(import(import_before(ago.max(0)), fields, Rule::PeopleFile));
        }
        Story::Leave(from) => {
            let to: Day = scene.calendar.day(-5 - rng.range(0, 50));
            let fields = vec![
                (Field::LeaveFrom, Value::Day(scene.calendar.day(from))),
                (Field::LeaveTo, Value::Day(to)),
            ];
            out.push(import(import_before(from), fields, Rule::PeopleFile));
        }
        Story::Drifted(Drift::Revived) => {
            out.push(decide(
                40,
                "user deactivate",
                "left the company, access ended on request",
                Doing::Deactivate,
            ));
        }
        _ => {}
    }
    if scene.cast.imported(id) != 1 {
        out.push(Step {
            at: scene.import_at(1),
            group: Group::Import(1),
            doing: Doing::News,
            why: Why::rule(Rule::PeopleFile),
        });
    }
    // Stable: what comes at the same instant stays in the order of telling.
    out.sort_by_key(|step| step.at);
    out
}
