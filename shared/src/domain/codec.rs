//! Batches as bytes. A batch is the CBOR array
//! `[schema, header: bytes, [[facts: bytes, personal: null | [salt: bytes(16), bytes] | bytes(32)], …]]`
//! where a bare 32-byte string stands in for a redacted personal part. Header, facts and personal part are each CBOR
//! of their own, so that the store can hash them without knowing what they mean.

use super::entry::{Batch, Entry, Fact, Header};
use super::field::FieldChange;
use minicbor::data::Type;
use minicbor::{Decoder, Encoder};
use std::convert::Infallible;

/// The schema this program writes. Older ones are upcast on read; newer ones are refused.
pub const SCHEMA: u16 = 1;

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

/// What stands for the personal part of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawPersonal<'a> {
    /// There is none.
    None,
    /// Salt and encoded changes.
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
    /// The entries.
    pub entries: Vec<RawEntry<'a>>,
}

fn always<T>(result: Result<T, minicbor::encode::Error<Infallible>>) {
    // Writing to a Vec cannot fail, and our types have no custom encoding errors.
    debug_assert!(result.is_ok());
}

/// Encodes a batch with the current schema.
pub fn encode(batch: &Batch) -> Vec<u8> {
    let mut out = Vec::with_capacity(256 + batch.entries.len() * 96);
    let mut scratch = Vec::with_capacity(256);
    always(minicbor::encode(&batch.header, &mut scratch));
    let mut e = Encoder::new(&mut out);
    always(e.array(3).and_then(|e| e.u16(SCHEMA)).map(|_| ()));
    always(e.bytes(&scratch).map(|_| ()));
    always(e.array(batch.entries.len() as u64).map(|_| ()));
    for entry in &batch.entries {
        scratch.clear();
        always(minicbor::encode(&entry.fact, &mut scratch));
        always(e.array(2).and_then(|e| e.bytes(&scratch)).map(|_| ()));
        match (entry.redacted, entry.salt) {
            (Some(hash), _) => always(e.bytes(&hash).map(|_| ())),
            (None, Some(salt)) => {
                scratch.clear();
                always(minicbor::encode(&entry.personal, &mut scratch));
                always(
                    e.array(2)
                        .and_then(|e| e.bytes(&salt))
                        .and_then(|e| e.bytes(&scratch))
                        .map(|_| ()),
                );
            }
            (None, None) => always(e.null().map(|_| ())),
        }
    }
    out
}

/// Takes a batch apart without reading facts, header or personal parts.
pub fn split(bytes: &[u8]) -> Result<RawBatch<'_>, CodecError> {
    let mut d = Decoder::new(bytes);
    expect_array(&mut d, 3)?;
    let schema = d.u16()?;
    if schema > SCHEMA {
        return Err(CodecError::Newer { found: schema });
    }
    let header = d.bytes()?;
    let count = d
        .array()?
        .ok_or_else(|| minicbor::decode::Error::message("an array of known length is needed"))?;
    let mut entries = Vec::with_capacity(usize::try_from(count).unwrap_or(0).min(bytes.len()));
    for _ in 0..count {
        expect_array(&mut d, 2)?;
        let facts = d.bytes()?;
        let personal = match d.datatype()? {
            Type::Null => {
                d.null()?;
                RawPersonal::None
            }
            Type::Bytes => RawPersonal::Redacted(d.bytes()?),
            _ => {
                expect_array(&mut d, 2)?;
                RawPersonal::Salted(d.bytes()?, d.bytes()?)
            }
        };
        entries.push(RawEntry { facts, personal });
    }
    if d.position() != bytes.len() {
        return Err(minicbor::decode::Error::message("bytes behind the end of the batch").into());
    }
    Ok(RawBatch {
        schema,
        header,
        entries,
    })
}

/// Decodes a batch, upcasting older schemas.
pub fn decode(bytes: &[u8]) -> Result<Batch, CodecError> {
    let raw = split(bytes)?;
    let header = decode_header(raw.header)?;
    let entries = raw
        .entries
        .iter()
        .map(decode_entry)
        .collect::<Result<_, _>>()?;
    Ok(Batch { header, entries })
}

/// Decodes the header of a batch that was taken apart.
pub fn decode_header(bytes: &[u8]) -> Result<Header, CodecError> {
    Ok(minicbor::decode(bytes)?)
}

/// Decodes one entry of a batch that was taken apart.
pub fn decode_entry(raw: &RawEntry<'_>) -> Result<Entry, CodecError> {
    let fact: Fact = minicbor::decode(raw.facts)?;
    let fixed = || minicbor::decode::Error::message("a salt is 16 bytes, a hash is 32");
    Ok(match raw.personal {
        RawPersonal::None => Entry::plain(fact),
        RawPersonal::Redacted(hash) => Entry {
            fact,
            personal: Vec::new(),
            salt: None,
            redacted: Some(hash.try_into().map_err(|_| fixed())?),
        },
        RawPersonal::Salted(salt, bytes) => {
            let personal: Vec<FieldChange> = minicbor::decode(bytes)?;
            Entry {
                fact,
                personal,
                salt: Some(salt.try_into().map_err(|_| fixed())?),
                redacted: None,
            }
        }
    })
}

fn expect_array(d: &mut Decoder<'_>, len: u64) -> Result<(), minicbor::decode::Error> {
    match d.array()? {
        Some(n) if n == len => Ok(()),
        _ => Err(minicbor::decode::Error::message(
            "an array of another length was expected",
        )),
    }
}
