//! The columns of accounts, by the names that the command line, the console and the file of its columns use.

use rollcall_shared::wire::user::{Shows, SortKey};

macro_rules! columns {
    ($($variant:ident = $word:literal, $title:literal;)+) => {
        /// A column of the users table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is the column of its title")]
        pub enum UserColumn { $($variant),+ }

        impl UserColumn {
            /// Every column.
            pub const ALL: &'static [UserColumn] = &[$(UserColumn::$variant),+];

            /// Its name on the command line and in files.
            pub fn word(self) -> &'static str {
                match self { $(UserColumn::$variant => $word),+ }
            }

            /// Its title in the console.
            pub fn title(self) -> &'static str {
                match self { $(UserColumn::$variant => $title),+ }
            }
        }
    };
}

columns! {
    Id = "id", "Id";
    Name = "name", "Name";
    Email = "email", "Email";
    Username = "username", "Username";
    Sid = "sid", "SID";
    UserType = "user_type", "User type";
    Roles = "roles", "Role";
    Status = "status", "Status";
    Activated = "activated", "Activated";
    Mfa = "mfa", "MFA";
    LastSignIn = "last_sign_in", "Last seen";
    Activity = "uses_28_days", "Activity";
    Team = "team", "Team";
    Flags = "flags", "Flags";
    Tenant = "tenant", "Tenant";
    Seat = "seat", "Seat";
    Kind = "kind", "Kind";
}

impl UserColumn {
    /// What the command line shows unless told otherwise.
    pub const LISTED: &'static [UserColumn] = &[
        UserColumn::Id,
        UserColumn::Name,
        UserColumn::Email,
        UserColumn::Status,
        UserColumn::LastSignIn,
        UserColumn::Mfa,
        UserColumn::Roles,
        UserColumn::Activity,
        UserColumn::Tenant,
        UserColumn::Team,
        UserColumn::Seat,
        UserColumn::Kind,
        UserColumn::Flags,
        UserColumn::Username,
        UserColumn::Sid,
        UserColumn::UserType,
        UserColumn::Activated,
    ];

    /// What the console shows unless told otherwise.
    pub const DRAWN: &'static [UserColumn] = &[
        UserColumn::Name,
        UserColumn::Email,
        UserColumn::Username,
        UserColumn::Sid,
        UserColumn::UserType,
        UserColumn::Roles,
        UserColumn::Status,
        UserColumn::Activated,
        UserColumn::Mfa,
        UserColumn::LastSignIn,
        UserColumn::Activity,
        UserColumn::Team,
        UserColumn::Flags,
        UserColumn::Tenant,
    ];

    /// The column of a name.
    pub fn from_word(word: &str) -> Option<UserColumn> {
        let mut all = UserColumn::ALL.iter().copied();
        all.find(|column| column.word().eq_ignore_ascii_case(word))
    }

    /// What the rows are sorted by when they are sorted by this column.
    pub fn sort_key(self) -> SortKey {
        use UserColumn as C;
        match self {
            C::Id => SortKey::Id,
            C::Name => SortKey::Name,
            C::Email => SortKey::Email,
            C::Username => SortKey::Username,
            C::Sid => SortKey::Sid,
            C::UserType => SortKey::UserType,
            C::Roles => SortKey::Role,
            C::Status => SortKey::Status,
            C::Activated => SortKey::Activated,
            C::Mfa => SortKey::Mfa,
            C::LastSignIn => SortKey::LastSignIn,
            C::Activity => SortKey::Activity,
            C::Team => SortKey::Team,
            C::Flags => SortKey::Flags,
            C::Tenant => SortKey::Tenant,
            C::Seat => SortKey::Seat,
            C::Kind => SortKey::Kind,
        }
    }

    /// Whether it says anything where tenants show this; most columns always do.
    pub fn shown(self, shows: &Shows) -> bool {
        match self {
            UserColumn::Username => shows.username,
            UserColumn::Sid => shows.sid,
            UserColumn::UserType => shows.user_type,
            UserColumn::Activated => shows.activated,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_found_by_its_name_and_stands_in_both_lists_once() {
        for column in UserColumn::ALL {
            assert_eq!(UserColumn::from_word(column.word()), Some(*column));
            let listed = UserColumn::LISTED.iter().filter(|c| *c == column);
            assert_eq!(listed.count(), 1, "{column:?}");
            assert!(UserColumn::DRAWN.iter().filter(|c| *c == column).count() < 2);
        }
        assert_eq!(UserColumn::from_word("shoe_size"), None);
    }

    #[test]
    fn login_names_and_types_show_only_where_tenants_have_them() {
        let plain = Shows::default();
        let some = Shows {
            username: true,
            ..plain
        };
        assert!(!UserColumn::Username.shown(&plain) && UserColumn::Username.shown(&some));
        assert!(!UserColumn::Sid.shown(&some) && UserColumn::Email.shown(&plain));
    }
}
