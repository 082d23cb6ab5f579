//! Every verb: its name (the same on the command line, in the journal and in the path), the permission of the operator
//! catalog it needs, and whether it changes anything.

use serde::{Deserialize, Serialize};

macro_rules! verbs {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $permission:literal, $change:literal;)+) => {
        /// A verb of the daemon.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Verb { $($(#[$doc])* $variant),+ }

        impl Verb {
            /// Every verb.
            pub const ALL: &'static [Verb] = &[$(Verb::$variant),+];

            /// Its name, for example `sweep run`.
            pub fn name(self) -> &'static str {
                match self { $(Verb::$variant => $name),+ }
            }

            /// The permission it needs, in the operator catalog `rollcall` (other catalogs map verbs by name).
            pub fn permission(self) -> &'static str {
                match self { $(Verb::$variant => $permission),+ }
            }

            /// Whether it changes anything; a shared binding may only use those that do not.
            pub fn changes(self) -> bool {
                match self { $(Verb::$variant => $change),+ }
            }
        }
    };
}

verbs! {
    /// How the daemon is, what the header of the console shows.
    Status = "status", "directory.read", false;
    /// Create a tenant.
    TenantCreate = "tenant create", "tenant.create", true;
    /// List tenants.
    TenantList = "tenant list", "directory.read", false;
    /// One tenant: settings, seats, policies, owner.
    TenantShow = "tenant show", "directory.read", false;
    /// Name the owner of a tenant that has none.
    TenantOwnerSet = "tenant owner-set", "tenant.owner", true;
    /// A page of accounts.
    UserList = "user list", "directory.read", false;
    /// One account with its history and what happens next.
    UserShow = "user show", "directory.read", false;
    /// Suspend an account.
    UserSuspend = "user suspend", "user.suspend", true;
    /// Reactivate an account.
    UserReactivate = "user reactivate", "user.suspend", true;
    /// Deactivate an account.
    UserDeactivate = "user deactivate", "user.deactivate", true;
    /// Bring in people from a file.
    ImportPeople = "import people", "import.people", true;
    /// Bring in sign-ins from a file.
    ImportSignins = "import signins", "import.signins", true;
    /// The four sweeps: policy, schedule, next and last runs.
    SweepList = "sweep list", "directory.read", false;
    /// Preview a sweep.
    SweepPlan = "sweep plan", "sweep.plan", false;
    /// Run a sweep now.
    SweepRun = "sweep run", "sweep.run", true;
    /// Runs, newest first.
    RunList = "run list", "directory.read", false;
    /// One run with its plan and outcome.
    RunShow = "run show", "directory.read", false;
    /// Approve a proposed run.
    RunApprove = "run approve", "run.approve", true;
    /// Reject a proposed run.
    RunReject = "run reject", "run.approve", true;
    /// Policies of a tenant.
    PolicyList = "policy list", "directory.read", false;
    /// Change a policy.
    PolicySet = "policy set", "policy.set", true;
    /// Entries of the journals, newest first.
    AuditList = "audit list", "audit.read", false;
    /// Recompute every tree from its journal.
    AuditVerify = "audit verify", "audit.read", false;
    /// The signed heads of the journals.
    AuditHead = "audit head", "audit.read", false;
    /// The public key that signs heads.
    AuditKey = "audit key", "audit.read", false;
    /// Sign heads with a new key from here on.
    AuditRekey = "audit rekey", "audit.rekey", true;
    /// Bind an OS user to a person and roles.
    OperatorBind = "operator bind", "operator.bind", true;
    /// List bindings.
    OperatorList = "operator list", "operator.read", false;
    /// Remove a binding.
    OperatorUnbind = "operator unbind", "operator.bind", true;
    /// Orders of vendor tenants.
    OrderList = "order list", "order.read", false;
    /// Orders as a file for the vendor; marks them delivered.
    OrderExport = "order export", "order.export", true;
    /// Say that orders on things of a tenant are done at the vendor.
    OrderConfirm = "order confirm", "order.export", true;
    /// Say that the vendor refused orders.
    OrderFail = "order fail", "order.export", true;
    /// Open orders that failed again.
    OrderReopen = "order reopen", "order.export", true;
    /// Where decided and observed state differ.
    DriftList = "drift list", "directory.read", false;
    /// The catalogs that come with the program or lie on disk.
    CatalogList = "catalog list", "directory.read", false;
    /// One catalog, or the one in force in a tenant.
    CatalogShow = "catalog show", "directory.read", false;
    /// Put the catalog that comes with the program, or lies on disk, in force in a tenant.
    CatalogAdopt = "catalog adopt", "policy.set", true;
    /// Roles × permissions of a tenant.
    RoleList = "role list", "directory.read", false;
    /// One role with its holders.
    RoleShow = "role show", "directory.read", false;
    /// Make a custom role.
    RoleCreate = "role create", "role.edit", true;
    /// Change a custom role.
    RoleEdit = "role edit", "role.edit", true;
    /// Delete a custom role.
    RoleDelete = "role delete", "role.edit", true;
    /// May this user do that?
    Can = "can", "directory.read", false;
    /// Why may this user do that, or why not?
    Why = "why", "directory.read", false;
    /// What a user would be allowed with other roles; nothing is saved.
    PermissionPreview = "permission preview", "directory.read", false;
    /// The permission manifest of a user who signs in.
    SessionOpen = "session open", "directory.read", false;
    /// Whether a session is good, stale, or ended.
    SessionCheck = "session check", "directory.read", false;
    /// Invite people.
    UserInvite = "user invite", "user.invite", true;
    /// Send an invitation again.
    UserResend = "user resend", "user.invite", true;
    /// Take an invitation back.
    UserRevoke = "user revoke", "user.invite", true;
    /// Record that an invitation was accepted.
    UserAccept = "user accept", "user.invite", true;
    /// Record that an invitation was declined.
    UserDecline = "user decline", "user.invite", true;
    /// Record what the mail system says of an invitation.
    UserDelivery = "user delivery", "user.invite", true;
    /// Edit role.
    UserRole = "user role", "user.role", true;
    /// Change names, address, language, team.
    UserEdit = "user edit", "user.edit", true;
    /// Delete an account where the catalog allows it.
    UserDelete = "user delete", "user.delete", true;
    /// Take the personal data of an account out for good.
    UserRedact = "user redact", "user.redact", true;
    /// Move a user to another account of the tree.
    UserMove = "user move", "user.role", true;
    /// Invitations with delivery and answer.
    InvitationList = "invitation list", "directory.read", false;
    /// Why somebody got no invitation, lacks access, or sees old rights.
    Diagnose = "diagnose", "directory.read", false;
    /// Transfer of Ownership, first step.
    OwnershipStart = "ownership start", "tenant.owner", true;
    /// Transfer of Ownership, second step by another person.
    OwnershipConfirm = "ownership confirm", "ownership.confirm", true;
    /// Take a transfer back, or turn it down.
    OwnershipCancel = "ownership cancel", "tenant.owner", true;
    /// Transfers of ownership.
    OwnershipList = "ownership list", "directory.read", false;
    /// Seats, tier, features, settings of a tenant.
    TenantSet = "tenant set", "tenant.set", true;
    /// Make a standalone account a sub-account of another tree.
    TenantConvert = "tenant convert", "tenant.create", true;
    /// Feature switches and seat pools of a tenant.
    FeatureList = "feature list", "directory.read", false;
    /// The tree of scopes.
    ScopeList = "scope list", "directory.read", false;
    /// Make a scope.
    ScopeCreate = "scope create", "scope.edit", true;
    /// Change a scope.
    ScopeSet = "scope set", "scope.edit", true;
    /// The consolidated report over all accounts of a tree.
    ScopeReport = "scope report", "directory.read", false;
    /// Teams and signing groups.
    GroupList = "group list", "directory.read", false;
    /// Make or change a team or signing group.
    GroupSet = "group set", "group.edit", true;
    /// One group with its members, page by page.
    GroupShow = "group show", "directory.read", false;
    /// Delete a team or signing group.
    GroupDelete = "group delete", "group.edit", true;
    /// Delegations.
    DelegationList = "delegation list", "directory.read", false;
    /// Let one user act for another.
    DelegationSet = "delegation set", "user.role", true;
    /// End a delegation.
    DelegationEnd = "delegation end", "user.role", true;
    /// Rules of separation of duties and standing violations.
    ConflictList = "conflict list", "directory.read", false;
    /// Set a rule of separation of duties.
    ConflictSet = "conflict set", "policy.set", true;
    /// Delete such a rule.
    ConflictDelete = "conflict delete", "policy.set", true;
    /// Allow a violation until a date.
    ConflictExcept = "conflict except", "conflict.except", true;
    /// Bring in what accounts own.
    ImportAssets = "import assets", "import.people", true;
    /// What accounts own.
    AssetList = "asset list", "directory.read", false;
    /// Preview a hand-over.
    HandoverPlan = "handover plan", "directory.read", false;
    /// Hand over what a leaver owns.
    HandoverStart = "handover start", "handover.start", true;
    /// Go on with a hand-over where it stopped.
    HandoverResume = "handover resume", "handover.start", true;
    /// Take a hand-over back where the vendor allows it.
    HandoverUndo = "handover undo", "handover.start", true;
    /// Hand-overs with their progress.
    HandoverList = "handover list", "directory.read", false;
    /// The open moves as a file for the vendor; marks them delivered.
    HandoverExport = "handover export", "order.export", true;
    /// One human, many accounts.
    PersonShow = "person show", "directory.read", false;
    /// End a person's access in every tenant.
    PersonOffboard = "person offboard", "user.deactivate", true;
    /// Reviews of user lists.
    ReviewList = "review list", "directory.read", false;
    /// One review.
    ReviewShow = "review show", "directory.read", false;
    /// Open a review.
    ReviewOpen = "review open", "review.open", true;
    /// Say keep or remove.
    ReviewAnswer = "review answer", "review.answer", true;
    /// Close a review and do what was said.
    ReviewClose = "review close", "review.open", true;
    /// A consistent copy of the store as a stream.
    BackupCreate = "backup create", "backup.create", false;
}

impl Verb {
    /// The verbs that can be used in a part of a tenant: each of them judges what it touches. Any other reaches all of it.
    pub const IN_PART: [Verb; 10] = [
        Verb::UserList,
        Verb::UserShow,
        Verb::InvitationList,
        Verb::RoleList,
        Verb::RoleShow,
        Verb::ScopeList,
        Verb::UserInvite,
        Verb::UserResend,
        Verb::UserRevoke,
        Verb::UserRole,
    ];

    /// The verbs that can be used in a part of a tenant as well, but only by permissions that the catalog names for each of
    /// them alone.
    pub const IN_PART_BY_NEED: [Verb; 2] = [Verb::ScopeSet, Verb::UserDelete];

    /// Its path, for example `/v1/sweep/run`.
    pub fn path(self) -> String {
        format!("/v1/{}", self.name().replace(' ', "/"))
    }
}
