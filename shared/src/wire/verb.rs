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
    /// Where decided and observed state differ.
    DriftList = "drift list", "directory.read", false;
    /// A consistent copy of the store as a stream.
    BackupCreate = "backup create", "backup.create", false;
}

impl Verb {
    /// Its path, for example `/v1/sweep/run`.
    pub fn path(self) -> String {
        format!("/v1/{}", self.name().replace(' ', "/"))
    }
}
