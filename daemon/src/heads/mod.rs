//! Signed heads: the store's signing key, and the copies of heads off the machine.

mod command;
mod copy;
mod driver;
mod folder;
mod key;

pub(crate) use driver::drive;
pub(crate) use key::{KeyError, at_start};

use rollcall_shared::domain::{HeadKey, Micros};
use rollcall_shared::heads::{Checkpoint, Signer, StoreId, Verifier};
use rollcall_shared::rules::Refusal;
use rollcall_shared::store::TreeHead;
use rollcall_shared::text;
use rollcall_shared::wire::admin::HeadCopies;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::Notify;

/// The store's key and what is known of the copies.
pub(crate) struct Heads {
    store: PathBuf,
    id: StoreId,
    /// A demo is made up, so nothing of it is signed.
    demo: bool,
    /// The key, or why there is none.
    signer: RwLock<Result<Arc<Signer>, Refusal>>,
    copies: Mutex<HeadCopies>,
    /// Tells the driver that settings or key were read again.
    again: Notify,
    /// Held while the key is being replaced.
    rekeying: tokio::sync::Mutex<()>,
}

impl Heads {
    /// The key of the store at `store`, which must be the newest of `known`.
    pub(crate) fn open(store: &Path, id: StoreId, known: &[HeadKey], demo: bool) -> Self {
        let heads = Heads {
            store: store.to_owned(),
            id,
            demo,
            signer: RwLock::new(Err(unsigned())),
            copies: Mutex::default(),
            again: Notify::new(),
            rekeying: tokio::sync::Mutex::default(),
        };
        heads.read_key(known);
        heads
    }

    /// Which store this is.
    pub(crate) fn id(&self) -> StoreId {
        self.id
    }

    /// The key that signs.
    ///
    /// # Errors
    /// Why nothing is signed: rules `demo-signs-nothing`, `signing-key-missing`, `signing-key-exposed`,
    /// `signing-key-unreadable`, `signing-key-other`.
    pub(crate) fn signer(&self) -> Result<Arc<Signer>, Refusal> {
        let signer = self.signer.read().unwrap_or_else(PoisonError::into_inner);
        signer.clone()
    }

    /// A head as a signed note.
    fn note(&self, signer: &Signer, head: &TreeHead) -> String {
        signer.sign(&Checkpoint::of(self.id, head).text())
    }

    /// The heads as signed notes, in their order.
    ///
    /// # Errors
    /// As [`Heads::signer`].
    pub(crate) fn sign(&self, heads: &[TreeHead]) -> Result<Vec<String>, Refusal> {
        let signer = self.signer()?;
        Ok(heads.iter().map(|head| self.note(&signer, head)).collect())
    }

    /// A public key of this store as a verifier key; none when its bytes are no key.
    pub(crate) fn verifier(&self, key: &HeadKey) -> Option<Verifier> {
        Verifier::new(&self.id.key_name(), &key.0).ok()
    }

    /// Reads the key's file again and says loudly when it cannot be used.
    fn read_key(&self, known: &[HeadKey]) {
        let read = match known.last() {
            _ if self.demo => Err(Refusal::new(
                "demo-signs-nothing",
                "a demo signs no heads: its past is made up",
                "ask the daemon of a store of your own",
            )),
            None => Err(match key::wrong(&self.store) {
                Some(wrong) => wrong.refusal(),
                None => unsigned(),
            }),
            Some(newest) => self.key_of(newest).map_err(KeyError::refusal),
        };
        if let Err(refusal) = &read
            && !self.demo
        {
            let what = refusal.to_string();
            tracing::error!(
                "the heads of the journals are not signed: {}",
                text::safe(&what)
            );
        }
        *self.signer.write().unwrap_or_else(PoisonError::into_inner) = read;
    }

    /// Reads the key again after settings or key changed, and has the driver look at both.
    pub(crate) fn changed(&self, known: &[HeadKey]) {
        self.read_key(known);
        self.again.notify_one();
    }

    fn key_of(&self, newest: &HeadKey) -> Result<Arc<Signer>, KeyError> {
        let secret = key::read_newest(&self.store, newest)?;
        let signer = Signer::new(&self.id.key_name(), &secret);
        signer
            .map(Arc::new)
            .map_err(|bad| KeyError::Unreadable(key::path(&self.store), bad.to_string()))
    }

    /// A new key that waits until the journal names it; one at a time.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub(crate) async fn new_key(&self, known: &[HeadKey]) -> Result<NewKey<'_>, KeyError> {
        let alone = self.rekeying.lock().await;
        // One that was journaled and not moved yet is moved first: it must not be written over.
        if let Some(newest) = known.last() {
            let _ = key::read_newest(&self.store, newest);
        }
        let secret = key::random()?;
        key::wait(&self.store, &secret)?;
        Ok(NewKey {
            heads: self,
            public: HeadKey(Signer::public_of(&secret)),
            _alone: alone,
        })
    }

    /// How the copies are.
    pub(crate) fn copies(&self, configured: bool) -> HeadCopies {
        let mut copies = self
            .copies
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        copies.configured = configured;
        if let Err(refusal) = self.signer()
            && !self.demo
        {
            copies.problem = format!("{}; {}", refusal.what, refusal.instead);
        }
        copies
    }

    fn copied(&self, at: Micros) {
        let mut copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        *copies = HeadCopies {
            copied: Some(at),
            ..HeadCopies::default()
        };
    }

    fn not_copied(&self, at: Micros, why: String) {
        let mut copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        copies.failing_since.get_or_insert(at);
        copies.problem = why;
    }

    /// Forgets how the copies were: they go elsewhere now, or nowhere.
    fn elsewhere(&self) {
        *self.copies.lock().unwrap_or_else(PoisonError::into_inner) = HeadCopies::default();
    }
}

/// A key that was made and is not in force yet.
pub(crate) struct NewKey<'a> {
    heads: &'a Heads,
    public: HeadKey,
    _alone: tokio::sync::MutexGuard<'a, ()>,
}

impl NewKey<'_> {
    /// Its public half.
    pub(crate) fn public(&self) -> HeadKey {
        self.public
    }

    /// The journal names it: heads are signed with it from here on.
    pub(crate) fn in_force(self) {
        self.heads.changed(&[self.public]);
    }

    /// The journal does not name it.
    pub(crate) fn forget(self) {
        key::forget(&self.heads.store);
    }
}

fn unsigned() -> Refusal {
    Refusal::new(
        "signing-key-missing",
        "this store has never had a signing key",
        "make one: `rollcall audit rekey --reason WHY`",
    )
}
