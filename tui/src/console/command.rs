//! Everything a key can do. A command has one name, the same in the key map, the palette and the help.

use rollcall_shared::wire::Verb;

/// Where commands apply, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places(u32);

impl Places {
    /// Table of accounts.
    pub const USERS: Places = Places(1);
    /// Pane of one account.
    pub const USER: Places = Places(1 << 1);
    /// Table of sweeps.
    pub const SWEEPS: Places = Places(1 << 2);
    /// Pane of one plan.
    pub const PLAN: Places = Places(1 << 3);
    /// Table of runs.
    pub const RUNS: Places = Places(1 << 4);
    /// Pane of one run.
    pub const RUN: Places = Places(1 << 5);
    /// Table of tenants.
    pub const TENANTS: Places = Places(1 << 6);
    /// Pane of one tenant.
    pub const TENANT: Places = Places(1 << 7);
    /// A menu.
    pub const MENU: Places = Places(1 << 8);
    /// The help.
    pub const HELP: Places = Places(1 << 9);
    /// A question before a change.
    pub const CONFIRM: Places = Places(1 << 10);

    /// Matrix of roles and permissions.
    pub const ROLES: Places = Places(1 << 11);
    /// Pane of one role.
    pub const ROLE: Places = Places(1 << 12);
    /// Tree of scopes.
    pub const SCOPES: Places = Places(1 << 13);
    /// Pane of one scope.
    pub const SCOPE: Places = Places(1 << 14);
    /// Table of invitations.
    pub const INVITATIONS: Places = Places(1 << 15);
    /// Pane of one invitation.
    pub const INVITATION: Places = Places(1 << 16);
    /// A form, where letters are typed: only keys that are no characters are commands.
    pub const FORM: Places = Places(1 << 17);

    /// The tables.
    pub const LISTS: Places = Places(
        Self::USERS.0
            | Self::SWEEPS.0
            | Self::RUNS.0
            | Self::TENANTS.0
            | Self::ROLES.0
            | Self::SCOPES.0
            | Self::INVITATIONS.0,
    );
    /// The panes.
    pub const PANES: Places = Places(
        Self::USER.0
            | Self::PLAN.0
            | Self::RUN.0
            | Self::TENANT.0
            | Self::ROLE.0
            | Self::SCOPE.0
            | Self::INVITATION.0,
    );
    /// Tables and panes.
    pub const SCREENS: Places = Places(Self::LISTS.0 | Self::PANES.0);
    /// Wherever there is something to move through.
    pub const MOVING: Places = Places(Self::SCREENS.0 | Self::MENU.0 | Self::HELP.0 | Self::FORM.0);
    /// Where one account is in hand.
    pub const ACCOUNT: Places = Places(Self::USERS.0 | Self::USER.0);
    /// Where one invitation is in hand.
    pub const INVITED: Places = Places(Self::INVITATIONS.0 | Self::INVITATION.0);
    /// Where one tenant is in hand.
    pub const OWNED: Places = Places(Self::TENANTS.0 | Self::TENANT.0);
    /// Everywhere.
    pub const ALL: Places = Places(Self::MOVING.0 | Self::CONFIRM.0);

    /// Both sets.
    pub const fn and(self, other: Places) -> Places {
        Places(self.0 | other.0)
    }

    /// Whether the sets share a place.
    pub const fn meets(self, other: Places) -> bool {
        self.0 & other.0 != 0
    }
}

/// The sections of the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Getting about.
    Move,
    /// Choosing what to see.
    Look,
    /// What changes something; every one asks first.
    Change,
    /// The console itself.
    Console,
}

impl Group {
    /// Every group, in the order of the help.
    pub const ALL: [Group; 4] = [Group::Move, Group::Look, Group::Change, Group::Console];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Group::Move => "Move",
            Group::Look => "Look",
            Group::Change => "Change (asks first)",
            Group::Console => "Console",
        }
    }
}

macro_rules! commands {
    ($($variant:ident = $name:literal, $short:literal, $title:literal, $places:expr, $group:ident;)+) => {
        /// A command of the console.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "each variant's title stands in the table below")]
        pub enum Command { $($variant),+ }

        impl Command {
            /// Every command, in the order of the help.
            pub const ALL: &'static [Command] = &[$(Command::$variant),+];

            /// Its name in the key map and the palette.
            pub fn name(self) -> &'static str {
                match self { $(Command::$variant => $name),+ }
            }

            /// One word for the footer.
            pub fn short(self) -> &'static str {
                match self { $(Command::$variant => $short),+ }
            }

            /// What it does, for the help and the palette.
            pub fn title(self) -> &'static str {
                match self { $(Command::$variant => $title),+ }
            }

            /// Where it applies.
            pub fn places(self) -> Places {
                match self { $(Command::$variant => $places),+ }
            }

            /// Its section of the help.
            pub fn group(self) -> Group {
                match self { $(Command::$variant => Group::$group),+ }
            }
        }
    };
}

commands! {
    Down = "down", "down", "Down one row", Places::MOVING, Move;
    Up = "up", "up", "Up one row", Places::MOVING, Move;
    Top = "top", "top", "To the first row", Places::MOVING, Move;
    Bottom = "bottom", "bottom", "To the last row", Places::MOVING, Move;
    HalfDown = "half-page-down", "half down", "Down half a page", Places::MOVING, Move;
    HalfUp = "half-page-up", "half up", "Up half a page", Places::MOVING, Move;
    PageDown = "page-down", "page down", "Down a page", Places::MOVING, Move;
    PageUp = "page-up", "page up", "Up a page", Places::MOVING, Move;
    Open = "open", "open", "Open what the cursor is on", Places::LISTS.and(Places::MENU).and(Places::PLAN).and(Places::ROLE).and(Places::FORM), Move;
    Back = "back", "back", "Back; at the root, leave", Places::ALL, Move;
    NextRow = "next-row", "next", "The next row, with this pane open", Places::PANES, Move;
    PreviousRow = "previous-row", "previous", "The row before, with this pane open", Places::PANES, Move;
    NextScreen = "next-screen", "next screen", "The next screen", Places::SCREENS, Move;
    PreviousScreen = "previous-screen", "screen before", "The screen before", Places::SCREENS, Move;
    Left = "left", "left", "One column to the left; in the tree, close", Places::ROLES.and(Places::SCOPES).and(Places::USERS), Move;
    Right = "right", "right", "One column to the right; in the tree, unfold", Places::ROLES.and(Places::SCOPES).and(Places::USERS), Move;
    NextField = "next-field", "next field", "The next field of a form", Places::FORM, Move;
    PreviousField = "previous-field", "field before", "The field before", Places::FORM, Move;
    Users = "users", "users", "Users", Places::SCREENS, Move;
    Sweeps = "sweeps", "sweeps", "Sweeps", Places::SCREENS, Move;
    Runs = "runs", "runs", "Runs", Places::SCREENS, Move;
    Tenants = "tenants", "tenants", "Tenants", Places::SCREENS, Move;
    Roles = "roles", "roles", "Roles and what they allow", Places::SCREENS, Move;
    Scopes = "scopes", "scopes", "The tree of scopes", Places::SCREENS, Move;
    Invitations = "invitations", "invites", "Invitations", Places::SCREENS, Move;
    Search = "search", "search", "Search name, email and username, or a permission, as you type", Places::USERS.and(Places::ROLES), Look;
    Sort = "sort", "sort", "Choose the column to sort by", Places::USERS, Look;
    Reverse = "reverse", "reverse", "Reverse the order", Places::USERS, Look;
    Filter = "filter", "filter", "Filter by status, role, MFA, kind, seat, flag", Places::USERS, Look;
    ClearFilters = "clear-filters", "clear", "Clear search and filters", Places::USERS, Look;
    Export = "export", "export", "Write exactly the rows filtered here to a file", Places::USERS, Look;
    Columns = "columns", "columns", "Choose and order the columns", Places::USERS, Look;
    Tenant = "tenant", "tenant", "Choose one tenant or all", Places::SCREENS, Look;
    Members = "members", "users", "The users of this tenant or scope: work there", Places::OWNED.and(Places::SCOPES).and(Places::SCOPE), Look;
    Tick = "tick", "tick", "Tick or untick in a menu", Places::MENU.and(Places::FORM), Look;
    Earlier = "earlier", "earlier", "Move a column to the left, where columns are chosen", Places::MENU, Look;
    Later = "later", "later", "Move a column to the right, where columns are chosen", Places::MENU, Look;
    Mark = "mark", "mark", "Mark the account, or take its mark away", Places::USERS, Look;
    MarkAll = "mark-all", "mark all", "Mark all accounts that are filtered, or none", Places::USERS, Look;
    Why = "why", "why", "Why this user may do what they may, permission by permission", Places::ACCOUNT, Look;
    Trial = "permission-preview", "preview", "What this user could do with other roles; nothing is saved", Places::ACCOUNT, Look;
    Actions = "actions", "actions", "What can be done with this account, or with all that are marked", Places::ACCOUNT, Change;
    EditRole = "edit-role", "role", "Edit role: add and take away roles of the account", Places::ACCOUNT, Change;
    Invite = "invite", "invite", "Invite people", Places::ACCOUNT.and(Places::INVITED).and(Places::OWNED), Change;
    Reactivate = "reactivate", "reactivate", "Reactivate the account: it may sign in again", Places::ACCOUNT, Change;
    Suspend = "suspend", "suspend", "Suspend the account: no sign-in; history and seat stay", Places::ACCOUNT, Change;
    Deactivate = "deactivate", "deactivate", "Deactivate the account: all access ends, the seat comes free", Places::ACCOUNT, Change;
    Delete = "delete", "delete", "Delete the account: for good; a successor takes over", Places::ACCOUNT, Change;
    Offboard = "offboard", "offboard", "Offboard this person: hand over, then end all access in every tenant", Places::ACCOUNT, Change;
    Resend = "resend", "resend", "Send this invitation again: the older link ends", Places::INVITED, Change;
    Revoke = "revoke", "revoke", "Take this invitation back", Places::INVITED, Change;
    TransferOwner = "transfer-ownership", "transfer", "Transfer the ownership of this tenant: another person confirms", Places::OWNED, Change;
    ConfirmOwner = "confirm-ownership", "confirm", "Confirm the transfer of ownership that waits here", Places::OWNED, Change;
    CancelOwner = "cancel-ownership", "cancel", "Cancel the transfer of ownership that waits here", Places::OWNED, Change;
    RunNow = "run-now", "run now", "Run this sweep now, after showing what it would do", Places::SWEEPS.and(Places::PLAN), Change;
    Approve = "approve", "approve", "Approve this proposed run", Places::RUNS.and(Places::RUN), Change;
    Reject = "reject", "reject", "Reject this proposed run", Places::RUNS.and(Places::RUN), Change;
    Confirm = "confirm", "yes", "Yes, where the console asks before a change", Places::CONFIRM, Change;
    Undo = "undo", "undo", "Undo what was done last, by its opposite", Places::SCREENS, Change;
    Palette = "palette", "commands", "Every command by name", Places::SCREENS, Console;
    Help = "help", "help", "The keys of this screen", Places::SCREENS, Console;
    Copy = "copy", "copy", "Send the email, plan hash or run id to the clipboard of your terminal", Places::SCREENS, Console;
    Refresh = "refresh", "refresh", "Fetch again; when disconnected, try now", Places::SCREENS, Console;
    ReadOnly = "read-only", "read-only", "Switch read-only on or off", Places::SCREENS, Console;
    Mouse = "mouse", "mouse", "Switch the mouse on or off", Places::SCREENS, Console;
    Zoom = "zoom", "zoom", "This table or pane alone, for copying; again leads back", Places::SCREENS, Console;
    Redraw = "redraw", "redraw", "Draw everything again", Places::ALL, Console;
    Pause = "pause", "pause", "Put the console into the background of the shell", Places::ALL, Console;
    Quit = "quit", "quit", "Leave at once, from anywhere", Places::ALL, Console;
}

impl Command {
    /// What can be done to one account, the worst last.
    pub const ACTIONS: [Command; 6] = [
        Command::EditRole,
        Command::Reactivate,
        Command::Suspend,
        Command::Deactivate,
        Command::Offboard,
        Command::Delete,
    ];

    /// The command of a name.
    pub fn from_name(name: &str) -> Option<Command> {
        Command::ALL.iter().copied().find(|c| c.name() == name)
    }

    /// Whether it leads to a change: such a key may not be a control key, and its confirmation needs another key.
    pub fn danger(self) -> bool {
        matches!(
            self,
            Command::Reactivate
                | Command::Suspend
                | Command::Deactivate
                | Command::Undo
                | Command::Delete
                | Command::RunNow
                | Command::Approve
                | Command::Reject
                | Command::EditRole
                | Command::Invite
                | Command::Offboard
                | Command::Resend
                | Command::Revoke
                | Command::TransferOwner
                | Command::ConfirmOwner
                | Command::CancelOwner
        )
    }

    /// The verb of the daemon that it calls in the end, by its name on the command line; the palette lists it by that.
    pub fn verb(self) -> Option<Verb> {
        Some(match self {
            Command::Why => Verb::Why,
            Command::Trial => Verb::PermissionPreview,
            Command::EditRole => Verb::UserRole,
            Command::Invite => Verb::UserInvite,
            Command::Reactivate => Verb::UserReactivate,
            Command::Suspend => Verb::UserSuspend,
            Command::Deactivate => Verb::UserDeactivate,
            Command::Delete => Verb::UserDelete,
            Command::Offboard => Verb::PersonOffboard,
            Command::Resend => Verb::UserResend,
            Command::Revoke => Verb::UserRevoke,
            Command::TransferOwner => Verb::OwnershipStart,
            Command::ConfirmOwner => Verb::OwnershipConfirm,
            Command::CancelOwner => Verb::OwnershipCancel,
            Command::RunNow => Verb::SweepRun,
            Command::Approve => Verb::RunApprove,
            Command::Reject => Verb::RunReject,
            Command::Users => Verb::UserList,
            Command::Sweeps => Verb::SweepList,
            Command::Runs => Verb::RunList,
            Command::Tenants => Verb::TenantList,
            Command::Roles => Verb::RoleList,
            Command::Scopes => Verb::ScopeList,
            Command::Invitations => Verb::InvitationList,
            _ => return None,
        })
    }

    /// Whether it changes anything at all, now or after a question: such commands are greyed when nothing may change.
    pub fn changes(self) -> bool {
        self.danger() || self == Command::Actions
    }
}
