//! The nouns of the field: tenant, account, role, assignment, seat, sign-in, policy, run, order, and the entries
//! that state facts about them. No I/O, no clock, no randomness.

pub mod account;
pub mod codec;
pub mod entry;
pub mod facts;
pub mod feed;
pub mod field;
pub mod ids;
pub mod operator;
pub mod order;
pub mod person;
pub mod policy;
pub mod run;
pub mod sign_in;
pub mod tenant;
pub mod time;
pub mod why;

pub use account::{Account, Kind, Mfa, MfaSource, Origin, SeatHold, Status};
pub use entry::{Actor, ActorKind, Batch, Entry, Fact, Header};
pub use facts::AccountFacts;
pub use feed::{FEED_DAYS, Feed};
pub use field::{Field, FieldChange, Value};
pub use ids::{
    AccountId, AccountRef, Assignment, JournalId, OrderId, Pos, RequestId, RunId, ScopeId, TenantId,
};
pub use operator::{Binding, OperatorGrant};
pub use order::{Order, OrderState};
pub use person::{PersonRow, SignInRow, Told};
pub use policy::{Mode, Policy, Sweep};
pub use run::{Action, ActionKind, Outcome, Plan, Run, RunState, Skip, Trigger};
pub use sign_in::{SignIn, SignInKind};
pub use tenant::{Authority, ScopeKind, ScopeNode, Tenant, TenantState};
pub use time::{Day, Micros, Span};
pub use why::{Rule, Why};
