//! Taking the personal data of an account out for good: when it may be done, and what stays shut afterwards.

use super::{Refusal, orders};
use crate::domain::{
    Account, AccountRef, Entry, Fact, Field, Gone, Handover, HandoverState, MoveState, Order, Pos,
    Status, Value,
};

/// What a redaction of an account rests on besides the account.
#[derive(Debug, Clone, Copy)]
pub struct Redacting<'a> {
    /// The account's reference, for messages.
    pub id: AccountRef,
    /// Whether it holds the tenant's owner role, or the tenant's settings name it as the owner.
    pub owner: bool,
    /// The newest hand-over from or to the account that is not finished.
    pub handover: Option<&'a Handover>,
    /// An order about the account that the vendor has not answered.
    pub order: Option<&'a Order>,
    /// The OS user that is bound to the person now.
    pub bound: Option<&'a str>,
}

/// Whether an account of this state is let in no more by itself: what a redaction needs.
pub fn ended(status: Status) -> bool {
    match status {
        Status::Deactivated | Status::Deleted | Status::Expired | Status::Revoked => true,
        Status::Invited | Status::Active | Status::Suspended => false,
    }
}

/// Whether a hand-over has still something to move; `moves` are the states of the moves of its assets.
pub fn pending(handover: &Handover, mut moves: impl Iterator<Item = MoveState>) -> bool {
    handover.state == HandoverState::Open
        || moves.any(|state| matches!(state, MoveState::Open | MoveState::Delivered))
}

/// Refuses what stands against taking an account's personal data out.
///
/// # Errors
/// The rule against it: the owner, an account that is not ended, a hand-over or an order that is not finished, somebody who is bound to
/// an OS user.
pub fn redact(account: &Account, ask: &Redacting<'_>) -> Result<(), Refusal> {
    let id = ask.id;
    if ask.owner {
        return Err(Refusal::new(
            "redaction-owner",
            format!("account {id} is the owner of the tenant, whose settings name it by email"),
            "transfer the ownership first: `rollcall ownership start`",
        ));
    }
    if !ended(account.status) {
        return Err(Refusal::new(
            "redaction-ended",
            format!(
                "account {id} is {}: who may still come in is not redacted",
                account.status
            ),
            "end it first: `rollcall user deactivate`, `rollcall user delete` or `rollcall user revoke`",
        ));
    }
    if let Some(handover) = ask.handover {
        return Err(Refusal::new(
            "redaction-handover",
            format!(
                "hand-over {} of account {id} is not finished, and the vendor knows people by email",
                handover.id.0
            ),
            "finish it first: `rollcall handover resume`, or `handover export` and an import that shows the moves",
        ));
    }
    if let Some(os_user) = ask.bound {
        return Err(Refusal::new(
            "redaction-bound",
            format!(
                "the OS user {os_user} is bound to the person of account {id}, and the binding names them"
            ),
            format!("end it first: `rollcall operator unbind {os_user}`"),
        ));
    }
    if let Some(order) = ask.order {
        return Err(Refusal::new(
            "redaction-order",
            format!(
                "order {} about account {id} is {}, and the vendor knows people by email",
                order.id.0, order.state
            ),
            match orders::by_word(order) {
                true => {
                    "let it be done first: `rollcall order export`, then an import of people that shows it, or `rollcall order confirm`"
                }
                false => {
                    "let it be done first: `rollcall order export`, then an import of people that shows it"
                }
            },
        ));
    }
    Ok(())
}

/// One entry of an account's history, as far as a redaction minds it.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// Where it stands.
    pub pos: Pos,
    /// Whether it has a personal part that is not redacted yet.
    pub personal: bool,
    /// Whether the header of its batch has one that nobody else needs.
    pub header: bool,
}

/// What goes from the journal for an account of this history.
pub fn gone(history: &[Told]) -> Gone {
    let mut entries: Vec<Pos> = history
        .iter()
        .filter(|t| t.personal)
        .map(|t| t.pos)
        .collect();
    let mut headers: Vec<u64> = history
        .iter()
        .filter(|t| t.header)
        .map(|t| t.pos.seq)
        .collect();
    entries.sort_unstable();
    headers.sort_unstable();
    headers.dedup();
    Gone { entries, headers }
}

/// Whether an entry gives its account personal data, or lets it in.
pub fn revives(entry: &Entry) -> bool {
    let Fact::Account { changes, .. } = &entry.fact else {
        return false;
    };
    let let_in = |value: &Value| match value {
        Value::Int(n) => Status::ALL.iter().any(|s| *s as i64 == *n && !ended(*s)),
        _ => false,
    };
    !entry.personal.is_empty()
        || changes
            .iter()
            .any(|c| c.field == Field::Status && let_in(&c.new))
}

/// The refusal of such an entry for an account whose personal data was taken out.
pub fn refuse_revival(id: AccountRef) -> Refusal {
    Refusal::new(
        "account-redacted",
        format!("account {id} is redacted: nobody knows any more whose it was"),
        "make a new account for the person: `rollcall user invite`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Todo;
    use crate::domain::{
        AccountId, FieldChange, HandoverId, HandoverWay, Micros, OrderId, OrderState, Rule,
        TenantId, Why,
    };

    const ID: AccountRef = AccountRef {
        tenant: TenantId(2),
        account: AccountId(7),
    };

    fn free<'a>() -> Redacting<'a> {
        Redacting {
            id: ID,
            owner: false,
            handover: None,
            order: None,
            bound: None,
        }
    }

    fn account(status: Status) -> Account {
        let mut account = Account::new(ID.account, "p@acme.example", Micros(0));
        account.status = status;
        account
    }

    #[test]
    fn only_an_account_that_has_ended_is_redacted() {
        for status in Status::ALL {
            let refused = redact(&account(*status), &free()).err().map(|r| r.rule);
            let ended = matches!(
                status,
                Status::Deactivated | Status::Expired | Status::Deleted | Status::Revoked
            );
            assert_eq!(refused, (!ended).then_some("redaction-ended"), "{status}");
        }
    }

    #[test]
    fn an_owner_and_whom_the_vendor_must_still_find_are_not_redacted() {
        let gone = account(Status::Deactivated);
        let rule = |ask: Redacting<'_>| redact(&gone, &ask).err().map(|r| r.rule);
        let owner = Redacting {
            owner: true,
            ..free()
        };
        assert_eq!(rule(owner), Some("redaction-owner"));
        let handover = Handover {
            id: HandoverId(1),
            from: ID.account,
            to: AccountId(1),
            way: HandoverWay::Transfer,
            kinds: Vec::new(),
            total: 1,
            state: HandoverState::Done,
            opened: Micros(0),
            updated: Micros(0),
            undoable: false,
            resting: false,
        };
        assert!(!pending(&handover, [MoveState::Confirmed].into_iter()));
        assert!(pending(&handover, [MoveState::Delivered].into_iter()));
        let moving = Redacting {
            handover: Some(&handover),
            ..free()
        };
        assert_eq!(rule(moving), Some("redaction-handover"));
        let order = Order {
            id: OrderId(1),
            todo: Todo::Account {
                account: ID.account,
                change: FieldChange {
                    field: Field::Status,
                    old: Value::Int(1),
                    new: Value::Int(3),
                },
            },
            state: OrderState::Delivered,
            opened: Micros(0),
            updated: Micros(0),
            run: None,
        };
        let ordered = Redacting {
            order: Some(&order),
            ..free()
        };
        assert_eq!(rule(ordered), Some("redaction-order"));
        let confirm = |field| {
            let mut order = order.clone();
            let (old, new) = (Value::Null, Value::Null);
            let change = FieldChange { field, old, new };
            order.todo = Todo::Account {
                account: ID.account,
                change,
            };
            let ordered = Redacting {
                order: Some(&order),
                ..free()
            };
            let refusal = redact(&gone, &ordered).unwrap_err();
            refusal.instead.contains("rollcall order confirm")
        };
        assert_eq!(
            (confirm(Field::LastName), confirm(Field::Roles)),
            (true, false)
        );
        let bound = Redacting {
            bound: Some("ada"),
            ..free()
        };
        assert_eq!(rule(bound), Some("redaction-bound"));
        assert_eq!(rule(free()), None);
    }

    #[test]
    fn every_personal_part_goes_once_and_a_reason_only_where_nobody_else_is_meant() {
        let told = |seq, index, personal, header| Told {
            pos: Pos { seq, index },
            personal,
            header,
        };
        let history = [
            told(9, 0, false, true),
            told(4, 1, true, true),
            told(4, 0, true, true),
            told(2, 7, true, false),
        ];
        let expected = Gone {
            entries: vec![
                Pos { seq: 2, index: 7 },
                Pos { seq: 4, index: 0 },
                Pos { seq: 4, index: 1 },
            ],
            headers: vec![4, 9],
        };
        assert_eq!(gone(&history), expected);
        assert!(gone(&history[..0]).is_empty());
    }

    #[test]
    fn only_a_platform_admin_redacts_and_never_a_member() {
        use crate::catalog::{builtin, parse};
        let operators = parse("rollcall", builtin("rollcall").unwrap()).unwrap();
        let may = operators.roles.iter().filter(|r| r.grants("user.redact"));
        let may: Vec<&str> = may.map(|r| r.id.as_str()).collect();
        assert_eq!(may, ["platform_admin"]);
        for vendor in ["iusign", "ignisign", "onespan", "esignanywhere"] {
            let catalog = parse(vendor, builtin(vendor).unwrap()).unwrap();
            assert!(!catalog.verbs.contains_key("user redact"), "{vendor}");
        }
    }

    #[test]
    fn letting_in_and_naming_revive_and_counting_does_not() {
        let entry = |field, new| {
            let change = FieldChange {
                field,
                old: Value::Null,
                new,
            };
            Entry::account(ID.account, vec![change], Why::rule(Rule::Request), [0; 16])
        };
        for status in Status::ALL {
            let revived = revives(&entry(Field::Status, Value::Int(*status as i64)));
            assert_eq!(revived, !ended(*status), "{status}");
        }
        for field in Field::PERSONAL {
            assert!(revives(&entry(field, Value::Text("x".into()))), "{field:?}");
        }
        assert!(!revives(&entry(Field::Assets, Value::Counts(vec![1]))));
        assert_eq!(refuse_revival(ID).rule, "account-redacted");
    }
}
