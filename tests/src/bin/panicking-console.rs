//! The console on a daemon, with parts that panic when the daemon's tenant is asked for: for tests only.
//!
//! `panicking-console task` panics in the task of a question, `panicking-console loop` in the loop itself.

use rollcall_shared::clock::{Clock, SystemClock};
use rollcall_shared::domain::Micros;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::client::Client;
use rollcall_tui::console::api::{Answering, Api, Events, Question, Readable};
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
    fn call<Q: Question, T: Readable>(&self, verb: Verb, question: Q) -> impl Answering<T> {
        if verb == Verb::TenantShow {
            assert!(!self.in_task, "provoked in a task");
            TIME_TO_PANIC.store(true, Ordering::SeqCst);
        }
        Api::call(&self.client, verb, question)
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
        columns: None,
        joins: None,
        clock: Arc::new(Mine),
    };
    run(Mined { client, in_task }, options).await?;
    Ok(())
}
