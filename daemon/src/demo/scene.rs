//! One tenant of the demo with everything its accounts are made from.

use super::activity::{Purpose, can_accept_late};
use super::calendar::{Ago, Calendar, clock};
use super::cast::{Cast, FIRST_IMPORT, Second, Story};
use super::names::Namer;
use super::rng::Rng;
use super::tenants::Spec;
use rollcall_shared::catalog::{self, Catalog, Feature};
use rollcall_shared::domain::{
    Authority, Day, Micros, Policy, RequestId, RunId, ScopeId, ScopeKind, ScopeNode, ScopeProfile,
    Sweep, Tenant, TenantId, TenantPlan, TenantState,
};

/// Days since the policies were armed.
pub const ARMED: Ago = 60;

/// One tenant of the demo.
pub struct Scene {
    /// Its number.
    pub id: TenantId,
    /// Its tables.
    pub spec: &'static Spec,
    /// Its clock.
    pub calendar: Calendar,
    /// Its stories.
    pub cast: Cast,
    /// Its role catalog.
    pub catalog: Catalog,
    /// The text of that.
    pub catalog_text: &'static str,
    /// The names of its people.
    pub namer: Namer,
    /// Emails of managers, by department.
    pub managers: Vec<Vec<String>>,
    /// Who decides what sweeps propose.
    pub approver: String,
    /// Who decides the rest.
    pub admin: String,
    /// Scopes at which roles are held.
    pub places: Vec<ScopeId>,
    /// Scopes that are teams.
    pub teams: Vec<ScopeId>,
    seed: u64,
}

impl Scene {
    /// Sets a tenant up; none when its catalog is not among the built-in ones.
    pub fn new(
        spec: &'static Spec,
        id: TenantId,
        accounts: u32,
        seed: u64,
        today: Day,
    ) -> Option<Self> {
        let catalog_text = catalog::builtin(spec.catalog)?;
        let catalog = catalog::parse(spec.catalog, catalog_text).ok()?;
        let mut rng = Rng::of(seed, id.0, 0, Purpose::Tenant as u32);
        let of_kind = |wanted| {
            (1..)
                .zip(spec.scopes)
                .filter(move |(_, (kind, ..))| Some(*kind) == wanted)
                .map(|(n, _)| ScopeId(n))
                .collect()
        };
        let mut scene = Scene {
            id,
            spec,
            calendar: Calendar::new(today, spec.tz, spec.standard),
            cast: Cast::new(spec, accounts, &mut rng),
            catalog,
            catalog_text,
            namer: Namer::new(spec.names, accounts, &mut rng),
            managers: Vec::new(),
            approver: String::new(),
            admin: String::new(),
            places: of_kind(spec.held_at),
            teams: of_kind(Some(rollcall_shared::domain::ScopeKind::Team)),
            seed,
        };
        scene.appoint();
        Some(scene)
    }

    /// Finds managers for the departments, and who decides.
    fn appoint(&mut self) {
        let mut managers = vec![Vec::new(); self.spec.departments.len()];
        let mut deciders = Vec::new();
        for account in 0..self.cast.veterans.min(4_000) {
            match self.cast.story(account) {
                Story::Regular => {
                    let list: Option<&mut Vec<String>> = managers.get_mut(self.department(account));
                    if let Some(list) = list.filter(|list| list.len() < 12) {
                        list.push(self.email(account));
                    }
                }
                Story::Privileged(Second::Fine) if deciders.len() < 2 => {
                    deciders.push(self.email(account));
                }
                _ => {}
            }
        }
        let owner = self.email(0);
        self.approver = deciders.first().unwrap_or(&owner).clone();
        self.admin = deciders.get(1).unwrap_or(&owner).clone();
        self.managers = managers;
    }

    /// The chance of one account for one purpose.
    pub fn rng(&self, account: u32, purpose: Purpose) -> Rng {
        Rng::of(self.seed, self.id.0, account, purpose as u32)
    }

    /// Whether decisions go to the vendor as orders.
    pub fn vendor(&self) -> bool {
        self.spec.authority == Authority::Vendor
    }

    /// When an account's first import was read.
    pub fn import_at(&self, day: Ago) -> Micros {
        let time = if day == FIRST_IMPORT {
            clock(10, 0)
        } else {
            clock(8, 30)
        };
        self.calendar.at(day, time)
    }

    /// Whether an account was invited when its first import was read, and had accepted when the next one was.
    pub fn accepts_late(&self, account: u32) -> bool {
        account.is_multiple_of(3) && can_accept_late(self.cast.imported(account))
    }

    /// The last minute of the past.
    pub fn night(&self) -> Micros {
        Micros(self.calendar.day(0).start().0 - 60_000_000)
    }

    /// The policy of a sweep once it was armed.
    pub fn policy(&self, sweep: Sweep) -> Policy {
        Policy {
            mode: self.spec.mode,
            armed_at: Some(self.armed_at()),
            ..Policy::default_of(sweep)
        }
    }

    /// When the policies were armed.
    pub fn armed_at(&self) -> Micros {
        self.calendar.at(ARMED, clock(14, 0))
    }

    /// The tenant's record as it was created.
    pub fn tenant(&self) -> Tenant {
        let seats = self.cast.accounts - self.cast.seatless();
        // A little more than is needed, as an even number of contracts.
        let seats = (seats + seats / 50 + 5).next_multiple_of(5);
        Tenant {
            id: self.id,
            name: self.spec.name.into(),
            catalog: self.spec.catalog.into(),
            seats: Some(seats),
            tz: self.spec.tz.into(),
            authority: self.spec.authority,
            owner: self.email(0),
            state: TenantState::Filling,
            created: Micros(
                self.calendar.day(FIRST_IMPORT + 1).start().0
                    + (clock(12, 0) + i64::from(self.id.0)) * 1_000_000,
            ),
            plan: self.plan(seats),
            sources: std::collections::BTreeMap::new(),
        }
    }

    /// What the tenant has bought and switched on: the largest tier, what is on from the start, the feature behind
    /// accounts that lie in each other, and the one behind SAML subjects; as many seats in each pool as in all.
    fn plan(&self, seats: u32) -> TenantPlan {
        let trees = self
            .spec
            .scopes
            .iter()
            .any(|(kind, ..)| *kind == ScopeKind::Account);
        let on = |f: &&Feature| {
            f.default || (trees && f.id == "sub_accounts") || (self.spec.saml && f.id == "saml")
        };
        TenantPlan {
            tier: self.catalog.tiers.last().map(|t| t.id.clone()),
            features: self
                .catalog
                .features
                .iter()
                .filter(on)
                .map(|f| f.id.clone())
                .collect(),
            pools: self
                .catalog
                .pools
                .iter()
                .map(|p| (p.id.clone(), seats))
                .collect(),
            ..TenantPlan::default()
        }
    }

    /// The scopes, in the order of their numbers.
    pub fn scopes(&self) -> impl Iterator<Item = ScopeNode> {
        (1..)
            .zip(self.spec.scopes)
            .map(|(n, (kind, name, parent))| ScopeNode {
                id: ScopeId(n),
                kind: *kind,
                parent: Some(parent.map_or(ScopeId::ROOT, |p| ScopeId(p as u32 + 1))),
                name: (*name).into(),
                profile: ScopeProfile::default(),
            })
    }

    /// The id of a run: time-ordered, its other bits by chance.
    pub fn run_id(&self, sweep: Sweep, due: Micros) -> RunId {
        RunId(self.uuid(due, 1 + sweep as u32))
    }

    /// The id of a request: time-ordered, its other bits by chance.
    pub fn request_id(&self, at: Micros, seq: u32) -> RequestId {
        RequestId(self.uuid(at, 16 + seq))
    }

    fn uuid(&self, at: Micros, what: u32) -> uuid::Uuid {
        let place = (at.0 / 1_000_000) as u32;
        let mut rng = Rng::of(
            self.seed ^ u64::from(what),
            self.id.0,
            place,
            Purpose::Id as u32,
        );
        let mut random = [0; 10];
        random.copy_from_slice(&rng.bytes()[..10]);
        let millis = u64::try_from(at.0 / 1_000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}
