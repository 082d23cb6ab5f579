//! The thread of an account's history: each entry names the one before it.

use rollcall_shared::domain::codec::RawPersonal;
use rollcall_shared::domain::{AccountRef, Entry, Fact, Header, JournalId, Pos, codec};
use rollcall_shared::store::Reader;
use rollcall_shared::wire::{Class, Failure};

/// One entry about an account, with the header of its batch.
pub(super) struct Knot {
    pub pos: Pos,
    pub header: Header,
    pub entry: Entry,
    /// Whether the header has a personal part that is not redacted, and that nobody else needs: everybody else in the
    /// batch has the reason in an entry of their own. Why the glass was broken stands in the header alone.
    pub own_header: bool,
    /// Whether the entry has a note in its personal part; the first schema kept it among the facts.
    pub note: bool,
}

/// The entries about an account, newest first, from `last` on.
pub(super) fn of<'r>(
    reader: &'r dyn Reader,
    id: AccountRef,
    last: Option<Pos>,
) -> impl Iterator<Item = Result<Knot, Failure>> + 'r {
    let mut next = last;
    std::iter::from_fn(move || {
        let pos = next.take()?;
        let knot = knot(reader, id, pos).map_err(|what| {
            Failure::new(Class::Error, format!("the history cannot be read: {what}"))
        });
        next = knot.as_ref().ok().and_then(|knot| {
            let (_, before) = knot.entry.fact.threaded()?;
            before
        });
        Some(knot)
    })
}

fn knot(reader: &dyn Reader, id: AccountRef, pos: Pos) -> Result<Knot, String> {
    let Pos { seq, index } = pos;
    let batches = reader
        .read(JournalId::from(id.tenant), seq, 1)
        .map_err(|e| e.to_string())?;
    let (_, bytes) = batches
        .first()
        .filter(|(found, _)| *found == seq)
        .ok_or_else(|| format!("batch {seq} is missing"))?;
    let batch = codec::split(bytes).map_err(|e| e.to_string())?;
    let entry = |index| batch.entry(index).map_err(|e| format!("batch {seq}: {e}"));
    let header = batch.header().map_err(|e| e.to_string())?;
    let mut own_header = matches!(batch.personal, RawPersonal::Salted(..));
    // Only where it matters: a batch may be long.
    let shared = own_header && (header.reason.is_some() || header.break_glass.is_some());
    for index in (0..batch.entries.len()).take_while(|_| shared) {
        own_header = has_own(&entry(index)?, id, &header);
        if !own_header {
            break;
        }
    }
    let entry = entry(index as usize)?;
    let noted = matches!(&entry.fact, Fact::Account { why, .. } if why.note.is_some());
    Ok(Knot {
        pos,
        header,
        own_header,
        note: noted && entry.salt.is_some() && batch.schema > 1,
        entry,
    })
}

/// Whether an entry of a batch can do without the reason in its header: it is of this account or of none, or it has the
/// reason as its own note.
pub(super) fn has_own(entry: &Entry, id: AccountRef, header: &Header) -> bool {
    let other = entry.fact.threaded().map(|(account, _)| account);
    other.is_none_or(|other| other == id.account)
        || entry.redacted.is_some()
        || (header.break_glass.is_none()
            && matches!(&entry.fact, Fact::Account { why, .. } if why.note == header.reason))
}
