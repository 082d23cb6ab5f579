//! What is told of a person beside state and roles: names, language, login name, manager, team.

use crate::wire::email;
use crate::world::{HOLDS, World};
use serde_json::{Value, json};

/// What is known of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub first: &'static str,
    pub language: &'static str,
    pub username: &'static str,
    pub manager: Option<u64>,
}

impl About {
    /// As everybody is brought in here.
    pub const NEW: About = About {
        first: "Ada",
        language: "",
        username: "",
        manager: None,
    };
}

/// What is to change; what is absent stays, an empty text clears.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub first: Option<&'static str>,
    pub language: Option<&'static str>,
    pub username: Option<&'static str>,
    pub manager: Option<u64>,
    pub team: Option<&'static str>,
    /// The address of this one, who is there.
    pub email: Option<u64>,
}

/// First names, languages and login names to choose from; some are none.
pub const FIRST: [&str; 4] = ["Ada", "Eve", "A", "Zoë"];
pub const LANGUAGES: [&str; 4] = ["", "fr", "pt-BR", "french please"];
pub const USERNAMES: [&str; 3] = ["", "ann", "bob"];

/// Characters of a legal name where a vendor counts them.
const LEGAL: std::ops::RangeInclusive<usize> = 2..=50;

impl World {
    pub fn edit(&mut self, n: u64, edit: &Edit) -> Result<(), &'static str> {
        let person = self.people.get(&n).ok_or("nobody")?;
        if person.status == "deleted" {
            return Err("deleted");
        }
        // The only addresses that are asked for are those of people who are there.
        if edit.email.is_some_and(|other| other != n) {
            return Err("the address is another's");
        }
        let team = match edit.team {
            None => person.team,
            Some("") => None,
            Some(name) => Some(self.team_in_use(name)?),
        };
        if team != person.team && team.is_some() && !HOLDS.contains(&person.status) {
            return Err("cannot be a member");
        }
        let mut about = person.about.clone();
        about.first = edit.first.unwrap_or(about.first);
        about.language = edit.language.unwrap_or(about.language);
        about.username = edit.username.unwrap_or(about.username);
        about.manager = edit.manager.or(about.manager);
        let legal = LEGAL.contains(&about.first.chars().count());
        if self.vendor.catalog == "iusign" && about.first != person.about.first && !legal {
            return Err("no legal name");
        }
        if about.language.contains(' ') {
            return Err("no language");
        }
        if about.username != person.about.username
            && !about.username.is_empty()
            && !self.shows_usernames()
        {
            return Err("no such column");
        }
        let old = person.team;
        if team != old {
            self.groups
                .values_mut()
                .filter(|g| g.kind == "team")
                .for_each(|group| group.follows(n, old, team));
        }
        let person = self.people.get_mut(&n).unwrap();
        (person.about, person.team) = (about, team);
        Ok(())
    }

    /// Whether login names are told at all.
    pub fn shows_usernames(&self) -> bool {
        self.vendor.catalog != "esignanywhere" || self.feature("saml") || self.feature("on_premise")
    }

    /// The scope of the one team of this name; letters may be small or large where no name is just the same.
    fn team_in_use(&self, name: &str) -> Result<u32, &'static str> {
        if !self.has_what_it_needs("team") {
            return Err("the feature is off");
        }
        let called = |same: &dyn Fn(&str) -> bool| -> Vec<u32> {
            let teams = self.scopes.iter();
            let teams = teams.filter(|(_, s)| s.kind == "team" && s.state != "archived");
            teams
                .filter(|(_, s)| same(&s.name))
                .map(|(id, _)| *id)
                .collect()
        };
        let mut found = called(&|team| team == name);
        if found.is_empty() {
            found = called(&|team| team.to_lowercase() == name.to_lowercase());
        }
        match found.as_slice() {
            [] => Err("no such team"),
            [one] => Ok(*one),
            _ => Err("several teams"),
        }
    }
}

/// The fields of a request, beside who is meant.
pub fn body(mut body: Value, edit: &Edit) -> Value {
    let texts = [
        ("first_name", edit.first),
        ("language", edit.language),
        ("username", edit.username),
        ("team", edit.team),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            body[key] = json!(text);
        }
    }
    for (key, who) in [("manager", edit.manager), ("email", edit.email)] {
        if let Some(n) = who {
            body[key] = json!(email(n));
        }
    }
    body
}
