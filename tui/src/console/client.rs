//! The wire's client as the console's [`Api`].

use super::api::{Answering, Api, Events};
use rollcall_shared::wire::admin::{Status, TenantDetail, TenantNamed, TenantOptional};
use rollcall_shared::wire::client::Client;
use rollcall_shared::wire::sweep::{
    Plans, RunAnswer, RunDetail, RunNamed, RunQuery, Runs, SweepRequest, Sweeps,
};
use rollcall_shared::wire::user::{UserChange, UserDetail, UserPage, UserQuery, UserShow};
use rollcall_shared::wire::{Done, Failure, Verb};

impl Api for Client {
    fn status(&self) -> impl Answering<Status> {
        async { self.call(Verb::Status, &TenantOptional::default()).await }
    }

    fn users(&self, query: UserQuery) -> impl Answering<UserPage> {
        async move { self.call(Verb::UserList, &query).await }
    }

    fn user(&self, which: UserShow) -> impl Answering<UserDetail> {
        async move { self.call(Verb::UserShow, &which).await }
    }

    fn tenant(&self, which: TenantNamed) -> impl Answering<TenantDetail> {
        async move { self.call(Verb::TenantShow, &which).await }
    }

    fn sweeps(&self, of: TenantOptional) -> impl Answering<Sweeps> {
        async move { self.call(Verb::SweepList, &of).await }
    }

    fn plan(&self, request: SweepRequest) -> impl Answering<Plans> {
        async move { self.call(Verb::SweepPlan, &request).await }
    }

    fn run(&self, request: SweepRequest) -> impl Answering<RunAnswer> {
        async move { self.call(Verb::SweepRun, &request).await }
    }

    fn runs(&self, query: RunQuery) -> impl Answering<Runs> {
        async move { self.call(Verb::RunList, &query).await }
    }

    fn run_show(&self, which: RunNamed) -> impl Answering<RunDetail> {
        async move { self.call(Verb::RunShow, &which).await }
    }

    fn decide(&self, verb: Verb, which: RunNamed) -> impl Answering<String> {
        async move {
            let answer: RunAnswer = self.call(verb, &which).await?;
            let said = answer.results.into_iter().map(|r| r.message);
            Ok(said.collect::<Vec<_>>().join("; "))
        }
    }

    fn change(&self, verb: Verb, change: UserChange) -> impl Answering<String> {
        async move {
            let said: Done = self.call(verb, &change).await?;
            Ok(said.message)
        }
    }

    fn events(&self, after: u64) -> impl Answering<Events<'_>> {
        async move {
            let stream = Client::events(self, after).await?;
            Ok::<Events<'_>, Failure>(Box::pin(stream))
        }
    }
}
