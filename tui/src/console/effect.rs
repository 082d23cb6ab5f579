//! Asks the daemon what `update` wants to know, each question in a task of its own; the answers come back as messages.

use super::api::Api;
use super::deed::Deed;
use super::export;
use super::message::{Answer, Ask, Change, Effect, Message, Ticket};
use futures_util::StreamExt;
use rollcall_shared::wire::admin::TenantOptional;
use rollcall_shared::wire::identity::Changed;
use rollcall_shared::wire::sweep::RunAnswer;
use rollcall_shared::wire::{Class, Done, Failure, Verb};
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;

/// Runs effects.
pub struct Runner<A> {
    api: Arc<A>,
    send: UnboundedSender<Message>,
    page: Option<AbortHandle>,
    follow: Option<AbortHandle>,
}

impl<A: Api> Runner<A> {
    /// A runner whose answers go to `send`.
    pub fn new(api: A, send: UnboundedSender<Message>) -> Self {
        Runner {
            api: Arc::new(api),
            send,
            page: None,
            follow: None,
        }
    }

    /// Starts what an effect asks of the daemon; other effects belong to the terminal.
    pub fn start(&mut self, effect: Effect) {
        match effect {
            Effect::Follow(after) => {
                let task = tokio::spawn(follow(self.api.clone(), after, self.send.clone()));
                if let Some(old) = self.follow.replace(task.abort_handle()) {
                    old.abort();
                }
            }
            Effect::Fetch(ticket, ask) => {
                let is_page = matches!(ask, Ask::Users(_));
                let (api, send) = (self.api.clone(), self.send.clone());
                let task = tokio::spawn(async move {
                    let result = fetch(&*api, ask).await;
                    answer(&send, ticket, result);
                });
                // Only the newest page counts; nobody waits for an older one.
                if is_page && let Some(old) = self.page.replace(task.abort_handle()) {
                    old.abort();
                }
            }
            Effect::Send(ticket, change) => {
                let (api, send) = (self.api.clone(), self.send.clone());
                tokio::spawn(async move {
                    let result = perform(&*api, change).await;
                    answer(&send, ticket, result);
                });
            }
            Effect::Remember(_)
            | Effect::Copy(_)
            | Effect::Mouse(_)
            | Effect::Redraw
            | Effect::Pause
            | Effect::Quit => {}
        }
    }
}

/// When the console is gone nobody waits for the message.
fn answer(send: &UnboundedSender<Message>, ticket: Ticket, result: Result<Answer, Failure>) {
    let _ = send.send(Message::Answer(ticket, Box::new(result)));
}

async fn fetch<A: Api>(api: &A, ask: Ask) -> Result<Answer, Failure> {
    let nothing = TenantOptional::default();
    Ok(match ask {
        Ask::Status => Answer::Status(api.call(Verb::Status, nothing).await?),
        Ask::Users(query) => Answer::Users(api.call(Verb::UserList, query).await?),
        Ask::User(which) => Answer::User(api.call(Verb::UserShow, which).await?),
        Ask::Tenant(which) => Answer::Tenant(api.call(Verb::TenantShow, which).await?),
        Ask::Sweeps(of) => Answer::Sweeps(api.call(Verb::SweepList, of).await?),
        Ask::Plan(request) => Answer::Plan(api.call(Verb::SweepPlan, request).await?),
        Ask::Runs(query) => Answer::Runs(api.call(Verb::RunList, query).await?),
        Ask::Run(which) => Answer::Run(api.call(Verb::RunShow, which).await?),
        Ask::Roles(of) => Answer::Roles(api.call(Verb::RoleList, of).await?),
        Ask::Role(which) => Answer::Role(api.call(Verb::RoleShow, which).await?),
        Ask::Scopes(of) => Answer::Scopes(api.call(Verb::ScopeList, of).await?),
        Ask::Invitations(of) => Answer::Invitations(api.call(Verb::InvitationList, of).await?),
        Ask::Diagnose(whom) => Answer::Diagnosis(api.call(Verb::Diagnose, whom).await?),
        Ask::Transfers(of) => Answer::Transfers(api.call(Verb::OwnershipList, of).await?),
        Ask::Why(whom) => Answer::Why(api.call(Verb::Why, whom).await?),
        Ask::Trial(trial) => Answer::Trial(api.call(Verb::PermissionPreview, trial).await?),
        Ask::Handover(of) => Answer::Handover(api.call(Verb::HandoverPlan, of).await?),
        Ask::Marks(query) => Answer::Users(api.call(Verb::UserList, query).await?),
        Ask::Candidates(query) => Answer::Candidates(api.call(Verb::UserList, query).await?),
        Ask::Export(order) => Answer::Exported(export::write(api, *order).await?),
        Ask::Preview(deed) | Ask::Probe(deed) => perform_deed(api, deed.preview()).await?,
    })
}

async fn perform<A: Api>(api: &A, change: Change) -> Result<Answer, Failure> {
    Ok(match change {
        Change::Run(request) => Answer::Ran(api.call(Verb::SweepRun, request).await?),
        Change::Decide(verb, which) => {
            let answer: RunAnswer = api.call(verb, which).await?;
            let said = answer.results.into_iter().map(|r| r.message);
            Answer::Changed(said.collect::<Vec<_>>().join("; "))
        }
        Change::Deed(deed) => perform_deed(api, *deed).await?,
    })
}

async fn perform_deed<A: Api>(api: &A, deed: Deed) -> Result<Answer, Failure> {
    let verb = deed.verb();
    let changed: Changed = match deed {
        Deed::Account(_, request) => {
            let dry = request.dry_run;
            let done: Done = api.call(verb, request).await?;
            // A preview is kept nowhere: that it would change something stands in its words only.
            let would = dry && done.message.starts_with("would ");
            Changed {
                nothing: done.seq.is_none() && !would,
                message: done.message,
                seq: done.seq,
                changes: Vec::new(),
                warnings: Vec::new(),
            }
        }
        Deed::Offboard(request) => {
            return Ok(Answer::Offboarded(api.call(verb, request).await?));
        }
        Deed::Delete(request) => api.call(verb, request).await?,
        Deed::Role(request) => api.call(verb, request).await?,
        Deed::Invite(request) => api.call(verb, request).await?,
        Deed::Invitation(_, request) => api.call(verb, request).await?,
        Deed::Ownership(request) => api.call(verb, request).await?,
        Deed::Transfer(_, request) => api.call(verb, request).await?,
    };
    Ok(Answer::Differences(changed))
}

/// Follows the stream of changes until it breaks.
async fn follow<A: Api>(api: Arc<A>, after: u64, send: UnboundedSender<Message>) {
    let failure = match api.events(after).await {
        Err(failure) => failure,
        Ok(mut events) => {
            if send.send(Message::Connected).is_err() {
                return;
            }
            loop {
                match events.next().await {
                    Some(Ok(moved)) => {
                        if send.send(Message::Moved(moved.revision)).is_err() {
                            return;
                        }
                    }
                    Some(Err(failure)) => break failure,
                    None => {
                        break Failure::new(
                            Class::Unreachable,
                            "The daemon closed the connection.",
                        );
                    }
                }
            }
        }
    };
    let _ = send.send(Message::Lost(failure));
}
