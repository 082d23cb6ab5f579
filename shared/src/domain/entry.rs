//! Entries: the facts a journal is made of, and the header they share.

use super::account::REDACTED;
use super::asset::Asset;
use super::field::FieldChange;
use super::head_key::HeadKey;
use super::ids::{AccountId, GroupId, JournalId, Pos, RequestId, RunId};
use super::operator::Binding;
use super::order::Order;
use super::policy::{Policy, Sweep};
use super::record::Record;
use super::run::Run;
use super::sign_in::SignIn;
use super::tenant::{ScopeNode, Tenant};
use super::time::Micros;
use super::why::Why;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// How an actor was identified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum ActorKind {
    /// The kernel's peer credential of the socket.
    #[n(0)]
    Peer,
    /// The daemon's own schedule.
    #[n(1)]
    Schedule,
    /// The daemon itself: start, reload, restore.
    #[n(2)]
    Daemon,
    /// The demo's own past.
    #[n(3)]
    Demo,
}

/// Who did it, and how we know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Actor {
    /// How they were identified.
    #[n(0)]
    pub kind: ActorKind,
    /// The OS user's name, or `schedule`, `rollcalld`, `demo`.
    #[n(1)]
    pub name: String,
    /// The person bound to the OS user.
    #[n(2)]
    pub person: Option<String>,
    /// The peer's uid.
    #[n(3)]
    pub uid: Option<u32>,
    /// The login uid of the peer's session, which `su` and `sudo` do not change.
    #[n(4)]
    pub login_uid: Option<u32>,
    /// The peer's terminal.
    #[n(5)]
    pub tty: Option<String>,
    /// Where the peer's SSH session came from.
    #[n(6)]
    pub ssh: Option<String>,
}

impl Actor {
    /// The daemon's schedule.
    pub fn schedule() -> Self {
        Self::own(ActorKind::Schedule, "schedule")
    }

    /// The daemon itself.
    pub fn daemon() -> Self {
        Self::own(ActorKind::Daemon, "rollcalld")
    }

    /// The demo's past.
    pub fn demo() -> Self {
        Self::own(ActorKind::Demo, "demo")
    }

    fn own(kind: ActorKind, name: &str) -> Self {
        Actor {
            kind,
            name: name.into(),
            person: None,
            uid: None,
            login_uid: None,
            tty: None,
            ssh: None,
        }
    }
}

/// What all entries of a batch share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Header {
    /// The journal the batch belongs to, so that no leaf can be moved to another.
    #[n(0)]
    pub journal: JournalId,
    /// When it was committed; never before the batch before it.
    #[n(1)]
    pub at: Micros,
    /// Who did it.
    #[n(2)]
    pub actor: Actor,
    /// The verb, as on the command line: `sweep run`, `import people`.
    #[n(3)]
    pub verb: String,
    /// The client's request id.
    #[n(4)]
    pub request: Option<RequestId>,
    /// The run it is part of.
    #[n(5)]
    pub run: Option<RunId>,
    /// The reason the actor gave. With a salt it stands in the header's personal part.
    #[n(6)]
    pub reason: Option<String>,
    /// The answer given to the request (JSON), so that a retry gets the first one.
    #[n(7)]
    #[cbor(with = "minicbor::bytes")]
    pub answer: Option<Vec<u8>>,
    /// The reason for which the glass was broken, where nothing else allowed the verb. With a salt the text stands in the
    /// header's personal part; here stays an empty one, so that a redaction does not hide that it was broken.
    #[n(8)]
    pub break_glass: Option<String>,
    /// Salt or hash of the header's personal part.
    #[cbor(skip)]
    pub seal: Seal,
}

impl Header {
    /// Why the glass was broken, as it is shown; none where it was not.
    pub fn glass(&self) -> Option<&str> {
        let text = self.break_glass.as_deref()?;
        Some(if text.is_empty() { REDACTED } else { text })
    }
}

/// One fact. Each becomes one leaf of the journal's tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case", tag = "fact")]
pub enum Fact {
    /// An account came to be, or changed. Its personal changes stand in [`Entry::personal`].
    #[n(0)]
    Account {
        /// Which account; the next free number creates it.
        #[n(0)]
        account: AccountId,
        /// The entry before this one that spoke of the account: the thread of its history.
        #[n(1)]
        prev: Option<Pos>,
        /// The changes that are not personal data.
        #[n(2)]
        changes: Vec<FieldChange>,
        /// Why.
        #[n(3)]
        why: Why,
    },
    /// (platform) A tenant was created.
    #[n(1)]
    TenantCreated(#[n(0)] Box<Tenant>),
    /// (tenant) Its settings changed: the whole record before and after.
    #[n(2)]
    TenantChanged {
        /// Before.
        #[n(0)]
        old: Box<Tenant>,
        /// After.
        #[n(1)]
        new: Box<Tenant>,
    },
    /// (tenant) A scope came to be.
    #[n(3)]
    ScopeCreated(#[n(0)] ScopeNode),
    /// (tenant) A role catalog is in force: its whole text.
    #[n(4)]
    CatalogAdopted {
        /// Its name.
        #[n(0)]
        name: String,
        /// Its TOML text.
        #[n(1)]
        text: String,
    },
    /// (tenant) A policy is in force.
    #[n(5)]
    PolicySet {
        /// Which.
        #[n(0)]
        sweep: Sweep,
        /// What it was; none the first time.
        #[n(1)]
        old: Option<Box<Policy>>,
        /// What it is.
        #[n(2)]
        new: Box<Policy>,
    },
    /// (tenant) Sign-ins of one batch.
    #[n(6)]
    SignIns(#[n(0)] Vec<SignIn>),
    /// (tenant) A run started, advanced or ended: its whole record without the plan's actions once they are known.
    #[n(7)]
    RunStarted(#[n(0)] Box<Run>),
    /// (tenant) A run advanced or ended.
    #[n(8)]
    RunAdvanced {
        /// Which.
        #[n(0)]
        run: RunId,
        /// How far it is.
        #[n(1)]
        state: super::run::RunState,
        /// Applied in this step.
        #[n(2)]
        applied: u32,
        /// Skipped in this step.
        #[n(3)]
        skipped: Vec<super::run::Skip>,
        /// Actions dealt with in all.
        #[n(4)]
        cursor: u32,
        /// Who approved or rejected it, when this step is that.
        #[n(5)]
        decided_by: Option<String>,
    },
    /// (tenant) An order was opened or its state changed: the whole record.
    #[n(9)]
    OrderSet(#[n(0)] Order),
    /// (platform) An OS user was bound (`new`) or unbound (none).
    #[n(10)]
    OperatorBound {
        /// The OS user's number.
        #[n(0)]
        uid: u32,
        /// The binding before.
        #[n(1)]
        old: Option<Binding>,
        /// The binding after.
        #[n(2)]
        new: Option<Binding>,
    },
    /// (platform) A schedule came due and was dealt with, whether or not there was anything to do.
    #[n(11)]
    ScheduleFired {
        /// Which sweep.
        #[n(0)]
        sweep: Sweep,
        /// In which tenant.
        #[n(1)]
        tenant: super::ids::TenantId,
        /// When it was due.
        #[n(2)]
        due: Micros,
        /// How many actions were planned.
        #[n(3)]
        planned: u32,
    },
    /// (tenant) The demo's made-up daily use: for each account, uses on each of the 28 days up to `last_day`.
    #[n(12)]
    DailyUse {
        /// The last of the 28 days.
        #[n(0)]
        last_day: super::time::Day,
        /// First account of the block.
        #[n(1)]
        first: AccountId,
        /// 28 bytes for each account of the block, oldest day first.
        #[n(2)]
        #[cbor(with = "minicbor::bytes")]
        counts: Vec<u8>,
    },
    /// (tenant) A scope's name or settings changed: the whole record before and after.
    #[n(13)]
    ScopeChanged {
        /// Before.
        #[n(0)]
        old: Box<ScopeNode>,
        /// After.
        #[n(1)]
        new: Box<ScopeNode>,
    },
    /// (tenant) A record came to be (`old` none), changed, or went (`new` none). Both are of one kind and key.
    #[n(14)]
    Record {
        /// Before.
        #[n(0)]
        old: Option<Box<Record>>,
        /// After.
        #[n(1)]
        new: Option<Box<Record>>,
    },
    /// (tenant) Accounts joined a team or group, or left it, by a file: who came and went, for the whole record would be
    /// written anew with every batch of a file. A leader who leaves leads it no more.
    #[n(21)]
    Members {
        /// Which team or group.
        #[n(0)]
        group: GroupId,
        /// Who was in it not and is.
        #[n(1)]
        joined: Vec<AccountId>,
        /// Who was in it and is not.
        #[n(2)]
        left: Vec<AccountId>,
    },
    /// (platform) The key that signs heads from here on.
    #[n(20)]
    HeadKeySet {
        /// The public key before; none the first time.
        #[n(0)]
        old: Option<HeadKey>,
        /// The public key.
        #[n(1)]
        new: HeadKey,
    },
    /// (tenant) Assets as they are after an import or a move: whole records; the next free number creates one.
    #[n(15)]
    Assets(#[n(0)] Vec<Asset>),
    /// (tenant) The personal data of an account was taken out: the personal parts of the entries named here go from the
    /// journal, and nothing else speaks of the account any more.
    #[n(16)]
    Redacted {
        /// Which account.
        #[n(0)]
        account: AccountId,
        /// The entry before this one that spoke of the account: the thread of its history.
        #[n(1)]
        prev: Option<Pos>,
        /// What goes from this journal.
        #[n(2)]
        gone: Gone,
    },
    /// (platform) Addresses were taken out of what entries of this journal name, as a redaction in a tenant asked for.
    #[n(22)]
    NamesRedacted(#[n(0)] Gone),
    /// (tenant) A people export of the vendor was read to its end.
    #[n(23)]
    ExportRead {
        /// Of when it is.
        #[n(0)]
        at: Micros,
    },
}

impl Fact {
    /// The account whose history the fact is part of, with the entry before it in that history.
    pub fn threaded(&self) -> Option<(AccountId, Option<Pos>)> {
        match self {
            Fact::Account { account, prev, .. } | Fact::Redacted { account, prev, .. } => {
                Some((*account, *prev))
            }
            _ => None,
        }
    }
}

/// What a redaction takes out of a journal: salts with the personal parts behind them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(array)]
pub struct Gone {
    /// The entries that lose theirs.
    #[n(0)]
    pub entries: Vec<Pos>,
    /// The batches whose header loses its own, by sequence number.
    #[n(1)]
    pub headers: Vec<u64>,
}

impl Gone {
    /// Whether nothing goes.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.headers.is_empty()
    }
}

/// What the personal part of a header holds besides the reason, and what keeps it from being guessed or stands for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// The fingerprint of what was asked, in hexadecimal: whoever knows the words of a request could try people's names
    /// on it. Batches of earlier versions have it beside the answer.
    #[serde(default)]
    pub asked: Option<String>,
    /// 16 random bytes; none where there is no personal part.
    pub salt: Option<[u8; 16]>,
    /// Set when salt and personal part were redacted: the hash that stands in for them.
    pub redacted: Option<[u8; 32]>,
}

/// One entry: a fact and, apart from it, what is personal in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The fact, without personal data.
    pub fact: Fact,
    /// Changes of personal fields; empty when there are none or they were redacted.
    pub personal: Vec<FieldChange>,
    /// 16 random bytes that keep the hash of the personal part from being guessed; none when there is none. With a salt
    /// the note of the fact's [`Why`] and the addresses of [`Fact::named`] stand in the personal part, too.
    pub salt: Option<[u8; 16]>,
    /// Set when salt and personal part were redacted: the hash that stands in for them.
    pub redacted: Option<[u8; 32]>,
}

impl Entry {
    /// A fact without personal data.
    pub fn plain(fact: Fact) -> Self {
        Entry {
            fact,
            personal: Vec::new(),
            salt: None,
            redacted: None,
        }
    }

    /// A change of an account: personal changes and the note are split off and salted with `salt`.
    pub fn account(
        account: AccountId,
        changes: Vec<FieldChange>,
        why: Why,
        salt: [u8; 16],
    ) -> Self {
        let own = changes.iter().filter(|c| c.field.personal()).count();
        let mut personal = Vec::with_capacity(own);
        let mut rest = Vec::with_capacity(changes.len() - own);
        for change in changes {
            match change.field.personal() {
                true => personal.push(change),
                false => rest.push(change),
            }
        }
        let salt = (!personal.is_empty() || why.note.is_some()).then_some(salt);
        Entry {
            fact: Fact::Account {
                account,
                prev: None,
                changes: rest,
                why,
            },
            personal,
            salt,
            redacted: None,
        }
    }
}

/// What is committed at once to one journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// What the entries share.
    pub header: Header,
    /// The facts.
    pub entries: Vec<Entry>,
}
