//! Identifiers. Numbers are dense and given out by the writer; they are never reused.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A tenant's number; 1 is the first tenant. 0 is not a tenant.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct TenantId(#[n(0)] pub u32);

/// A journal's number: 0 is the platform journal, every other number is the tenant's.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct JournalId(#[n(0)] pub u32);

impl JournalId {
    /// The journal of what belongs to no tenant: tenants, operators, schedules.
    pub const PLATFORM: JournalId = JournalId(0);

    /// The tenant this journal belongs to; none for the platform journal.
    pub fn tenant(self) -> Option<TenantId> {
        (self.0 != 0).then_some(TenantId(self.0))
    }
}

impl From<TenantId> for JournalId {
    fn from(tenant: TenantId) -> Self {
        JournalId(tenant.0)
    }
}

/// An account's number inside its tenant, dense from 0.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct AccountId(#[n(0)] pub u32);

/// An account anywhere: shown and parsed as `TENANT-ACCOUNT`, for example `2-417`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountRef {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Its number there.
    pub account: AccountId,
}

impl fmt::Display for AccountRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.tenant.0, self.account.0)
    }
}

/// A text that is not an account reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an account reference is written TENANT-ACCOUNT, for example 2-417")]
pub struct BadAccountRef;

impl FromStr for AccountRef {
    type Err = BadAccountRef;
    fn from_str(text: &str) -> Result<Self, BadAccountRef> {
        let (tenant, account) = text.split_once('-').ok_or(BadAccountRef)?;
        Ok(AccountRef {
            tenant: TenantId(tenant.parse().map_err(|_| BadAccountRef)?),
            account: AccountId(account.parse().map_err(|_| BadAccountRef)?),
        })
    }
}

impl Serialize for AccountRef {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AccountRef {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A scope's number inside its tenant; 0 is the tenant itself, the root of the tree.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct ScopeId(#[n(0)] pub u32);

impl ScopeId {
    /// The tenant as a scope.
    pub const ROOT: ScopeId = ScopeId(0);
}

/// One role held at one scope. What holds above holds below.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
pub struct Assignment {
    /// The role's identifier in the tenant's catalog.
    #[n(0)]
    pub role: String,
    /// Where it is held.
    #[n(1)]
    pub scope: ScopeId,
}

impl Assignment {
    /// A role held at the root of the tenant.
    pub fn at_root(role: impl Into<String>) -> Self {
        Assignment {
            role: role.into(),
            scope: ScopeId::ROOT,
        }
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map($name)
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(self.0.as_bytes())?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let bytes = d.bytes()?;
                uuid::Uuid::from_slice(bytes)
                    .map($name)
                    .map_err(|_| minicbor::decode::Error::message("an id is 16 bytes"))
            }
        }
    };
}

uuid_id!(
    /// One run of one sweep in one tenant (time-ordered).
    RunId
);
uuid_id!(
    /// Given by the client with a change; the same id again is answered with the first result.
    RequestId
);

/// An order's number inside its tenant, dense from 1.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct OrderId(#[n(0)] pub u32);

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
        )]
        #[serde(transparent)]
        #[cbor(transparent)]
        pub struct $name(#[n(0)] pub u32);
    };
}

number_id!(
    /// A team's or signing group's number inside its tenant, from 1.
    GroupId
);
number_id!(
    /// An asset's number inside its tenant, dense from 0.
    AssetId
);
number_id!(
    /// A hand-over's number inside its tenant, from 1.
    HandoverId
);
number_id!(
    /// A transfer of ownership's number inside its tenant, from 1.
    TransferId
);
number_id!(
    /// A review's number inside its tenant, from 1.
    ReviewId
);

/// Where an entry stands in its journal: the batch's sequence number (from 1) and the entry's index in the batch.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[cbor(array)]
pub struct Pos {
    /// Sequence number of the batch, from 1.
    #[n(0)]
    pub seq: u64,
    /// Index of the entry in its batch, from 0.
    #[n(1)]
    pub index: u32,
}
