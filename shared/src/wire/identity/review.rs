//! Requests and answers about reviews of user lists.

use crate::domain::{AccountRef, Micros, Review, Verdict};
use crate::wire::user::RoleLabels;
use serde::{Deserialize, Serialize};

/// `review open`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewOpen {
    /// Tenant by name.
    pub tenant: String,
    /// Days until answers are due; absent is 14.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// What silence means.
    pub silence: Verdict,
    /// Show what would happen, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// `review answer`, `review close`, `review show`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReviewDecide {
    /// Tenant by name.
    pub tenant: String,
    /// Which review; absent is the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u32>,
    /// `review answer`: users by email or reference.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<String>,
    /// `review answer`: what is said of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// `review close`: before the answers are due, and what silence means is said of whoever was not answered for.
    pub early: bool,
    /// Show what would happen, change nothing.
    pub dry_run: bool,
}

/// `review show`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewDetail {
    /// Tenant's name.
    pub tenant: String,
    /// The record.
    pub review: Review,
    /// Each subject: reference, name, email, roles, last sign-in, verdict; untrusted.
    pub rows: Vec<ReviewRow>,
    /// What their roles are called.
    #[serde(default)]
    pub labels: RoleLabels,
}

/// One subject of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRow {
    /// Whose.
    pub id: AccountRef,
    /// Display name; untrusted.
    pub name: String,
    /// Email; untrusted.
    pub email: String,
    /// Roles.
    pub roles: Vec<String>,
    /// Last sign-in.
    pub last_sign_in: Option<Micros>,
    /// What was said; none is silence.
    pub verdict: Option<Verdict>,
}

/// `review list`'s answer, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviews {
    /// Tenant's name and the record.
    pub rows: Vec<(String, Review)>,
}
