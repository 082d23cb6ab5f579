//! What people decided beside accounts: custom roles, groups, rules of separation of duties, delegations, a review, a
//! hand-over, an invitation taken back. Few of each, in every tenant those that its vendor knows.

mod lives;

use super::calendar::{Ago, clock};
use super::cast::{Second, Story};
use super::scene::Scene;
use rollcall_shared::domain::{
    Account, AccountId, Asset, Assignment, ConflictRule, CustomRole, Entry, Exception, Fact, Field,
    FieldChange, Group, GroupId, GroupKind, Micros, OrderState, Record, Rule, ScopeId, ScopeKind,
    ScopeNode, Side, Thing, Todo, Why,
};
use rollcall_shared::rules::deletion::{Deleting, Ticked, delete};
use rollcall_shared::rules::lifecycle::{self, Cause, Lifecycle};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Accounts among which people for these deeds are looked for.
const LOOKED_AT: u32 = 4_000;
/// Accounts a review asks about.
const REVIEWED: u32 = 50_000;

/// One deed: a batch to come.
#[derive(Debug, Clone)]
pub struct Room {
    /// When.
    pub at: Micros,
    /// By which verb.
    pub verb: &'static str,
    /// The reason given.
    pub reason: Option<&'static str>,
    /// What it states.
    pub entries: Vec<Entry>,
    /// What it does to orders.
    pub orders: Vec<Told>,
}

/// What a deed does to an order.
#[derive(Debug, Clone)]
pub enum Told {
    /// Opens the n-th of these.
    Open(usize, Box<Todo>),
    /// Moves the n-th on.
    Now(usize, OrderState),
}

/// The deeds of one tenant. `last` are the accounts' last uses, `assets` what they own.
pub fn rooms(scene: &Scene, last: &[Option<Micros>], assets: &[Asset]) -> Vec<Room> {
    let mut deeds = Deeds {
        scene,
        last,
        assets,
        rooms: Vec::new(),
    };
    match scene.spec.catalog {
        "iusign" => deeds.iusign(),
        "ignisign" => deeds.ignisign(),
        "onespan" => deeds.onespan(),
        _ => deeds.esignanywhere(),
    }
    deeds.rooms
}

/// A group for each team, with everybody whose main team it is; teams that form a tree have leaders.
pub fn teams(scene: &Scene, members: &BTreeMap<ScopeId, Vec<u32>>) -> Vec<Entry> {
    let nodes: Vec<_> = scene
        .scopes()
        .filter(|n| n.kind == ScopeKind::Team)
        .collect();
    let number = |scope: ScopeId| nodes.iter().position(|n| n.id == scope);
    let id = |at: usize| GroupId(u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1));
    let tree = scene.spec.catalog == "esignanywhere";
    let group = |(at, node): (usize, &ScopeNode)| {
        let everybody = members.get(&node.id).map(Vec::as_slice).unwrap_or_default();
        let works = |id: &&u32| scene.cast.story(**id) == Story::Regular;
        let leader = everybody.iter().find(works).filter(|_| tree);
        set(
            None,
            Some(Record::Group(Group {
                id: id(at),
                kind: GroupKind::Team,
                name: node.name.clone(),
                scope: node.id,
                parent: node.parent.and_then(number).map(id),
                leader: leader.copied().map(AccountId),
                members: everybody.iter().copied().map(AccountId).collect(),
                // In IUSign it comes with the team; elsewhere it is a switch, and on in every other team.
                share_envelopes: !tree || at.is_multiple_of(2),
                share_templates: false,
            })),
        )
    };
    nodes.iter().enumerate().map(group).collect()
}

struct Deeds<'a> {
    scene: &'a Scene,
    last: &'a [Option<Micros>],
    assets: &'a [Asset],
    rooms: Vec<Room>,
}

impl Deeds<'_> {
    /// A legal house reviews its users, and signs as a board.
    fn iusign(&mut self) {
        let board: BTreeSet<AccountId> = self.regulars().take(4).collect();
        let group = self.group(
            GroupKind::SigningGroup,
            "Partners' Board",
            ScopeId::ROOT,
            board,
        );
        self.room(
            20,
            "group set",
            None,
            vec![set(None, Some(Record::Group(group)))],
        );
        self.review();
        self.revoke();
    }

    /// Who pays does not sign; one person does both until the new year's contracts are in.
    fn ignisign(&mut self) {
        let Some(account) = self.regulars().nth(1) else {
            return;
        };
        let before = self.account(account);
        let mut after = before.clone();
        let at = |role: &str, scope| Assignment {
            role: role.to_owned(),
            scope,
        };
        let application = self.scene.places.first().copied().unwrap_or(ScopeId::ROOT);
        after.assignments = vec![
            at("APP_OPERATOR", application),
            at("ORG_BILLING", ScopeId(1)),
        ];
        after.assignments.sort_unstable();
        after.manifest = after.manifest.saturating_add(1);
        let changes = before.changes_to(&after);
        let why = Why::rule(Rule::RoleChange);
        self.room(
            33,
            "user role",
            Some("covers for the contracts desk"),
            vec![Entry::account(account, changes, why, [0; 16])],
        );
        let side = |roles: &[&str]| Side {
            roles: roles.iter().map(|r| (*r).to_owned()).collect(),
            kind: None,
            name: None,
        };
        let rule = ConflictRule {
            name: "billing-signing".into(),
            one: side(&["ORG_BILLING"]),
            other: side(&["APP_OPERATOR", "SIGNERS"]),
            within: None,
            why: "who pays does not sign".into(),
        };
        let name = rule.name.clone();
        self.room(
            30,
            "conflict set",
            Some("internal audit, finding 4"),
            vec![set(None, Some(Record::Conflict(rule)))],
        );
        let exception = Exception {
            rule: name,
            account,
            until: self.at(-75, clock(17, 0)),
            by: "demo".into(),
            at: self.at(29, clock(11, 0)),
        };
        self.room(
            29,
            "conflict except",
            Some("covers for the contracts desk until the new year"),
            vec![set(None, Some(Record::Exception(exception)))],
        );
    }

    /// A bank has a role of its own in some branches, and a colleague who acts for somebody who is locked.
    fn onespan(&mut self) {
        let branches: BTreeSet<ScopeId> = [ScopeId(2), ScopeId(3), ScopeId(5)].into();
        let role = CustomRole {
            id: "mortgage_closer".into(),
            label: "Mortgage Closer".into(),
            description: "Closes mortgages in a branch, in person".into(),
            grants: words(&[
                "transaction.transaction",
                "transaction.in_person",
                "transaction.change_signer",
                "templates_layouts.templates",
                "templates_layouts.apply_layouts",
            ]),
            blocks: BTreeSet::new(),
            enabled: true,
            home: ScopeId::ROOT,
            offered: Some(branches.clone()),
            privileged: false,
        };
        let reason = "branches close in person since the autumn";
        self.role(40, reason, &role);
        let holders: Vec<AccountId> = self.regulars().skip(2).take(2).collect();
        for (account, scope) in holders.iter().zip(&branches) {
            self.grant(12, *account, &role.id, *scope);
        }
        let retail = self.regulars().filter(|id| {
            self.account(*id)
                .assignments
                .iter()
                .any(|a| a.scope == ScopeId(1))
        });
        let members: BTreeSet<AccountId> = retail.take(3).collect();
        if !members.is_empty() {
            let group = self.group(GroupKind::SignerGroup, "Loan Signers", ScopeId(1), members);
            self.told(
                26,
                "group set",
                None,
                None,
                Record::Group(group),
                OrderState::Confirmed,
            );
        }
        self.delegate();
    }

    /// A hospital has a role that blocks, and deletes who left, whose envelopes a colleague takes over.
    fn esignanywhere(&mut self) {
        let role = CustomRole {
            id: "trial_coordinator".into(),
            label: "Trial Coordinator".into(),
            description: "Sends consent forms; no templates, no sealing".into(),
            grants: words(&[
                "envelope.list",
                "envelope.send",
                "envelope.history",
                "template.list",
            ]),
            blocks: words(&["template.edit", "envelope.automatic_sealing"]),
            enabled: true,
            home: ScopeId::ROOT,
            offered: None,
            privileged: false,
        };
        self.role(36, "ethics board, consent forms are fixed", &role);
        let account = self.regulars().nth(2);
        if let Some(account) = account {
            self.grant(10, account, &role.id, ScopeId::ROOT);
        }
        self.leaver();
    }

    /// People to whom nothing else happens, so that a deed of theirs contradicts no other.
    fn regulars(&self) -> impl Iterator<Item = AccountId> + use<'_> {
        let cast = &self.scene.cast;
        let all = 1..cast.veterans.min(LOOKED_AT);
        all.filter(|id| cast.story(*id) == Story::Regular)
            .map(AccountId)
    }

    fn account(&self, id: AccountId) -> Account {
        let last = self.last.get(id.0 as usize).copied().flatten();
        let story = self.scene.cast.story(id.0);
        self.scene.record(id.0, story, last)
    }

    fn at(&self, ago: Ago, time: i64) -> Micros {
        self.scene.calendar.at(ago, time)
    }

    fn group(
        &self,
        kind: GroupKind,
        name: &str,
        scope: ScopeId,
        members: BTreeSet<AccountId>,
    ) -> Group {
        // Teams come later and are numbered from 1.
        let teams = u32::try_from(self.scene.teams.len()).unwrap_or(u32::MAX);
        Group {
            id: GroupId(teams.saturating_add(1)),
            kind,
            name: name.to_owned(),
            scope,
            parent: None,
            leader: None,
            members,
            share_envelopes: false,
            share_templates: false,
        }
    }

    fn room(
        &mut self,
        ago: Ago,
        verb: &'static str,
        reason: Option<&'static str>,
        entries: Vec<Entry>,
    ) {
        let at = self.at(ago, clock(11, 0));
        self.rooms.push(Room {
            at,
            verb,
            reason,
            entries,
            orders: Vec::new(),
        });
    }

    /// A record that the vendor is told of: decided one morning, handed over at noon, and maybe done two days later.
    fn told(
        &mut self,
        ago: Ago,
        verb: &'static str,
        reason: Option<&'static str>,
        old: Option<Record>,
        new: Record,
        end: OrderState,
    ) {
        let thing = Thing::Record {
            old: old.clone().map(Box::new),
            new: Some(Box::new(new.clone())),
        };
        self.room(ago, verb, reason, vec![set(old, Some(new))]);
        let number = self.order(Todo::Thing { thing });
        self.deliver(ago, number);
        if end != OrderState::Delivered {
            self.room((ago - 2).max(1), "order confirm", None, Vec::new());
            self.tell(Told::Now(number, end));
        }
    }

    /// Opens an order with the newest deed; gives its place among these.
    fn order(&mut self, todo: Todo) -> usize {
        let all = self.rooms.iter().flat_map(|r| &r.orders);
        let number = all.filter(|told| matches!(told, Told::Open(..))).count();
        self.tell(Told::Open(number, Box::new(todo)));
        number
    }

    fn tell(&mut self, told: Told) {
        if let Some(room) = self.rooms.last_mut() {
            room.orders.push(told);
        }
    }

    fn deliver(&mut self, ago: Ago, number: usize) {
        let at = self.at(ago, clock(12, 30));
        self.rooms.push(Room {
            at,
            verb: "order export",
            reason: None,
            entries: Vec::new(),
            orders: vec![Told::Now(number, OrderState::Delivered)],
        });
    }

    /// A role that the vendor has made since.
    fn role(&mut self, made: Ago, reason: &'static str, role: &CustomRole) {
        let record = Record::Role(role.clone());
        self.told(
            made,
            "role create",
            Some(reason),
            None,
            record,
            OrderState::Confirmed,
        );
    }

    /// Gives a role beside what is held; the vendor has the order in hand.
    fn grant(&mut self, ago: Ago, id: AccountId, role: &str, scope: ScopeId) {
        let before = self.account(id);
        let mut after = before.clone();
        after.assignments.push(Assignment {
            role: role.to_owned(),
            scope,
        });
        after.assignments.sort_unstable();
        after.manifest = after.manifest.saturating_add(1);
        let changes = before.changes_to(&after);
        let roles = changes.iter().find(|c| c.field == Field::Roles);
        let roles: Option<FieldChange> = roles.cloned();
        let why = Why::rule(Rule::RoleChange);
        self.room(
            ago,
            "user role",
            None,
            vec![Entry::account(id, changes, why, [0; 16])],
        );
        if let Some(change) = roles {
            let number = self.order(Todo::Account {
                account: id,
                change,
            });
            self.deliver(ago, number);
        }
    }
}

fn words(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|w| (*w).to_owned()).collect()
}

fn set(old: Option<Record>, new: Option<Record>) -> Entry {
    Entry::plain(Fact::Record {
        old: old.map(Box::new),
        new: new.map(Box::new),
    })
}
