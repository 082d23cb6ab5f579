//! The nouns of the field: tenant, account, role, assignment, seat, sign-in, policy, run, order, and the entries
//! that state facts about them. No I/O, no clock, no randomness.

pub mod account;
pub mod asset;
pub mod codec;
pub mod conflict;
pub mod entry;
pub mod facts;
pub mod feed;
pub mod field;
pub mod group;
pub mod head_key;
pub mod ids;
pub mod invitation;
mod named;
pub mod operator;
pub mod order;
pub mod ownership;
pub mod person;
pub mod policy;
pub mod record;
pub mod review;
pub mod role;
pub mod run;
pub mod sign_in;
pub mod tenant;
pub mod time;
pub mod why;

pub use account::{Account, Kind, Mfa, Origin, SeatHold, Source, Status};
pub use asset::{
    Asset, AssetKind, AssetSeen, Delegation, Handover, HandoverState, HandoverWay, Move, MoveState,
};
pub use conflict::{ConflictRule, Exception, Side};
pub use entry::{Actor, ActorKind, Batch, Entry, Fact, Gone, Header, Seal};
pub use facts::AccountFacts;
pub use feed::{FEED_DAYS, Feed};
pub use field::{Field, FieldChange, Value};
pub use group::{Group, GroupKind};
pub use head_key::HeadKey;
pub use ids::{
    AccountId, AccountRef, AssetId, Assignment, GroupId, HandoverId, JournalId, OrderId, Pos,
    RequestId, ReviewId, RunId, ScopeId, TenantId, TransferId,
};
pub use invitation::{Answer, Delivery, Invitation};
pub use operator::{Binding, OperatorGrant};
pub use order::{Order, OrderState, Thing, ThingKey, Todo};
pub use ownership::{Transfer, TransferState};
pub use person::{PersonRow, SignInRow, Told};
pub use policy::{Mode, Policy, Sweep};
pub use record::{Record, RecordKey, RecordKind};
pub use review::{Review, Verdict};
pub use role::CustomRole;
pub use run::{Action, ActionKind, Outcome, Plan, Run, RunState, Skip, Trigger};
pub use sign_in::{SignIn, SignInKind};
pub use tenant::{
    Authority, ScopeKind, ScopeNode, ScopeProfile, ScopeState, SourceField, Tenant, TenantPlan,
    TenantState,
};
pub use time::{Day, Micros, Span};
pub use why::{Rule, Why};
