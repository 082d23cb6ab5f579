//! One round of copying: the heads that moved since they were copied last, to each place.

use super::{Heads, command, folder};
use crate::handlers::Service;
use rollcall_shared::config;
use rollcall_shared::directory::State;
use rollcall_shared::domain::{JournalId, Micros};
use rollcall_shared::heads::claims;
use rollcall_shared::store::tree::Hash;
use rollcall_shared::store::{Reader, Roots, TreeHead};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The heads a place has: leaves and root of each journal.
type Had = BTreeMap<JournalId, (u64, Hash)>;

/// What each place has, as far as this process knows.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// None until the directory was read.
    folder: Option<Had>,
    command: Had,
}

impl Places {
    /// Copies what moved.
    ///
    /// # Errors
    /// What went wrong, for each place; the other place has got what it lacked all the same. Untrusted.
    pub(super) async fn copy(
        &mut self,
        service: &Arc<Service>,
        settings: &config::Heads,
        now: Micros,
    ) -> Result<(), String> {
        let reader = service.writer.reader();
        let heads = blocking({
            let reader = reader.clone();
            move || reader.heads().map_err(|e| e.to_string())
        });
        let heads = heads.await?;
        let mut wrong = Vec::new();
        if let Some(path) = &settings.copy_to
            && let Err(why) = self.append_below(service, reader, &heads, path, now).await
        {
            wrong.push(why);
        }
        if let Err(why) = self.pipe_to_command(service, &heads, settings).await {
            wrong.push(why);
        }
        if wrong.is_empty() {
            return Ok(());
        }
        Err(wrong.join("; "))
    }

    async fn append_below(
        &mut self,
        service: &Arc<Service>,
        reader: Arc<dyn Reader>,
        heads: &[TreeHead],
        path: &Path,
        now: Micros,
    ) -> Result<(), String> {
        let had = match self.folder.take() {
            Some(had) => had,
            None => {
                let (service, path) = (service.clone(), path.to_owned());
                let state = service.writer.state();
                blocking(move || found_there(&service.heads, &state, &*reader, &path)).await?
            }
        };
        let had = self.folder.insert(had);
        let Some((notes, now_has)) = moved(&service.heads, heads, had)? else {
            return Ok(());
        };
        let path: PathBuf = path.to_owned();
        blocking(move || folder::append(&path, now, &notes)).await?;
        *had = now_has;
        Ok(())
    }

    async fn pipe_to_command(
        &mut self,
        service: &Service,
        heads: &[TreeHead],
        settings: &config::Heads,
    ) -> Result<(), String> {
        if settings.command.is_empty() {
            return Ok(());
        }
        let Some((notes, now_has)) = moved(&service.heads, heads, &self.command)? else {
            return Ok(());
        };
        command::hand_over(&settings.command, &notes, settings.command_timeout).await?;
        self.command = now_has;
        Ok(())
    }
}

/// The notes of the heads that a place lacks, and what it has with them; none when it lacks none.
fn moved(heads: &Heads, now: &[TreeHead], had: &Had) -> Result<Option<(String, Had)>, String> {
    let lacks = |head: &&TreeHead| had.get(&head.journal) != Some(&(head.leaves, head.root));
    let moved: Vec<TreeHead> = now.iter().filter(lacks).copied().collect();
    if moved.is_empty() {
        return Ok(None);
    }
    let notes = heads.sign(&moved).map_err(|refusal| refusal.to_string())?;
    let has = now.iter().map(|h| (h.journal, (h.leaves, h.root)));
    Ok(Some((notes.join("\n"), has.collect())))
}

/// What a directory has from before this process, by our own signature. A log must not sign what contradicts what it
/// signed before (C2SP): when the journals do not bear it out, nothing more is signed for this place.
fn found_there(
    heads: &Heads,
    state: &State,
    reader: &dyn Reader,
    path: &Path,
) -> Result<Had, String> {
    let signer = heads.signer().map_err(|refusal| refusal.to_string())?;
    let mut had = Had::new();
    // A journal that nothing was written to for months has its head in a file of months ago.
    for file in folder::files(path)? {
        let there = claims(&folder::read(&file)?, 1, &[signer.verifier().clone()]);
        for (journal, head) in there.newest() {
            let newest = had.entry(journal).or_insert(head);
            if newest.0 <= head.0 {
                *newest = head;
            }
        }
    }
    let mut roots = Roots::wanted(had.iter().map(|(journal, (size, _))| (*journal, *size)));
    roots.read(reader).map_err(|e| e.to_string())?;
    for (&journal, &(size, root)) in &had {
        if roots.at(journal, size) != Some(root) {
            return Err(format!(
                "the journal of {} no longer holds the {size} leaves that were copied to {}: find out why with \
                 `rollcall audit verify --heads FILE`; then `rollcall audit rekey --reason WHY` goes on",
                state.journal_name(journal),
                path.display()
            ));
        }
    }
    Ok(had)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| e.to_string())?
}
