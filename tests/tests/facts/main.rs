//! The acceptance facts of the four platforms, each through the API of a real daemon: what is given is made by verbs;
//! the reply, the rule that refuses, and what the journal holds afterwards are looked at.

#[allow(
    dead_code,
    reason = "shared with the tests of the whole system, which use all of it"
)]
#[path = "../system/common.rs"]
mod common;
mod esignanywhere;
mod esignanywhere_rights;
mod given;
mod ignisign;
mod ignisign_rights;
mod iusign_handover;
mod iusign_s0;
mod iusign_s0_rights;
mod iusign_s1;
mod iusign_s1_rights;
mod life;
mod onespan;
mod onespan_tree;
mod world;
