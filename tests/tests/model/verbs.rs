//! The verbs that are drawn, and what the model says each of them does.

use crate::duties::Duty;
use crate::edited::Edit;
use crate::file::{Counts, Row};
use crate::groups::GroupAsk;
use crate::joined::Joining;
use crate::owned::{Parting, Shown};
use crate::rights::Draft;
use crate::world::{Held, World};

/// How roles are edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Set,
    Add,
    Remove,
}

/// One verb.
#[derive(Debug, Clone)]
pub enum Ask {
    Invite(u64, Held),
    /// Each role at a scope, or without one: at the root, and for taking away wherever it is held.
    Role(u64, How, Vec<(String, Option<u32>)>),
    Step(u64, &'static str),
    Delete(u64, Parting),
    /// To an account of the tree; to another tree where none is named.
    Move(u64, Option<u32>),
    Edit(u64, Edit),
    /// What they own goes to somebody who can take it over, where one is named.
    Offboard(u64, &'static str, Option<u64>),
    NameOwner(u64),
    Propose(u64, bool),
    Confirm {
        same: bool,
    },
    Cancel,
    ScopeMake(&'static str, u32, &'static str),
    ScopeMove(u32, u32),
    ScopeRename(u32, &'static str),
    ScopeBlock(u32, bool),
    /// The only roles that may be held there.
    ScopeRoles(u32, Vec<String>),
    RoleMake(String, u32, Option<&'static str>, Draft),
    RoleEdit(String, Draft),
    RoleDrop(String),
    Seats(usize),
    Pool(&'static str, usize),
    Tier(&'static str),
    /// A feature switched on or off.
    Switch(&'static str, bool),
    Group(GroupAsk),
    GroupDrop(&'static str, &'static str),
    /// Somebody acts for an account for so many days.
    Delegate(u64, u64, u32),
    DelegateEnd(u64),
    /// What accounts own.
    Assets(Vec<Shown>),
    HandOver(u64, u64),
    Undo(usize),
    Duty(&'static str, Duty),
    DutyDrop(&'static str),
    /// Until so many days from now; none takes it back.
    Except(&'static str, u64, Option<u32>),
    /// Whether silence ends an access.
    Review(bool),
    Verdict(u64, bool),
    ReviewClose,
    Redact(u64),
    Join(Joining),
    /// The catalog that is offered, in this tenant or in one that there is not.
    Adopt(bool),
    File(Vec<Row>),
    /// Days pass, these sign in, sweeps run.
    Night(u32, Vec<u64>),
}

/// What the model says.
pub enum Said {
    /// The tenant as it is afterwards, and what a file came to.
    Done(Box<World>, Counts),
    /// Why not.
    Refused(&'static str),
}

impl World {
    pub fn after(&self, ask: &Ask) -> Said {
        let mut after = self.clone();
        let mut counts = Counts::default();
        let taken = match ask {
            Ask::Invite(n, roles) => after.invite(*n, roles),
            Ask::Role(n, how, roles) => self
                .edited(*n, *how, roles)
                .and_then(|roles| after.give(*n, roles)),
            Ask::Step(n, verb) => after.step(*n, verb),
            Ask::Delete(n, parting) => after.delete(*n, parting),
            Ask::Move(n, to) => after.move_user(*n, *to),
            Ask::Edit(n, edit) => after.edit(*n, edit),
            Ask::Offboard(n, verb, heir) => after.offboard(*n, verb, *heir),
            Ask::NameOwner(n) => after.name_owner(*n),
            Ask::Propose(n, replace) => after.propose(*n, *replace),
            Ask::Confirm { same } => after.confirm(*same),
            Ask::Cancel => after.cancel(),
            Ask::ScopeMake(kind, parent, name) => after.make_scope(kind, *parent, name).map(|_| ()),
            Ask::ScopeMove(scope, parent) => after.move_scope(*scope, *parent),
            Ask::ScopeRename(scope, name) => after.rename_scope(*scope, name),
            Ask::ScopeBlock(scope, shut) => after.block_scope(*scope, *shut),
            Ask::ScopeRoles(scope, roles) => after.switch_on(*scope, roles),
            Ask::RoleMake(id, home, copy, draft) => after.make_role(id, *home, *copy, draft),
            Ask::RoleEdit(id, draft) => after.edit_role(id, draft),
            Ask::RoleDrop(id) => after.drop_role(id),
            Ask::Seats(seats) => after.buy(*seats),
            Ask::Pool(pool, seats) => after.buy_pool(pool, *seats),
            Ask::Tier(tier) => after.buy_tier(tier),
            Ask::Switch(id, on) => after.switch(id, *on),
            Ask::Group(ask) => after.set_group(ask),
            Ask::GroupDrop(kind, name) => after.delete_group(kind, name),
            Ask::Delegate(n, to, days) => after.name_delegate(*n, *to, *days),
            Ask::DelegateEnd(n) => after.end_delegate(*n),
            Ask::Assets(rows) => {
                after.take_assets(rows);
                Ok(())
            }
            Ask::HandOver(n, to) => after.hand_over(*n, *to),
            Ask::Undo(number) => after.undo(*number),
            Ask::Duty(name, duty) => after.set_duty(name, duty),
            Ask::DutyDrop(name) => after.drop_duty(name),
            Ask::Except(name, n, days) => after.except(name, *n, *days),
            Ask::Review(silence) => after.open_review(*silence),
            Ask::Verdict(n, ends) => after.answer_review(*n, *ends),
            Ask::ReviewClose => after.close_review(),
            Ask::Redact(n) => after.redact(*n),
            Ask::Join(joining) => after.join(joining),
            Ask::Adopt(there) => after.adopt(*there),
            Ask::File(rows) => {
                counts = after.file(rows);
                Ok(())
            }
            Ask::Night(days, signed_in) => {
                after.night(*days, signed_in);
                Ok(())
            }
        };
        if !matches!(ask, Ask::File(_)) {
            after.keep_decided(self);
        }
        match taken.and_then(|()| after.stands_after(self)) {
            Ok(()) => Said::Done(Box::new(after), counts),
            Err(why) => Said::Refused(why),
        }
    }

    /// The whole list that an edit asks for.
    fn edited(
        &self,
        n: u64,
        how: How,
        roles: &[(String, Option<u32>)],
    ) -> Result<Held, &'static str> {
        let held = self.people.get(&n).ok_or("nobody")?.roles.clone();
        if !roles.iter().all(|(id, _)| self.knows(id)) {
            return Err("no such role");
        }
        let told = roles.iter().map(|(id, at)| (id.clone(), at.unwrap_or(0)));
        // A role that is not held at an application already is given in each of its environments.
        let told = told.flat_map(|role| match held.contains(&role) {
            true => Held::from([role]),
            false => self.spread(&Held::from([role])),
        });
        let told: Held = told.collect();
        match how {
            How::Set => Ok(told),
            How::Add => Ok(held.into_iter().chain(told).collect()),
            How::Remove => {
                let mut left = held;
                for (id, at) in roles {
                    let meant = |(role, there): &(String, u32)| {
                        let named = |at: u32| {
                            let one = (id.clone(), at);
                            at == *there
                                || self
                                    .spread(&Held::from([one]))
                                    .iter()
                                    .any(|o| o.1 == *there)
                        };
                        role == id && at.is_none_or(named)
                    };
                    let before = left.len();
                    left.retain(|held| !meant(held));
                    if left.len() == before {
                        return Err("not held");
                    }
                }
                Ok(left)
            }
        }
    }

    fn move_user(&mut self, n: u64, to: Option<u32>) -> Result<(), &'static str> {
        let person = self.people.get(&n).ok_or("nobody")?;
        let after = self.moved(person, to.ok_or("another tree")?)?;
        self.people.insert(n, after);
        self.leave_signer_groups(n);
        Ok(())
    }
}
