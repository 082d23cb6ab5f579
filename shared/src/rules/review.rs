//! The periodic review of a tenant's users: who is asked about, who may say what, and what closing it does.

use super::Refusal;
use crate::domain::{Account, AccountId, Kind, Micros, Review, ReviewId, Span, Status, Verdict};
use crate::text::{self, counted};

/// Days until answers are due where nobody says otherwise.
pub const REVIEW_DAYS: u32 = 14;

/// Whether an account is a subject of a review: a user with access.
pub fn subject(kind: Kind, status: Status) -> bool {
    status == Status::Active && matches!(kind, Kind::Person | Kind::Service)
}

/// A review of these accounts.
///
/// # Errors
/// When another is open, or the time to answer is none or longer than a year.
pub fn open(
    id: ReviewId,
    subject: Vec<AccountId>,
    days: Option<u32>,
    silence: Verdict,
    newest: Option<&Review>,
    now: Micros,
) -> Result<Review, Refusal> {
    if let Some(other) = newest.filter(|r| r.closed.is_none()) {
        return Err(Refusal::new(
            "review-open",
            format!("review {} is still open", other.id.0),
            "answer and close it first",
        ));
    }
    let days = days.unwrap_or(REVIEW_DAYS);
    if !(1..=366).contains(&days) {
        return Err(Refusal::new(
            "review-days",
            format!("{} is no time to answer in", counted(days, "day")),
            "give 1 to 366 days",
        ));
    }
    Ok(Review {
        id,
        opened: now,
        due: now.plus(Span::days(i64::from(days))),
        closed: None,
        silence,
        subject,
        verdicts: std::collections::BTreeMap::new(),
    })
}

fn is_open(review: &Review) -> Result<(), Refusal> {
    match review.closed {
        None => Ok(()),
        Some(at) => Err(Refusal::new(
            "review-closed",
            format!("review {} was closed on {}", review.id.0, at.day()),
            "open another one",
        )),
    }
}

/// A review with answers about these accounts. `reviewer` is the reviewer's own account in the tenant.
///
/// # Errors
/// When it is closed, an account is not its subject, or somebody reviews themselves.
pub fn answer(
    review: &Review,
    accounts: &[AccountId],
    verdict: Verdict,
    reviewer: Option<AccountId>,
) -> Result<Review, Refusal> {
    is_open(review)?;
    let mut after = review.clone();
    for account in accounts {
        if reviewer == Some(*account) {
            return Err(Refusal::new(
                "own-review",
                "nobody reviews themselves",
                "ask another reviewer",
            ));
        }
        if review.subject.binary_search(account).is_err() {
            return Err(Refusal::new(
                "review-subject",
                format!(
                    "account {} is not a subject of review {}",
                    account.0, review.id.0
                ),
                "see its subjects with `rollcall review show`",
            ));
        }
        after.verdicts.insert(*account, verdict);
    }
    Ok(after)
}

/// A review that is closed. Before the answers are due silence says nothing yet: `early` says on purpose that it does.
///
/// # Errors
/// Rules `review-closed`; `review-due`: when answers are missing that are not due yet.
pub fn close(review: &Review, early: bool, now: Micros) -> Result<Review, Refusal> {
    is_open(review)?;
    let silent = review.subject.len() - review.verdicts.len();
    if silent > 0 && now < review.due && !early {
        return Err(Refusal::new(
            "review-due",
            format!(
                "answers of review {} are due on {}, and of {} nothing is said yet: silence would mean {}",
                review.id.0,
                review.due.day(),
                text::counted(silent as u64, "account"),
                review.silence
            ),
            "answer for them with `rollcall review answer`, wait until that day, or close it now with --early",
        ));
    }
    Ok(Review {
        closed: Some(now),
        ..review.clone()
    })
}

/// What is said of an account: an answer, else what silence means. Nobody's silence removes the person who closes it.
pub fn verdict(review: &Review, account: &Account, closer: Option<AccountId>) -> Verdict {
    match review.verdicts.get(&account.id) {
        Some(said) => *said,
        None if closer == Some(account.id) => Verdict::Keep,
        None => review.silence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn review(silence: Verdict) -> Review {
        let subject = vec![AccountId(1), AccountId(2)];
        open(ReviewId(1), subject, None, silence, None, Micros(0)).unwrap()
    }

    #[test]
    fn nobody_reviews_themselves_or_strangers_or_what_is_closed() {
        let open_one = review(Verdict::Remove);
        assert_eq!(open_one.due, Micros(0).plus(Span::days(14)));
        let rule = |review: &Review, who: u32, me: Option<u32>| {
            answer(review, &[AccountId(who)], Verdict::Keep, me.map(AccountId))
                .map(|r| r.verdicts.len())
                .map_err(|r| r.rule)
        };
        assert_eq!(rule(&open_one, 1, Some(1)), Err("own-review"));
        assert_eq!(rule(&open_one, 3, None), Err("review-subject"));
        assert_eq!(rule(&open_one, 1, Some(2)), Ok(1));
        let closed = close(&open_one, true, Micros(5)).unwrap();
        assert_eq!(rule(&closed, 1, None), Err("review-closed"));
        assert!(close(&closed, true, Micros(6)).is_err());
        let second = open(
            ReviewId(2),
            vec![],
            None,
            Verdict::Keep,
            Some(&open_one),
            Micros(0),
        );
        assert_eq!(second.unwrap_err().rule, "review-open");
    }

    #[test]
    fn silence_says_nothing_before_answers_are_due_unless_that_is_meant() {
        let open_one = review(Verdict::Remove);
        let rule = |review: &Review, early, now| close(review, early, now).map_err(|r| r.rule);
        let before = Micros(open_one.due.0 - 1);
        assert_eq!(rule(&open_one, false, before), Err("review-due"));
        let refused = close(&open_one, false, before).unwrap_err().to_string();
        assert!(
            refused.contains("2 accounts") && refused.contains("--early"),
            "{refused}"
        );
        assert!(rule(&open_one, true, before).is_ok());
        assert!(rule(&open_one, false, open_one.due).is_ok());
        let both = [AccountId(1), AccountId(2)];
        let said = answer(&open_one, &both, Verdict::Keep, None).unwrap();
        assert!(rule(&said, false, before).is_ok(), "nobody is silent");
    }

    #[test]
    fn silence_means_what_was_said_at_the_opening() {
        let account = |id| Account::new(AccountId(id), "a@acme.example", Micros(0));
        for silence in [Verdict::Keep, Verdict::Remove] {
            let said = answer(&review(silence), &[AccountId(1)], Verdict::Remove, None).unwrap();
            assert_eq!(verdict(&said, &account(1), None), Verdict::Remove);
            assert_eq!(verdict(&said, &account(2), None), silence);
            assert_eq!(
                verdict(&said, &account(2), Some(AccountId(2))),
                Verdict::Keep
            );
        }
    }
}
