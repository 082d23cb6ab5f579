//! The wire's client as the console's [`Api`].

use super::api::{Answering, Api, Events, Question, Readable};
use rollcall_shared::wire::client::Client;
use rollcall_shared::wire::{Failure, Verb};

impl Api for Client {
    fn call<Q: Question, T: Readable>(&self, verb: Verb, question: Q) -> impl Answering<T> {
        async move { Client::call(self, verb, &question).await }
    }

    fn events(&self, after: u64) -> impl Answering<Events<'_>> {
        async move {
            let stream = Client::events(self, after).await?;
            Ok::<Events<'_>, Failure>(Box::pin(stream))
        }
    }
}
