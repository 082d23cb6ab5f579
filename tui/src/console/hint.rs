//! What the daemon advises is said for the command line; here it is said for the console. A verb that the console has
//! becomes its key and its screen, an option becomes the field it stands for. A verb that only the command line has
//! stays as it is, since that is the way to it.

use super::command::{Command, Places};
use super::keymap::Keymap;
use super::message::Answer;
use super::state::deletion::Deletion;
use rollcall_shared::wire::asset::Offboarded;
use rollcall_shared::wire::role::Decision;
use rollcall_shared::wire::{Failure, Verb};
use std::sync::Arc;

/// What is written before a command of the command line.
const PROGRAM: &str = "rollcall ";

/// Puts advice into the words of the console.
#[derive(Debug, Clone)]
pub struct Hints {
    keymap: Arc<Keymap>,
}

impl Hints {
    /// Advice with the keys of a key map.
    pub fn of(keymap: &Arc<Keymap>) -> Hints {
        Hints {
            keymap: Arc::clone(keymap),
        }
    }

    /// A refusal, whose advice is for here.
    pub fn failure(&self, failure: &mut Failure) {
        self.text(&mut failure.what);
        self.text(&mut failure.hint);
    }

    /// Every advice in an answer.
    pub fn answer(&self, answer: &mut Answer) {
        match answer {
            Answer::Roles(roles) => {
                let refused = roles.roles.iter_mut().filter_map(|r| r.not_given.as_mut());
                refused.for_each(|failure| self.failure(failure));
            }
            Answer::Diagnosis(diagnosis) => {
                let findings = diagnosis.findings.iter_mut();
                findings.for_each(|finding| self.text(&mut finding.instead));
            }
            Answer::Why(why) => why.decisions.iter_mut().for_each(|d| self.decision(d)),
            Answer::Trial(trial) => trial.warnings.iter_mut().for_each(|w| self.text(w)),
            Answer::Handover(plan) => {
                self.text(&mut plan.undo);
                plan.warnings.iter_mut().for_each(|w| self.text(w));
            }
            Answer::Differences(changed) => {
                changed.warnings.iter_mut().for_each(|w| self.text(w));
            }
            Answer::Offboarded(done) => self.offboarded(done),
            _ => {}
        }
    }

    fn decision(&self, decision: &mut Decision) {
        self.text(&mut decision.instead);
        decision.warnings.iter_mut().for_each(|w| self.text(w));
    }

    fn offboarded(&self, done: &mut Offboarded) {
        for step in &mut done.steps {
            step.warnings.iter_mut().for_each(|w| self.text(w));
            if let Some(failure) = &mut step.refused {
                self.failure(failure);
            }
        }
    }

    fn text(&self, text: &mut String) {
        if text.contains('`') || text.contains("--") {
            *text = self.here(text);
        }
    }

    /// An advice in the words of the console.
    pub fn here(&self, text: &str) -> String {
        let tick = format!("tick {:?} to delete", Deletion::UNKNOWN);
        let text = &text
            .replace("`--successor USER`", "a name in the field Successor")
            .replace("say `--assets-unknown` to delete", &tick);
        let mut out = String::with_capacity(text.len());
        for (n, part) in text.split('`').enumerate() {
            // Every second part stands between marks.
            if n % 2 == 0 {
                out.push_str(&self.options(part));
                continue;
            }
            match part.strip_prefix(PROGRAM).and_then(|line| self.key(line)) {
                Some(key) => out.push_str(&key),
                None => {
                    out.push('`');
                    out.push_str(part);
                    out.push('`');
                }
            }
        }
        out
    }

    /// How the console does what a command line does; none when it does not.
    fn key(&self, line: &str) -> Option<String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let named = |verb: &Verb| {
            let name: Vec<&str> = verb.name().split_whitespace().collect();
            words.starts_with(&name)
        };
        let commands = Command::ALL.iter().copied();
        let mut found = commands.filter(|c| c.verb().is_some_and(|verb| named(&verb)));
        let command = match found.next()? {
            // A list with a filter is that list, filtered.
            Command::Users if words.contains(&"--flag") => Command::Filter,
            Command::Users if words.contains(&"--search") => Command::Search,
            command => command,
        };
        Some(self.told(command))
    }

    /// A command by its key and the screen where it has one.
    fn told(&self, command: Command) -> String {
        let key = self.keymap.way(command);
        match screen(command) {
            None => format!("{key} ({})", command.short()),
            Some(screen) => format!("{key} on {screen}"),
        }
    }

    /// Options outside of a command: each is a field or a key of the form in hand.
    fn options(&self, text: &str) -> String {
        let field = self.keymap.first(Command::NextField);
        let tenant = self.keymap.first(Command::Tenant);
        let words = [
            (
                "adds --replace and a reason",
                format!("ticks with {field} that the owner is replaced, and types a reason"),
            ),
            ("add --reason TEXT", "type a reason".to_owned()),
            (
                "add --tenant NAME",
                format!("choose a tenant with {tenant}"),
            ),
            ("give --reason:", "type a reason:".to_owned()),
            (
                "name the tenant with --tenant",
                format!("choose the tenant with {tenant}"),
            ),
            ("name it with --tenant", format!("choose it with {tenant}")),
            ("with --no-handover", "by choosing Nobody".to_owned()),
            ("name one with --to", "choose one".to_owned()),
        ];
        let mut out = text.to_owned();
        for (line, here) in &words {
            out = out.replace(line, here);
        }
        plain(&out)
    }
}

/// The screen where a command has its key; none for those that have it everywhere.
fn screen(command: Command) -> Option<&'static str> {
    let places = [
        (Places::USERS, "Users"),
        (Places::INVITATIONS, "Invitations"),
        (Places::TENANTS, "Tenants"),
        (Places::SWEEPS, "Sweeps"),
        (Places::RUNS, "Runs"),
    ];
    if command.places().meets(Places::SCOPES) {
        return None;
    }
    let mut found = places
        .into_iter()
        .filter(|(p, _)| command.places().meets(*p));
    found.next().map(|(_, name)| name)
}

/// An option that stands for nothing else loses its dashes: what it names is a field here.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("--") {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let name = &after[2..];
        let end = name
            .find(|c: char| !(c.is_ascii_lowercase() || c == '-'))
            .unwrap_or(name.len());
        let starts = before.is_empty() || before.ends_with([' ', '(']);
        if !starts || end == 0 {
            out.push_str("--");
            rest = name;
            continue;
        }
        out.push_str(&name[..end].replace('-', " "));
        rest = &name[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints() -> Hints {
        Hints::of(&Arc::new(Keymap::load(None).unwrap()))
    }

    #[test]
    fn a_verb_of_the_command_line_becomes_the_key_of_the_console() {
        for (told, here) in [
            (
                "give it with `rollcall user role --add`",
                "give it with e on Users",
            ),
            (
                "start it again with `rollcall ownership start`",
                "start it again with o on Tenants",
            ),
            (
                "send it again with `rollcall user resend`; see `rollcall invitation list`",
                "send it again with s on Invitations; see 7 (invites)",
            ),
            (
                "let them in with `rollcall user reactivate`",
                "let them in with :user reactivate on Users",
            ),
            (
                "1 is idle now (`rollcall user list --flag idle`)",
                "1 is idle now (f on Users)",
            ),
        ] {
            assert_eq!(hints().here(told), here);
        }
    }

    #[test]
    fn what_only_the_command_line_has_stays_a_command_line() {
        for told in [
            "make one with `rollcall scope create --parent A`",
            "`--at` of nothing",
            "2026-11-22 -- a day",
            "no advice at all",
        ] {
            assert_eq!(hints().here(told), told);
        }
    }

    #[test]
    fn every_verb_that_has_a_command_loses_its_command_line() {
        for command in Command::ALL {
            let Some(verb) = command.verb() else { continue };
            let told = format!(
                "do it with `rollcall {} X --yes --reason TEXT`",
                verb.name()
            );
            let here = hints().here(&told);
            assert!(!here.contains("--") && !here.contains('`'), "{here}");
            assert!(!here.contains("rollcall"), "{here}");
        }
    }

    #[test]
    fn an_option_becomes_the_key_or_the_field_that_stands_for_it() {
        let replace = "for one out of reach a platform administrator adds --replace and a reason";
        assert!(hints().here(replace).contains("ticks with Tab"));
        let unknown = "or say `--assets-unknown` to delete all the same";
        assert_eq!(
            hints().here(unknown),
            "or tick \"Delete although nothing is known of what the account owns\" to delete all the same"
        );
        let keymap = Keymap::with("mine", "next-field = [\"f2\"]").unwrap();
        let mine = Hints::of(&Arc::new(keymap));
        assert!(mine.here(replace).contains("ticks with F2"));
        assert_eq!(
            hints().here("add --reason TEXT; it is kept in the journal"),
            "type a reason; it is kept in the journal"
        );
        assert_eq!(
            hints().here("name a --successor who may send, or leave it with --no-handover"),
            "name a successor who may send, or leave it by choosing Nobody"
        );
    }
}
