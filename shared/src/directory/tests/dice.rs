//! What happens in a case, and what is asked, made up from one number.

use super::*;
use crate::wire::bound::Bound;
use crate::wire::sweep::When;
use crate::wire::user::{Flag, SortKey, UserQuery};

/// A sequence of numbers that one number starts: what happens in a case follows from it.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ mixed >> 27) % sides
    }

    pub fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len() as u64) as usize].clone()
    }

    fn some<T: Clone>(&mut self, of: &[T]) -> Vec<T> {
        if self.roll(4) > 0 {
            return Vec::new();
        }
        (0..=self.roll(2)).map(|_| self.pick(of)).collect()
    }
}

pub const DAY: i64 = 86_400_000_000;
/// The day around which everything happens.
pub const TODAY: i64 = 20_000;

pub fn instant(dice: &mut Dice) -> Micros {
    Micros((TODAY - dice.roll(100) as i64) * DAY + dice.roll(5) as i64)
}

fn bound(dice: &mut Dice) -> Bound {
    match dice.roll(3) {
        0 => Bound::When(When::At(instant(dice))),
        1 => Bound::When(When::Day(instant(dice).day())),
        _ => Bound::Ago(Span::hours(dice.roll(3_000) as i64)),
    }
}

pub fn text(dice: &mut Dice) -> String {
    let of = [
        "",
        "a",
        "Ada",
        "ADA",
        "Åse",
        "müller",
        "Łukasz",
        "o\u{1f}x",
        "x\ny",
        "İris",
        "van der Berg",
    ];
    let more = ["", "", "1", "22", "@x.org"];
    format!("{}{}", dice.pick(&of), dice.pick(&more))
}

pub fn roles(dice: &mut Dice) -> Vec<Assignment> {
    let ids = [
        "owner",
        "admin",
        "sender",
        "author",
        "ORG_ADMIN",
        "APP_ADMIN",
        "no-such-role",
    ];
    let role = |dice: &mut Dice| Assignment {
        role: dice.pick(&ids).into(),
        scope: ScopeId(dice.roll(4) as u32),
    };
    let mut roles: Vec<Assignment> = (0..dice.roll(3)).map(|_| role(dice)).collect();
    roles.sort();
    roles
}

fn value(dice: &mut Dice, field: Field) -> Value {
    let number = |dice: &mut Dice, sides: usize| Value::Int(dice.roll(sides as u64) as i64);
    let may = |dice: &mut Dice, value: Value| {
        if dice.roll(3) == 0 {
            Value::Null
        } else {
            value
        }
    };
    match field {
        Field::Kind => number(dice, Kind::ALL.len()),
        Field::Status => number(dice, Status::ALL.len()),
        Field::StatusBy => number(dice, Origin::ALL.len()),
        Field::Mfa => number(dice, Mfa::ALL.len()),
        Field::MfaSource | Field::StatusSource => number(dice, Source::ALL.len()),
        Field::WarnedIdleDays | Field::Manifest => number(dice, 4),
        Field::ObservedStatus => {
            let status = number(dice, Status::ALL.len());
            may(dice, status)
        }
        Field::Team => {
            let team = number(dice, 5);
            may(dice, team)
        }
        Field::Roles => Value::Roles(roles(dice)),
        Field::ObservedRoles => {
            let roles = Value::Roles(roles(dice));
            may(dice, roles)
        }
        Field::EndDate | Field::LeaveFrom | Field::LeaveTo => {
            let day = Value::Day(Day((TODAY - 3) as i32 + dice.roll(7) as i32));
            may(dice, day)
        }
        Field::StatusSince | Field::Created => Value::Time(instant(dice)),
        Field::ObservedIdentity => {
            let last = (Field::LastName, text(dice));
            may(
                dice,
                Value::Texts(vec![(Field::Email, String::new()), last]),
            )
        }
        Field::Assets => {
            let counts = (0..dice.roll(8)).map(|_| dice.roll(1 << 32) as u32);
            Value::Counts(counts.collect())
        }
        Field::ObservedAt
        | Field::MfaAt
        | Field::LastSignIn
        | Field::LastUse
        | Field::Reactivated
        | Field::InvitedAt
        | Field::PrivilegedSince
        | Field::WarnedIdleAt
        | Field::WarnedMfaAt
        | Field::HoldUntil => {
            let at = Value::Time(instant(dice));
            may(dice, at)
        }
        _ => {
            let text = Value::Text(text(dice));
            may(dice, text)
        }
    }
}

pub fn entry(dice: &mut Dice, accounts: u32) -> Entry {
    let used = |dice: &mut Dice| SignIn {
        account: AccountId(dice.roll(u64::from(accounts)) as u32),
        at: instant(dice),
        kind: dice.pick(SignInKind::ALL),
        count: dice.roll(300) as u32,
        event: dice.roll(50),
    };
    match dice.roll(12) {
        0 if accounts > 0 => {
            let events = (0..dice.roll(20)).map(|_| used(dice)).collect();
            Entry::plain(Fact::SignIns(events))
        }
        1 if accounts > 0 => Entry::plain(Fact::DailyUse {
            last_day: Day(TODAY as i32 - dice.roll(9) as i32),
            first: AccountId(dice.roll(u64::from(accounts)) as u32),
            counts: (0..28).map(|_| dice.roll(3) as u8 * 100).collect(),
        }),
        2 => Entry::plain(Fact::PolicySet {
            sweep: Sweep::Invitations,
            old: None,
            new: Box::new(Policy {
                invitation_valid: Span::days(dice.roll(40) as i64),
                ..Policy::default_of(Sweep::Invitations)
            }),
        }),
        3 if dice.roll(3) == 0 => {
            adopted(dice.pick(&["iusign", "ignisign", "onespan", "esignanywhere"]))
        }
        _ => {
            let account = dice.roll(u64::from(accounts) + 1) as u32;
            let fields: Vec<Field> = (0..dice.roll(6)).map(|_| dice.pick(&Field::ALL)).collect();
            let changes = fields.into_iter().map(|f| set(f, value(dice, f)));
            changed(account, changes.collect())
        }
    }
}

pub fn question(dice: &mut Dice) -> UserQuery {
    let keys = SortKey::ALL.map(|(key, _)| key);
    let tenant = dice.pick(&[None, None, Some("acme".to_owned()), Some("beta".to_owned())]);
    UserQuery {
        as_of: None,
        search: dice
            .pick(&["", "", "", "a", "ADA", "åse", "2@x", "o x", "der b", "iri"])
            .into(),
        scope: tenant
            .clone()
            .filter(|_| dice.roll(3) == 0)
            .map(|_| dice.pick(&["North", "Paris"]).into()),
        tenant,
        status: dice.some(Status::ALL),
        role: dice.some(&["owner".to_owned(), "sender".to_owned()]),
        mfa: dice.some(Mfa::ALL),
        kind: dice.some(Kind::ALL),
        seat: dice.some(SeatHold::ALL),
        last_sign_in_from: Some(bound(dice)).filter(|_| dice.roll(6) == 0),
        last_sign_in_to: Some(bound(dice)).filter(|_| dice.roll(6) == 0),
        never_signed_in: dice.roll(8) == 0,
        flag: dice.some(&Flag::ALL),
        sort: dice.pick(&keys),
        descending: dice.roll(2) == 0,
        offset: dice.roll(30) * dice.roll(30) * dice.roll(8),
        limit: 1 + dice.roll(60) as u32,
    }
}

pub fn scopes() -> Vec<Entry> {
    let node = |id, parent: Option<u32>, name: &str| {
        Entry::plain(Fact::ScopeCreated(ScopeNode {
            id: ScopeId(id),
            kind: ScopeKind::Team,
            parent: parent.map(ScopeId),
            name: name.into(),
            profile: crate::domain::ScopeProfile::default(),
        }))
    };
    vec![
        node(0, None, "all"),
        node(1, Some(0), "North"),
        node(2, Some(1), "Paris"),
        node(3, Some(0), "south"),
    ]
}
