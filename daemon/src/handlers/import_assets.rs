//! `import assets`: what accounts own, parsed beside the writer, taken in by batches; each batch whole or not at all.

mod batch;

use super::ask::{Ask, Caller, Service, acting_member};
use super::import_batch::{Counts, Planned};
use super::stream::{Lines, Total, extra, options, unreadable, whole};
use super::{find, refused};
use crate::server::{Upload, UploadReader};
use crate::writer::{Cache, Draft};
use rollcall_shared::domain::{AssetKind, AssetSeen, RequestId};
use rollcall_shared::formats;
use rollcall_shared::rules::assets;
use rollcall_shared::text::counted;
use rollcall_shared::wire::asset::ImportAssets;
use rollcall_shared::wire::import::{ImportLine, ImportRequest};
use rollcall_shared::wire::{Failure, Verb};
use std::collections::{BTreeSet, HashSet};
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// Rows in one batch.
const ROWS: usize = 5_000;

/// Begins the import; the lines end with a summary or a failure.
pub(crate) fn import_assets(
    service: Arc<Service>,
    caller: Caller,
    request_id: RequestId,
    request: ImportAssets,
    upload: Upload,
) -> Result<mpsc::Receiver<ImportLine>, Failure> {
    let ask = Ask {
        service: &service,
        caller: caller.clone(),
        request: request_id,
        asked: String::new(),
    };
    let state = ask.state();
    ask.authorise(&state, Verb::ImportAssets, Some(&request.tenant))?;
    let tenant = &find::tenant(&state, &request.tenant)?.tenant;
    let common = ImportRequest {
        tenant: request.tenant,
        format: request.format,
        file: request.file,
        dry_run: request.dry_run,
        ..ImportRequest::default()
    };
    let options = options(&common, tenant, service.clock.now())?;
    let reader = upload.into_reader();
    let (lines, answer) = Lines::new();
    tokio::task::spawn_blocking(move || {
        let ask = Ask {
            service: &service,
            caller,
            request: request_id,
            asked: String::new(),
        };
        let mut import = Import {
            ask: &ask,
            request: &common,
            complete: request.complete,
            total: Total::new(&ask, common.dry_run),
            lines: &lines,
            part: 0,
            failed: 0,
        };
        let result = import.run(&options, reader);
        lines.end(result, import.total);
    });
    Ok(answer)
}

/// One import under way.
struct Import<'a> {
    ask: &'a Ask<'a>,
    request: &'a ImportRequest,
    /// Whether the file calls itself complete.
    complete: bool,
    total: Total,
    lines: &'a Lines,
    /// The next batch's number.
    part: u32,
    /// Moves that failed by what the file shows.
    failed: u64,
}

/// What a file that calls itself complete has shown.
#[derive(Default)]
struct Shown {
    ids: HashSet<String>,
    kinds: BTreeSet<AssetKind>,
}

impl Import<'_> {
    fn run(&mut self, options: &formats::Options, reader: UploadReader) -> Result<(), Failure> {
        let complete = self.complete;
        let mut assets = formats::assets(reader, options)
            .map_err(|e| unreadable(&e, formats::names_assets()))?;
        self.total.summary.format = assets.format().to_owned();
        let mut shown = Shown::default();
        let mut unreadable = 0u64;
        loop {
            let mut rows = Vec::with_capacity(ROWS);
            let mut read = 0;
            for row in assets.by_ref().take(ROWS) {
                read += 1;
                match row {
                    Ok(row) => {
                        if complete {
                            shown.ids.insert(row.external.clone());
                            shown.kinds.insert(row.kind);
                        }
                        rows.push(row);
                    }
                    Err(rejected) => {
                        unreadable += 1;
                        self.total.summary.refused += 1;
                        self.lines.send(ImportLine::Rejected(rejected))?;
                    }
                }
            }
            self.total.summary.rows += read;
            if !rows.is_empty() {
                let rows = Arc::new(rows);
                let (tenant, given) = (self.request.tenant.clone(), rows.clone());
                self.commit(&*rows, move |draft, cache| {
                    batch::take(draft, cache, &tenant, &given)
                })?;
            }
            if read == 0 {
                break;
            }
            let now = self.ask.service.clock.now();
            self.lines.progress(now, self.total.summary.rows)?;
        }
        whole(assets.error())?;
        self.total.summary.notes.extend(assets.note());
        if complete && unreadable > 0 {
            self.total.summary.notes.push(format!(
                "{} could not be read, so the file is not taken as complete: nothing is marked gone",
                counted(unreadable, "row")
            ));
        } else if complete {
            self.sweep(shown)?;
        }
        if self.failed > 0 {
            self.total.summary.notes.push(format!(
                "{} failed: somebody else owns what was to be handed over; see `rollcall asset list --moved failed`",
                counted(self.failed, "move")
            ));
        }
        Ok(())
    }

    /// Marks what a complete file does not show.
    fn sweep(&mut self, shown: Shown) -> Result<(), Failure> {
        let state = self.ask.state();
        let view = find::tenant(&state, &self.request.tenant)?;
        let absent: Vec<_> = view
            .assets()
            .filter(|a| {
                !a.gone && shown.kinds.contains(&a.kind) && !shown.ids.contains(&a.external)
            })
            .map(|a| a.id)
            .collect();
        for part in absent.chunks(ROWS) {
            let (tenant, part) = (self.request.tenant.clone(), part.to_vec());
            let ids = part.clone();
            self.commit(&ids, move |draft, _| batch::sweep(draft, &tenant, &part))?;
        }
        if !absent.is_empty() {
            let count = absent.len();
            let note = format!(
                "gone, for the file does not show them any more: {}",
                counted(count, "asset")
            );
            self.total.summary.notes.push(note);
        }
        Ok(())
    }

    /// Hands one batch to the writer and takes its counts and lines in.
    fn commit(
        &mut self,
        rows: &impl Hash,
        plan: impl FnOnce(&Draft<'_>, &mut Cache) -> Result<Planned, Failure> + Send + 'static,
    ) -> Result<(), Failure> {
        let said: Arc<Mutex<Vec<ImportLine>>> = Arc::default();
        let out = said.clone();
        let (service, caller) = (self.ask.service.clone(), self.ask.caller.clone());
        let tenant = self.request.tenant.clone();
        let (errand, plan) = self.ask.errand(
            Verb::ImportAssets,
            Some(&self.request.tenant),
            extra(self.ask, self.part, self.request, &(self.complete, rows)),
            move |draft, cache| {
                let verb = Verb::ImportAssets;
                let member = acting_member(&service, &caller, draft.state, verb, &tenant)?;
                let authority = find::tenant(draft.state, &tenant)?.tenant.authority;
                assets::may_bring(authority, member.is_some()).map_err(refused)?;
                let planned = plan(draft, cache)?;
                *out.lock().unwrap_or_else(PoisonError::into_inner) = planned.lines;
                Ok(planned.proposal)
            },
        );
        self.part += 1;
        let answer = self.total.begin(self.ask, errand, plan)?.wait()?;
        let answer = Counts::of(answer)?;
        self.failed += answer.failed;
        answer.add_to(&mut self.total.summary);
        for line in said
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
        {
            self.lines.send(line)?;
        }
        Ok(())
    }
}

/// The row as the file's columns, so that the rejected file can be mended and imported again.
fn cells(row: &AssetSeen) -> Vec<(String, String)> {
    vec![
        ("id".into(), row.external.clone()),
        ("kind".into(), row.kind.to_string()),
        ("state".into(), row.state.clone().unwrap_or_default()),
        ("owner".into(), row.owner.clone()),
        (
            "updated".into(),
            row.updated.map(|at| at.to_string()).unwrap_or_default(),
        ),
    ]
}
