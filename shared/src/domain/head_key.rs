//! The public keys with which a store signs the heads of its journals.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// An Ed25519 public key, 32 bytes as RFC 8032 writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct HeadKey(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub [u8; 32],
);
