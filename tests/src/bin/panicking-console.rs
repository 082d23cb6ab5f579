//! The console on a daemon, with parts that panic when the daemon's tenant is asked for: for tests only.
//!
//! `panicking-console task` panics in the task of a question, `panicking-console loop` in the loop itself.

use rollcall_shared::clock::{Clock, SystemClock};
use rollcall_shared::domain::Micros;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::{Status, TenantDetail, TenantNamed, TenantOptional};
use rollcall_shared::wire::client::Client;
use rollcall_shared::wire::sweep::{
    Plans, RunAnswer, RunDetail, RunNamed, RunQuery, Runs, SweepRequest, Sweeps,
};
use rollcall_shared::wire::user::{UserChange, UserDetail, UserPage, UserQuery, UserShow};
use rollcall_tui::console::api::{Answering, Api, Events};
use rollcall_tui::console::{Options, run};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

static TIME_TO_PANIC: AtomicBool = AtomicBool::new(false);

struct Mined {
    client: Client,
    in_task: bool,
}

impl Api for Mined {
    fn status(&self) -> impl Answering<Status> {
        Api::status(&self.client)
    }
    fn users(&self, query: UserQuery) -> impl Answering<UserPage> {
        Api::users(&self.client, query)
    }
    fn user(&self, which: UserShow) -> impl Answering<UserDetail> {
        Api::user(&self.client, which)
    }
    fn tenant(&self, which: TenantNamed) -> impl Answering<TenantDetail> {
        assert!(!self.in_task, "provoked in a task");
        TIME_TO_PANIC.store(true, Ordering::SeqCst);
        Api::tenant(&self.client, which)
    }
    fn sweeps(&self, of: TenantOptional) -> impl Answering<Sweeps> {
        Api::sweeps(&self.client, of)
    }
    fn plan(&self, request: SweepRequest) -> impl Answering<Plans> {
        Api::plan(&self.client, request)
    }
    fn run(&self, request: SweepRequest) -> impl Answering<RunAnswer> {
        Api::run(&self.client, request)
    }
    fn runs(&self, query: RunQuery) -> impl Answering<Runs> {
        Api::runs(&self.client, query)
    }
    fn run_show(&self, which: RunNamed) -> impl Answering<RunDetail> {
        Api::run_show(&self.client, which)
    }
    fn decide(&self, verb: Verb, which: RunNamed) -> impl Answering<String> {
        Api::decide(&self.client, verb, which)
    }
    fn change(&self, verb: Verb, change: UserChange) -> impl Answering<String> {
        Api::change(&self.client, verb, change)
    }
    fn events(&self, after: u64) -> impl Answering<Events<'_>> {
        Api::events(&self.client, after)
    }
}

/// The machine's clock, until it panics.
struct Mine;

impl Clock for Mine {
    fn now(&self) -> Micros {
        assert!(
            !TIME_TO_PANIC.load(Ordering::SeqCst),
            "provoked in the loop"
        );
        SystemClock.now()
    }

    fn wait_until(&self, at: Micros) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        SystemClock.wait_until(at)
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let in_task = std::env::args().nth(1).as_deref() == Some("task");
    let client = Client::new(std::env::var("ROLLCALL_SOCKET")?);
    let options = Options {
        read_only: false,
        tenant: None,
        plain: false,
        mouse: true,
        keymap: None,
        clock: Arc::new(Mine),
    };
    Ok(run(Mined { client, in_task }, options).await?)
}
