//! Who acts for another: a delegate does with the delegator's things what the catalog leaves to delegates, as far as the
//! delegator could, from one instant until another (OneSpan Sign: inbox, drafts, layouts, templates, signing).

use super::{Question, Relations, Rights, Setting, Subject, Verdict};
use crate::catalog::Action;
use crate::domain::{AccountRef, Delegation, Micros, Status};
use crate::rules::Refusal;
use crate::rules::delegation::FEATURE;

/// The delegation from a thing's owner to who asks for it, running or not.
#[derive(Debug, Clone, Copy)]
pub struct Acting<'a> {
    /// The delegation.
    pub delegation: &'a Delegation,
    /// The delegator, as texts name them.
    pub of: AccountRef,
    /// The delegator's state and roles.
    pub owner: Subject<'a>,
    /// The instant of the question.
    pub now: Micros,
}

/// What a delegation makes of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Acts {
    /// It is no matter here: the delegate may do nothing at all, or there is no such place.
    Not,
    /// It is allowed; for looking only where the delegator could do no more.
    May { read_only: bool },
    /// It is not.
    MayNot(Refusal),
}

impl Acting<'_> {
    /// The delegation in a few words.
    pub(super) fn words(&self) -> String {
        let Delegation { from, until, .. } = self.delegation;
        format!("{} named them from {from} until {until}", self.of)
    }

    /// Judges an action with one of the delegator's things. Rules `feature`, `delegation-window`, `delegate-for`,
    /// `delegate-may`, `block`.
    pub(super) fn judge(
        &self,
        setting: &Setting<'_>,
        rights: &Rights,
        delegate: &Subject<'_>,
        action: &Action,
        question: &Question,
    ) -> Acts {
        if delegate.status != Status::Active || !rights.open(question.scope) {
            return Acts::Not;
        }
        match self.refuse(setting, action) {
            Some(refusal) => Acts::MayNot(refusal),
            None => self.as_owner(setting, rights, delegate, action, question),
        }
    }

    fn refuse(&self, setting: &Setting<'_>, action: &Action) -> Option<Refusal> {
        let known = setting.catalog.feature(FEATURE).is_some();
        if known && !setting.features.contains(FEATURE) {
            return Some(Refusal::new(
                "feature",
                format!("the feature {FEATURE} is off: nobody acts for another"),
                format!("switch it on with `rollcall tenant set TENANT --enable {FEATURE}`"),
            ));
        }
        let Delegation { from, until, .. } = *self.delegation;
        if self.now < from || self.now >= until {
            let when = if self.now < from {
                "not yet"
            } else {
                "no more"
            };
            return Some(Refusal::new(
                "delegation-window",
                format!("they act for {} {when}: {}", self.of, self.words()),
                "set a delegation that runs now with `rollcall delegation set`",
            ));
        }
        // A locked sender's things stay within reach, and so do those of one whose seat was freed.
        let held = [Status::Active, Status::Suspended, Status::Deactivated];
        if !held.contains(&self.owner.status) {
            return Some(Refusal::new(
                "delegate-for",
                format!("{} is {}: nobody acts for them", self.of, self.owner.status),
                "see who acts for whom with `rollcall delegation list`",
            ));
        }
        if !action.delegate {
            let open = setting.catalog.actions.iter().filter(|a| a.delegate);
            let open: Vec<&str> = open.map(|a| a.id.as_str()).collect();
            return Some(Refusal::new(
                "delegate-may",
                format!("{} is not left to who acts for another", action.id),
                match open.as_slice() {
                    [] => "nothing is left to delegates here".to_owned(),
                    open => format!("a delegate may: {}", open.join(", ")),
                },
            ));
        }
        None
    }

    /// As far as the delegator could, were they let in; a block that the delegate holds beats that, too.
    fn as_owner(
        &self,
        setting: &Setting<'_>,
        rights: &Rights,
        delegate: &Subject<'_>,
        action: &Action,
        question: &Question,
    ) -> Acts {
        let own = Question {
            relations: Relations {
                own: true,
                ..Relations::default()
            },
            ..*question
        };
        let could = Subject {
            status: Status::Active,
            ..self.owner
        };
        let verdict = rights.asks(setting, &could, &own);
        if verdict == Verdict::Denied {
            return Acts::MayNot(Refusal::new(
                "delegate-may",
                format!("{} could not do it with their own things either", self.of),
                "a delegate may what the delegator could: give the delegator a role that grants it",
            ));
        }
        let held = rights.held(setting, delegate.assignments);
        let blocked = action.ways.iter().find(|way| {
            rights
                .permission(&way.permission)
                .is_some_and(|at| rights.extent(&held, at, question.scope).blocked)
        });
        match blocked {
            Some(way) => Acts::MayNot(Refusal::new(
                "block",
                format!(
                    "{} is blocked by a role they hold: a block beats any grant",
                    way.permission
                ),
                "take that role away, or change what it blocks",
            )),
            None => Acts::May {
                read_only: verdict == Verdict::ReadOnly,
            },
        }
    }
}
