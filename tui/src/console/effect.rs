//! Asks the daemon what `update` wants to know, each question in a task of its own; the answers come back as messages.

use super::api::Api;
use super::message::{Answer, Ask, Change, Effect, Message, Ticket};
use futures_util::StreamExt;
use rollcall_shared::wire::{Class, Failure};
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
            Effect::Copy(_) | Effect::Mouse(_) | Effect::Redraw | Effect::Pause | Effect::Quit => {}
        }
    }
}

/// When the console is gone nobody waits for the message.
fn answer(send: &UnboundedSender<Message>, ticket: Ticket, result: Result<Answer, Failure>) {
    let _ = send.send(Message::Answer(ticket, Box::new(result)));
}

async fn fetch<A: Api>(api: &A, ask: Ask) -> Result<Answer, Failure> {
    Ok(match ask {
        Ask::Status => Answer::Status(api.status().await?),
        Ask::Users(query) => Answer::Users(api.users(query).await?),
        Ask::User(which) => Answer::User(api.user(which).await?),
        Ask::Tenant(which) => Answer::Tenant(api.tenant(which).await?),
        Ask::Sweeps(of) => Answer::Sweeps(api.sweeps(of).await?),
        Ask::Plan(request) => Answer::Plan(api.plan(request).await?),
        Ask::Runs(query) => Answer::Runs(api.runs(query).await?),
        Ask::Run(which) => Answer::Run(api.run_show(which).await?),
        Ask::Preview(verb, change) => Answer::Preview(api.change(verb, change).await?),
    })
}

async fn perform<A: Api>(api: &A, change: Change) -> Result<Answer, Failure> {
    Ok(match change {
        Change::Run(request) => Answer::Ran(api.run(request).await?),
        Change::Decide(verb, which) => Answer::Changed(api.decide(verb, which).await?),
        Change::User(verb, change) => Answer::Changed(api.change(verb, change).await?),
    })
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
