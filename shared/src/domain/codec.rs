//! Batches as bytes. A batch is the CBOR array
//! `[schema, header: bytes, PERSONAL, [[facts: bytes, PERSONAL], …]]`
//! where `PERSONAL` is `null`, `[salt: bytes(16), bytes]`, or, once redacted, a bare string of 32 bytes that stands in for
//! it. Header, facts and personal parts are each CBOR of their own, so that the store can hash them without knowing what
//! they mean.
//!
//! The personal part of a header is `[reason, fingerprint of what was asked, reason for breaking the glass]`; that of an
//! entry is `[changes of personal fields, note of why, addresses that the fact names]`, as far as there is something.
//!
//! Schema 1 had no personal part of the header, and that of an entry was the changes alone; up to schema 2 the addresses
//! of [`Fact::named`] stood among the facts. Both are still read.

use super::account::REDACTED;
use super::entry::{Batch, Entry, Fact, Header, Seal};
use super::field::FieldChange;
use super::why::Why;
use minicbor::data::Type;
use minicbor::{Decode, Decoder, Encode, Encoder};
use std::convert::Infallible;

/// The schema this program writes. Older ones are upcast on read; newer ones are refused.
pub const SCHEMA: u16 = 3;

/// A batch that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// Written by a newer program.
    #[error("written with schema {found}; this program knows up to {SCHEMA}: use a newer rollcall")]
    Newer {
        /// The schema found.
        found: u16,
    },
    /// Not what a batch looks like.
    #[error("unreadable batch: {0}")]
    Damaged(#[from] minicbor::decode::Error),
}

/// The parts of an entry that are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawEntry<'a> {
    /// Encoded fact.
    pub facts: &'a [u8],
    /// What stands for the personal part.
    pub personal: RawPersonal<'a>,
}

/// What stands for the personal part of an entry or a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawPersonal<'a> {
    /// There is none.
    None,
    /// Salt and encoded personal part.
    Salted(&'a [u8], &'a [u8]),
    /// Redacted: the hash that remains.
    Redacted(&'a [u8]),
}

/// A batch with its parts still encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawBatch<'a> {
    /// Schema number.
    pub schema: u16,
    /// Encoded header.
    pub header: &'a [u8],
    /// What stands for the header's personal part; none in schema 1.
    pub personal: RawPersonal<'a>,
    /// The entries.
    pub entries: Vec<RawEntry<'a>>,
}

/// The personal part of a header.
#[derive(Encode, Decode)]
#[cbor(array)]
struct HeaderPersonal {
    #[n(0)]
    reason: Option<String>,
    #[n(1)]
    asked: Option<String>,
    #[n(2)]
    break_glass: Option<String>,
}

/// The personal part of an entry.
#[derive(Encode, Decode)]
#[cbor(array)]
struct EntryPersonal {
    #[n(0)]
    changes: Vec<FieldChange>,
    #[n(1)]
    note: Option<String>,
    #[n(2)]
    #[cbor(default)]
    named: Vec<String>,
}

fn always<T>(result: Result<T, minicbor::encode::Error<Infallible>>) {
    // Writing to a Vec cannot fail, and our types have no custom encoding errors.
    debug_assert!(result.is_ok());
}

/// Encodes a batch with the current schema.
pub fn encode(batch: &Batch) -> Vec<u8> {
    let mut out = Vec::with_capacity(256 + batch.entries.len() * 96);
    let mut scratch = Vec::with_capacity(256);
    let mut personal = Vec::with_capacity(256);
    let mut e = Encoder::new(&mut out);
    always(e.array(4).and_then(|e| e.u16(SCHEMA)).map(|_| ()));
    put_header(&mut e, &batch.header);
    always(e.array(batch.entries.len() as u64).map(|_| ()));
    for entry in &batch.entries {
        scratch.clear();
        personal.clear();
        let part = put_entry(entry, &mut scratch, &mut personal);
        always(e.array(2).and_then(|e| e.bytes(&scratch)).map(|_| ()));
        put_personal(&mut e, &part);
    }
    out
}

fn put_header(e: &mut Encoder<&mut Vec<u8>>, header: &Header) {
    let (mut bytes, mut personal) = (Vec::with_capacity(256), Vec::new());
    let Seal {
        asked,
        salt,
        redacted,
    } = &header.seal;
    let part = match (redacted, salt) {
        (None, None) => {
            always(minicbor::encode(header, &mut bytes));
            RawPersonal::None
        }
        _ => {
            let rest = Header {
                reason: None,
                break_glass: header.break_glass.as_ref().map(|_| String::new()),
                ..header.clone()
            };
            let texts = HeaderPersonal {
                reason: header.reason.clone(),
                asked: asked.clone(),
                break_glass: header.break_glass.clone(),
            };
            always(minicbor::encode(&rest, &mut bytes));
            always(minicbor::encode(&texts, &mut personal));
            sealed(redacted.as_ref(), salt.as_ref(), &personal)
        }
    };
    always(e.bytes(&bytes).map(|_| ()));
    put_personal(e, &part);
}

/// Encodes a fact and, apart from it, the personal part of its entry.
fn put_entry<'a>(
    entry: &'a Entry,
    facts: &mut Vec<u8>,
    personal: &'a mut Vec<u8>,
) -> RawPersonal<'a> {
    if entry.salt.is_none() && entry.redacted.is_none() {
        always(minicbor::encode(&entry.fact, facts));
        return RawPersonal::None;
    }
    let note = match &entry.fact {
        Fact::Account { why, .. } => why.note.clone(),
        _ => None,
    };
    let named = entry.fact.named();
    match &entry.fact {
        Fact::Account {
            account,
            prev,
            changes,
            why,
        } if note.is_some() => {
            let bare = Fact::Account {
                account: *account,
                prev: *prev,
                changes: changes.clone(),
                why: Why {
                    note: None,
                    ..why.clone()
                },
            };
            always(minicbor::encode(&bare, facts));
        }
        fact if named.is_empty() => always(minicbor::encode(fact, facts)),
        fact => {
            let mut bare = fact.clone();
            bare.named_mut().into_iter().for_each(String::clear);
            always(minicbor::encode(&bare, facts));
        }
    }
    // The changes are encoded where they stand: a copy of each would cost more than the rest of the batch.
    let mut e = Encoder::new(&mut *personal);
    let parts = match (&note, named.is_empty()) {
        (_, false) => 3,
        (Some(_), true) => 2,
        (None, true) => 1,
    };
    always(e.array(parts).map(|_| ()));
    always(e.encode(&entry.personal).map(|_| ()));
    if parts > 1 {
        always(e.encode(&note).map(|_| ()));
    }
    if parts > 2 {
        always(e.encode(&named).map(|_| ()));
    }
    sealed(entry.redacted.as_ref(), entry.salt.as_ref(), personal)
}

fn sealed<'a>(
    redacted: Option<&'a [u8; 32]>,
    salt: Option<&'a [u8; 16]>,
    personal: &'a [u8],
) -> RawPersonal<'a> {
    match (redacted, salt) {
        (Some(hash), _) => RawPersonal::Redacted(hash),
        (None, Some(salt)) => RawPersonal::Salted(salt, personal),
        (None, None) => RawPersonal::None,
    }
}

/// Puts a batch together again from its encoded parts.
pub fn join(raw: &RawBatch<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(256 + raw.entries.len() * 96);
    let mut e = Encoder::new(&mut out);
    let parts = if raw.schema == 1 { 3 } else { 4 };
    always(e.array(parts).and_then(|e| e.u16(raw.schema)).map(|_| ()));
    always(e.bytes(raw.header).map(|_| ()));
    if raw.schema > 1 {
        put_personal(&mut e, &raw.personal);
    }
    always(e.array(raw.entries.len() as u64).map(|_| ()));
    for entry in &raw.entries {
        always(e.array(2).and_then(|e| e.bytes(entry.facts)).map(|_| ()));
        put_personal(&mut e, &entry.personal);
    }
    out
}

fn put_personal(e: &mut Encoder<&mut Vec<u8>>, personal: &RawPersonal<'_>) {
    always(match *personal {
        RawPersonal::None => e.null().map(|_| ()),
        RawPersonal::Redacted(hash) => e.bytes(hash).map(|_| ()),
        RawPersonal::Salted(salt, bytes) => e
            .array(2)
            .and_then(|e| e.bytes(salt))
            .and_then(|e| e.bytes(bytes))
            .map(|_| ()),
    });
}

/// Takes a batch apart without reading facts, header or personal parts.
pub fn split(bytes: &[u8]) -> Result<RawBatch<'_>, CodecError> {
    let mut d = Decoder::new(bytes);
    let parts = d.array()?;
    let schema = d.u16()?;
    if schema > SCHEMA {
        return Err(CodecError::Newer { found: schema });
    }
    if parts != Some(if schema == 1 { 3 } else { 4 }) {
        return Err(other_length().into());
    }
    let header = d.bytes()?;
    let personal = match schema {
        1 => RawPersonal::None,
        _ => personal_part(&mut d)?,
    };
    let count = d
        .array()?
        .ok_or_else(|| minicbor::decode::Error::message("an array of known length is needed"))?;
    let mut entries = Vec::with_capacity(usize::try_from(count).unwrap_or(0).min(bytes.len()));
    for _ in 0..count {
        expect_array(&mut d, 2)?;
        let facts = d.bytes()?;
        let personal = personal_part(&mut d)?;
        entries.push(RawEntry { facts, personal });
    }
    if d.position() != bytes.len() {
        return Err(minicbor::decode::Error::message("bytes behind the end of the batch").into());
    }
    Ok(RawBatch {
        schema,
        header,
        personal,
        entries,
    })
}

fn personal_part<'a>(d: &mut Decoder<'a>) -> Result<RawPersonal<'a>, minicbor::decode::Error> {
    Ok(match d.datatype()? {
        Type::Null => {
            d.null()?;
            RawPersonal::None
        }
        Type::Bytes => RawPersonal::Redacted(d.bytes()?),
        _ => {
            expect_array(d, 2)?;
            RawPersonal::Salted(d.bytes()?, d.bytes()?)
        }
    })
}

/// Decodes a batch, upcasting older schemas.
pub fn decode(bytes: &[u8]) -> Result<Batch, CodecError> {
    let raw = split(bytes)?;
    let header = raw.header()?;
    let entries = (0..raw.entries.len())
        .map(|index| raw.entry(index))
        .collect::<Result<_, _>>()?;
    Ok(Batch { header, entries })
}

impl RawBatch<'_> {
    /// Decodes the header.
    ///
    /// # Errors
    /// When its bytes are no header.
    pub fn header(&self) -> Result<Header, CodecError> {
        let mut header: Header = minicbor::decode(self.header)?;
        match self.personal {
            RawPersonal::None => {}
            RawPersonal::Redacted(hash) => header.seal.redacted = Some(fixed(hash)?),
            RawPersonal::Salted(salt, bytes) => {
                header.seal.salt = Some(fixed(salt)?);
                let texts: HeaderPersonal = minicbor::decode(bytes)?;
                (header.reason, header.seal.asked) = (texts.reason, texts.asked);
                header.break_glass = texts.break_glass;
            }
        }
        Ok(header)
    }

    /// Decodes one entry.
    ///
    /// # Errors
    /// When its bytes are no entry, or there is none of this index.
    pub fn entry(&self, index: usize) -> Result<Entry, CodecError> {
        let raw = self.entries.get(index).ok_or_else(|| {
            minicbor::decode::Error::message("the batch has no entry of this index")
        })?;
        let mut fact: Fact = minicbor::decode(raw.facts)?;
        Ok(match raw.personal {
            RawPersonal::None => Entry::plain(fact),
            RawPersonal::Redacted(hash) => {
                for name in fact.named_mut() {
                    REDACTED.clone_into(name);
                }
                Entry {
                    redacted: Some(fixed(hash)?),
                    ..Entry::plain(fact)
                }
            }
            RawPersonal::Salted(salt, bytes) => {
                let EntryPersonal {
                    changes,
                    note,
                    named,
                } = match self.schema {
                    1 => EntryPersonal {
                        changes: minicbor::decode(bytes)?,
                        note: None,
                        named: Vec::new(),
                    },
                    _ => minicbor::decode(bytes)?,
                };
                for (slot, name) in fact.named_mut().into_iter().zip(named) {
                    *slot = name;
                }
                if let (Fact::Account { why, .. }, Some(note)) = (&mut fact, note) {
                    why.note = Some(note);
                }
                Entry {
                    personal: changes,
                    salt: Some(fixed(salt)?),
                    ..Entry::plain(fact)
                }
            }
        })
    }
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], minicbor::decode::Error> {
    bytes
        .try_into()
        .map_err(|_| minicbor::decode::Error::message("a salt is 16 bytes, a hash is 32"))
}

fn expect_array(d: &mut Decoder<'_>, len: u64) -> Result<(), minicbor::decode::Error> {
    match d.array()? {
        Some(n) if n == len => Ok(()),
        _ => Err(other_length()),
    }
}

fn other_length() -> minicbor::decode::Error {
    minicbor::decode::Error::message("an array of another length was expected")
}
