//! Signed notes with Ed25519, as <https://c2sp.org/signed-note> defines them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// The byte that says Ed25519.
const ED25519: u8 = 0x01;

/// What a signature line begins with: an em dash and a space.
pub(super) const DASH: &str = "\u{2014} ";

/// Signatures read of one note at most; C2SP asks for at least 16.
const MOST_SIGNATURES: usize = 32;

/// A public key with its name: who may have signed a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    key: VerifyingKey,
}

/// A text that is not a verifier key, or a name that cannot be one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a verifier key is written NAME+ID+KEY, as `rollcall audit key` prints it: a name without spaces, 8 hexadecimal digits, and an Ed25519 key in base64"
)]
pub struct BadKey;

impl Verifier {
    /// A public key (32 bytes, RFC 8032) under a name.
    ///
    /// # Errors
    /// When the bytes are no key, or the name is empty or holds a space or a plus sign.
    pub fn new(name: &str, key: &[u8; 32]) -> Result<Self, BadKey> {
        let named = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+');
        let key = VerifyingKey::from_bytes(key).map_err(|_| BadKey)?;
        let name = name.to_owned();
        named.then_some(Verifier { name, key }).ok_or(BadKey)
    }

    /// The name it signs under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key).
    pub fn key_id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }
}

/// As a verifier key: `NAME+ID+base64(0x01 ‖ public key)`.
impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = u32::from_be_bytes(self.key_id());
        let key = [&[ED25519][..], self.key.as_bytes()].concat();
        write!(f, "{}+{id:08x}+{}", self.name, STANDARD.encode(key))
    }
}

impl FromStr for Verifier {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(BadKey);
        };
        let key = STANDARD.decode(key).map_err(|_| BadKey)?;
        let Some((&ED25519, key)) = key.split_first() else {
            return Err(BadKey);
        };
        let verifier = Verifier::new(name, key.try_into().map_err(|_| BadKey)?)?;
        let told = format!("{:08x}", u32::from_be_bytes(verifier.key_id()));
        (told == id).then_some(verifier).ok_or(BadKey)
    }
}

/// A key that signs notes under its name. Its secret is wiped from memory when it is dropped.
pub struct Signer {
    key: SigningKey,
    verifier: Verifier,
}

impl Signer {
    /// The key with this secret (32 random bytes) under a name.
    ///
    /// # Errors
    /// When the name is empty or holds a space or a plus sign.
    pub fn new(name: &str, secret: &[u8; 32]) -> Result<Self, BadKey> {
        let key = SigningKey::from_bytes(secret);
        let verifier = Verifier::new(name, key.verifying_key().as_bytes())?;
        Ok(Signer { key, verifier })
    }

    /// The public key of a secret, 32 bytes.
    pub fn public_of(secret: &[u8; 32]) -> [u8; 32] {
        SigningKey::from_bytes(secret).verifying_key().to_bytes()
    }

    /// Its public half.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// The text, which ends with a newline, as a signed note.
    pub fn sign(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        let signed = [&self.verifier.key_id()[..], &signature].concat();
        let name = &self.verifier.name;
        format!("{text}\n{DASH}{name} {}\n", STANDARD.encode(signed))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.verifier)
    }
}

/// A note that was read, and not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    /// Key name, key id, signature.
    signatures: Vec<(String, [u8; 4], Vec<u8>)>,
}

/// Why a note is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadNote {
    /// It is not written as a signed note.
    #[error("it is not a whole signed note")]
    Form,
    /// Nobody who is known has signed it.
    #[error("it is not signed by a key that is known")]
    Unknown,
    /// A known key's signature does not fit the text.
    #[error("its signature does not fit its text")]
    Forged,
}

impl Note {
    /// Reads one note: text, an empty line, signature lines.
    ///
    /// # Errors
    /// [`BadNote::Form`].
    pub fn parse(note: &str) -> Result<Self, BadNote> {
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(BadNote::Form);
        }
        let border = note.rfind("\n\n").ok_or(BadNote::Form)?;
        let (text, lines) = (&note[..=border], &note[border + 2..]);
        let lines = lines.strip_suffix('\n').ok_or(BadNote::Form)?;
        let signatures: Vec<_> = lines
            .split('\n')
            .map(signature)
            .collect::<Option<_>>()
            .ok_or(BadNote::Form)?;
        if signatures.len() > MOST_SIGNATURES {
            return Err(BadNote::Form);
        }
        Ok(Note {
            text: text.to_owned(),
            signatures,
        })
    }

    /// Its text, once one of these keys has signed it. Signatures of other keys are passed over, as C2SP asks.
    ///
    /// # Errors
    /// [`BadNote::Unknown`] when none of them has; [`BadNote::Forged`] when a signature in one of their names is wrong.
    pub fn text_signed_by(&self, keys: &[Verifier]) -> Result<&str, BadNote> {
        let mut signed = Err(BadNote::Unknown);
        for (name, id, bytes) in &self.signatures {
            let Some(known) = keys.iter().find(|k| k.name == *name && k.key_id() == *id) else {
                continue;
            };
            let signature = Signature::from_slice(bytes).map_err(|_| BadNote::Forged)?;
            known
                .key
                .verify_strict(self.text.as_bytes(), &signature)
                .map_err(|_| BadNote::Forged)?;
            signed = Ok(self.text.as_str());
        }
        signed
    }
}

fn signature(line: &str) -> Option<(String, [u8; 4], Vec<u8>)> {
    let (name, signed) = line.strip_prefix(DASH)?.split_once(' ')?;
    let signed = STANDARD.decode(signed).ok()?;
    let (id, signature) = signed.split_first_chunk::<4>()?;
    let named = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+');
    named.then(|| (name.to_owned(), *id, signature.to_vec()))
}
