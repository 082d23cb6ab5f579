//! The accounts of one tenant: chunks of 4,096 rows in the order of their numbers, and the values they share.

use super::chunk::{Chunk, Part, ROWS};
use super::column::heap;
use super::column::interned::Interned;
use super::column::texts::Texts;
use crate::catalog::Catalog;
use crate::domain::{AccountId, Field, Micros, Value};
use std::sync::Arc;

/// The accounts of one tenant by number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub chunks: Vec<Arc<Chunk>>,
    pub interned: Interned,
}

impl Table {
    /// How many accounts there are.
    pub fn len(&self) -> u32 {
        self.chunks.last().map_or(0, |last| {
            ((self.chunks.len() - 1) * ROWS + last.len()) as u32
        })
    }

    /// The chunk and row of an account that exists.
    pub fn find(&self, id: AccountId) -> Option<(&Chunk, usize)> {
        let (chunk, row) = place(id);
        let chunk = self.chunks.get(chunk)?;
        (row < chunk.len()).then_some((&**chunk, row))
    }

    /// Adds the next account, all but its texts: an [`Edits`] must follow for it.
    pub fn push(&mut self, at: Micros, catalog: &Catalog) {
        let no_roles = self.interned.role_set(&[], catalog);
        if self.chunks.last().is_none_or(|last| last.len() == ROWS) {
            self.chunks.push(Arc::default());
        }
        if let Some(last) = self.chunks.last_mut() {
            Arc::make_mut(last).push(at, no_roles);
        }
    }

    /// Writes texts that have changed in a batch into their chunks, each chunk once.
    pub fn write(&mut self, edits: Edits<'_>, seq: u64) {
        let edits = edits.sorted();
        for group in edits.chunk_by(|a, b| place(a.0).0 == place(b.0).0) {
            let Some(chunk) = group
                .first()
                .and_then(|e| self.chunks.get_mut(place(e.0).0))
            else {
                continue;
            };
            let chunk = Arc::make_mut(chunk);
            let full = chunk.len() == ROWS;
            let pick = |len: usize, any: fn(&Edit<'_>) -> bool| -> (Vec<usize>, Vec<&Edit<'_>>) {
                group
                    .iter()
                    .map(|(id, edit)| (place(*id).1, edit))
                    .filter(|(row, edit)| *row >= len || any(edit))
                    .unzip()
            };
            let (rows, named) = pick(chunk.texts.len(), |e| e.names.iter().any(Option::is_some));
            if !rows.is_empty() {
                chunk.versions[Part::Texts as usize] = seq;
                Texts::rewrite(&mut chunk.texts, &rows, full, |place| named[place].names);
            }
            let (rows, known) = pick(chunk.ids.len(), |e| {
                e.assets.is_some() || e.observed.is_some() || e.ids.iter().any(Option::is_some)
            });
            if !rows.is_empty() {
                chunk.versions[Part::Ids as usize] = seq;
                heap::rewrite(&mut chunk.ids, &rows, full, |place, old, out| {
                    known[place].put_ids(old, out);
                });
            }
        }
    }
}

/// The chunk of an account and its row there.
pub(crate) fn place(id: AccountId) -> (usize, usize) {
    (id.0 as usize / ROWS, id.0 as usize % ROWS)
}

/// What a batch says of the texts of one account; what it does not say stays.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Edit<'a> {
    /// Email, first name, last name, username.
    names: [Option<&'a str>; 4],
    /// SID, external id, employee id, manager.
    ids: [Option<&'a str>; 4],
    assets: Option<&'a [u32]>,
    observed: Option<&'a [(Field, String)]>,
}

impl Edit<'_> {
    fn put_ids(&self, old: &[u8], out: &mut Vec<u8>) {
        let mut fields = heap::fields::<6>(old);
        for (field, new) in fields.iter_mut().zip(&self.ids) {
            *field = new.map_or(*field, str::as_bytes);
        }
        let mut assets = Vec::new();
        if let Some(counts) = self.assets {
            for count in counts {
                heap::put_length(*count as usize, &mut assets);
            }
            fields[4] = &assets;
        }
        let mut observed = Vec::new();
        if let Some(texts) = self.observed {
            put_texts(texts, &mut observed);
            fields[5] = &observed;
        }
        heap::put_fields(fields, out);
    }
}

/// Appends texts by field: of each the field's number, its length, its bytes.
fn put_texts(texts: &[(Field, String)], out: &mut Vec<u8>) {
    for (field, text) in texts {
        heap::put_length(*field as usize, out);
        heap::put_length(text.len(), out);
        out.extend_from_slice(text.as_bytes());
    }
}

/// Texts by field, as they stand in a record.
pub(crate) fn texts_of(bytes: &[u8]) -> Vec<(Field, String)> {
    let (mut texts, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let field = heap::length(bytes, &mut at);
        let end = heap::length(bytes, &mut at).saturating_add(at);
        let text = &bytes[at.min(bytes.len())..end.min(bytes.len())];
        at = end;
        let field = Field::ALL.into_iter().find(|f| *f as usize == field);
        texts.extend(field.map(|field| (field, heap::text(text).to_owned())));
    }
    texts
}

/// What a batch says of texts, gathered so that each chunk is rewritten once.
#[derive(Debug, Default)]
pub(crate) struct Edits<'a>(Vec<(AccountId, Edit<'a>)>);

impl<'a> Edits<'a> {
    /// What is said of one account.
    pub fn of(&mut self, id: AccountId) -> &mut Edit<'a> {
        if self.0.last().is_none_or(|(last, _)| *last != id) {
            self.0.push((id, Edit::default()));
        }
        let last = self.0.len() - 1;
        &mut self.0[last].1
    }

    /// Takes in a change when it is one of a text.
    pub fn take(&mut self, id: AccountId, field: Field, value: &'a Value) {
        let text = match value {
            Value::Text(text) => text.as_str(),
            _ => "",
        };
        match field {
            Field::Email => self.of(id).names[0] = Some(text),
            Field::FirstName => self.of(id).names[1] = Some(text),
            Field::LastName => self.of(id).names[2] = Some(text),
            Field::Username => self.of(id).names[3] = Some(text),
            Field::Sid => self.of(id).ids[0] = Some(text),
            Field::ExternalId => self.of(id).ids[1] = Some(text),
            Field::EmployeeId => self.of(id).ids[2] = Some(text),
            Field::Manager => self.of(id).ids[3] = Some(text),
            Field::Assets => {
                self.of(id).assets = Some(match value {
                    Value::Counts(counts) => counts,
                    _ => &[],
                });
            }
            Field::ObservedIdentity => {
                self.of(id).observed = Some(match value {
                    Value::Texts(texts) => texts,
                    _ => &[],
                });
            }
            _ => {}
        }
    }

    /// One edit an account, by number; the later word counts.
    fn sorted(mut self) -> Vec<(AccountId, Edit<'a>)> {
        self.0.sort_by_key(|(id, _)| *id);
        let mut out: Vec<(AccountId, Edit<'a>)> = Vec::with_capacity(self.0.len());
        for (id, edit) in self.0 {
            match out.last_mut().filter(|(last, _)| *last == id) {
                None => out.push((id, edit)),
                Some((_, before)) => {
                    for (old, new) in before.names.iter_mut().zip(edit.names) {
                        *old = new.or(*old);
                    }
                    for (old, new) in before.ids.iter_mut().zip(edit.ids) {
                        *old = new.or(*old);
                    }
                    before.assets = edit.assets.or(before.assets);
                    before.observed = edit.observed.or(before.observed);
                }
            }
        }
        out
    }
}
