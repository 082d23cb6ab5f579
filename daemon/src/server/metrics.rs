//! Figures for Prometheus. No label ever names a user or a tenant.

use super::app::App;
use crate::peer::Peer;
use rollcall_shared::wire::Verb;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

/// Requests since the start, by verb and by whether they were answered or refused.
#[derive(Debug)]
pub(super) struct Metrics {
    requests: Vec<[AtomicU64; 2]>,
}

impl Metrics {
    pub(super) fn new() -> Self {
        Metrics {
            requests: Verb::ALL.iter().map(|_| Default::default()).collect(),
        }
    }

    pub(super) fn count(&self, verb: Verb, refused: bool) {
        if let Some(counters) = self.requests.get(verb as usize) {
            counters[usize::from(refused)].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The text format, version 0.0.4.
    pub(super) fn text(&self, app: &dyn App, peer: Peer) -> String {
        let gauges = app.gauges(peer);
        let accounts = gauges.accounts.map_or_else(String::new, |accounts| {
            format!(
                "# HELP rollcall_accounts Accounts in the tenants that the caller may see.\n\
                 # TYPE rollcall_accounts gauge\n\
                 rollcall_accounts {accounts}\n"
            )
        });
        let ready = u8::from(app.ready().is_ok());
        let mut text = format!(
            "# HELP rollcall_revision Batches applied to the directory.\n\
             # TYPE rollcall_revision counter\n\
             rollcall_revision {}\n\
             {accounts}\
             # HELP rollcall_ready Whether changes are taken.\n\
             # TYPE rollcall_ready gauge\n\
             rollcall_ready {ready}\n\
             # HELP rollcall_requests_total Requests by verb and outcome.\n\
             # TYPE rollcall_requests_total counter\n",
            gauges.revision
        );
        for (verb, counters) in Verb::ALL.iter().zip(&self.requests) {
            for (outcome, counter) in ["answered", "refused"].iter().zip(counters) {
                let count = counter.load(Ordering::Relaxed);
                // Writing to a string cannot fail.
                let _ = writeln!(
                    text,
                    "rollcall_requests_total{{verb=\"{}\",outcome=\"{outcome}\"}} {count}",
                    verb.name()
                );
            }
        }
        text
    }
}
