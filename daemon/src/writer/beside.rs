//! The store in the writer's hands, or in those of a thread beside it: there a large group becomes durable while the
//! writer plans the next one on the state that it leaves. What is planned so is committed only when that group is durable.

use super::Job;
use super::fold::Folded;
use super::group::{Group, Public, Requests, Waiting, answer_all, append, refuse_all};
use rollcall_shared::directory::State;
use rollcall_shared::store::{AppendError, Port};
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use tokio::sync::mpsc::WeakSender;

/// A group on its way to the store, with the store.
struct Flight {
    port: Box<dyn Port>,
    batches: Vec<Folded>,
    waiting: Vec<Waiting>,
    /// The state that it leaves.
    state: State,
    public: Public,
}

/// The store when it comes back, and why the group did not become durable.
type Landed = (Box<dyn Port>, Option<AppendError>);

/// The store, and the thread that may have it.
pub(super) struct Beside {
    /// None while the thread has it.
    port: Option<Box<dyn Port>>,
    flights: SyncSender<Flight>,
    landed: Receiver<Landed>,
    /// Of the group that is on its way.
    requests: Requests,
    failed: Option<AppendError>,
}

/// Tells the writer to come by, at the latest when it is dropped.
struct Woken(WeakSender<Job>);

impl Woken {
    fn now(&self) {
        if let Some(jobs) = self.0.upgrade() {
            // Where the queue is full the writer comes by anyway.
            let _ = jobs.try_send(Job::Landed);
        }
    }
}

impl Drop for Woken {
    fn drop(&mut self) {
        self.now();
    }
}

impl Beside {
    /// Starts the thread; `wake` is where the writer hears that a group failed, should nobody ask for anything else.
    pub fn start(port: Box<dyn Port>, wake: WeakSender<Job>) -> io::Result<Self> {
        let (flights, queue) = sync_channel::<Flight>(1);
        let (back, landed) = sync_channel(1);
        let fly = move || {
            // Also when this thread panics, dropped behind `back`: the writer must not sleep over a store that is gone.
            let woken = Woken(wake);
            let back = back;
            for flight in queue {
                let landed = flight.fly();
                let failed = landed.1.is_some();
                if back.send(landed).is_err() {
                    return;
                }
                if failed {
                    woken.now();
                }
            }
        };
        std::thread::Builder::new()
            .name("commit".into())
            .spawn(fly)?;
        Ok(Beside {
            port: Some(port),
            flights,
            landed,
            requests: Requests::new(),
            failed: None,
        })
    }

    /// The store, once no group is on its way.
    pub fn port(&mut self) -> &mut dyn Port {
        let Beside {
            port,
            landed,
            requests,
            failed,
            ..
        } = self;
        let port = port.get_or_insert_with(|| match landed.recv() {
            Ok((port, error)) => {
                requests.clear();
                *failed = error;
                port
            }
            // The thread panicked and the store is gone with it: the writer ends as if it had been its own.
            Err(gone) => std::panic::resume_unwind(Box::new(gone)),
        });
        port.as_mut()
    }

    /// Whether no group is on its way any more.
    pub fn is_here(&mut self) -> bool {
        if self.port.is_none()
            && let Ok((port, error)) = self.landed.try_recv()
        {
            self.requests.clear();
            self.port = Some(port);
            self.failed = error;
        }
        self.port.is_some()
    }

    /// Waits for the group that is on its way; why it did not become durable, told once.
    pub fn failure(&mut self) -> Option<AppendError> {
        self.port();
        self.failed.take()
    }

    /// The requests of the group that is on its way.
    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    /// Sends a group on its way, with the state that it leaves.
    pub fn send(&mut self, group: Group, state: State, public: Public) {
        self.port();
        let Some(port) = self.port.take() else {
            return;
        };
        let Group {
            batches,
            waiting,
            requests,
            ..
        } = group;
        self.requests = requests;
        let flight = Flight {
            port,
            batches,
            waiting,
            state,
            public,
        };
        if let Err(unsent) = self.flights.send(flight) {
            std::panic::resume_unwind(Box::new(unsent.to_string()));
        }
    }
}

impl Flight {
    /// Makes the group durable, shows the state that it leaves, and answers.
    fn fly(self) -> Landed {
        let Flight {
            mut port,
            batches,
            waiting,
            state,
            public,
        } = self;
        match append(port.as_mut(), &batches) {
            Ok(()) => {
                public.show(state);
                answer_all(waiting);
                (port, None)
            }
            Err(error) => {
                refuse_all(waiting, &error);
                (port, Some(error))
            }
        }
    }
}
