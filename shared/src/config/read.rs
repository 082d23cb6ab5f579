//! Reads a settings file by hand over TOML with spans, so that every error names its line and key.

use super::policy::Proposal;
use super::{Config, Heads, LogFormat};
use crate::domain::{Micros, Mode, Policy, Span, Sweep};
use crate::rules::Refusal;
use crate::rules::policy::{self as rule, limit_names};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A settings file that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {key}{sep}{reason}", file = .file.display(), sep = if .key.is_empty() { "" } else { ": " })]
pub struct ConfigError {
    /// The file.
    pub file: PathBuf,
    /// The line at fault, from 1; 0 when the file could not be read at all.
    pub line: usize,
    /// The setting at fault with its tables, for example `policy.mfa.mode`; empty when it is none.
    pub key: String,
    /// What is wrong, and what to write instead.
    pub reason: String,
}

impl ConfigError {
    pub(super) fn unreadable(file: &Path, error: &std::io::Error) -> Self {
        ConfigError {
            file: file.into(),
            line: 0,
            key: String::new(),
            reason: format!("it cannot be read: {error}"),
        }
    }
}

/// A refusal as the reason of an error in a file.
fn said(refusal: &Refusal) -> String {
    format!("{}; {}", refusal.what, refusal.instead)
}

/// A value with where it stands.
type Item<'a> = &'a Spanned<DeValue<'a>>;

struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
    check_schedule: &'a dyn Fn(&str) -> Result<(), String>,
}

/// Overlays `config` with what `text` sets.
pub(super) fn overlay(
    config: &mut Config,
    file: &Path,
    text: &str,
    check_schedule: &dyn Fn(&str) -> Result<(), String>,
) -> Result<(), ConfigError> {
    let reader = Reader {
        file,
        text,
        check_schedule,
    };
    let document = DeTable::parse(text).map_err(|e| {
        let at = e.span().map_or(0, |span| span.start);
        reader.error(at, "", e.message())
    })?;
    // Written into a copy, so that a file that is wrong further down leaves nothing behind.
    let mut next = config.clone();
    for (name, value) in document.get_ref() {
        reader.setting(&mut next, name.get_ref(), name.span().start, value)?;
    }
    *config = next;
    Ok(())
}

impl Reader<'_> {
    fn error(&self, at: usize, key: &str, reason: impl Into<String>) -> ConfigError {
        let before = self.text.get(..at).unwrap_or(self.text);
        ConfigError {
            file: self.file.into(),
            line: before.matches('\n').count() + 1,
            key: key.into(),
            reason: reason.into(),
        }
    }

    fn setting(
        &self,
        config: &mut Config,
        name: &str,
        at: usize,
        value: Item<'_>,
    ) -> Result<(), ConfigError> {
        match name {
            "store" => config.store = self.path(name, value)?,
            "socket" => config.socket = self.path(name, value)?,
            "socket_group" => config.socket_group = self.text(name, value)?.into(),
            "log" => config.log = self.text(name, value)?.into(),
            "log_format" => {
                config.log_format = match self.text(name, value)? {
                    "text" => LogFormat::Text,
                    "json" => LogFormat::Json,
                    _ => return Err(self.wrong(name, value, "it is \"text\" or \"json\"")),
                }
            }
            "checkpoint_every" => {
                config.checkpoint_every = self.span(name, value, Span::days(1), "1 day")?;
            }
            "heads" => self.heads(&mut config.heads, name, value)?,
            "policy" => {
                self.policies(&mut config.policy, name, value)?;
                self.whole(&config.policy, name, value)?;
            }
            "tenant" => {
                for (tenant, body) in self.table(name, value)? {
                    let path = format!("tenant.{}", tenant.get_ref());
                    for (key, policies) in self.table(&path, body)? {
                        let key_path = format!("{path}.{}", key.get_ref());
                        if key.get_ref() != "policy" {
                            return Err(self.error(
                                key.span().start,
                                &key_path,
                                "there is no such setting; a tenant's table holds only `policy`",
                            ));
                        }
                        let of_tenant = config
                            .tenant
                            .entry(tenant.get_ref().to_string())
                            .or_default();
                        self.policies(of_tenant, &key_path, policies)?;
                    }
                }
            }
            _ => {
                return Err(self.error(
                    at,
                    name,
                    "there is no such setting; there are store, socket, socket_group, log, log_format, \
                     checkpoint_every, [heads], [policy.SWEEP] and [tenant.NAME.policy.SWEEP]",
                ));
            }
        }
        Ok(())
    }

    fn heads(&self, heads: &mut Heads, path: &str, value: Item<'_>) -> Result<(), ConfigError> {
        for (key, value) in self.table(path, value)? {
            let path = format!("{path}.{}", key.get_ref());
            match key.get_ref().as_ref() {
                "schedule" => {
                    let text = self.text(&path, value)?;
                    (self.check_schedule)(text).map_err(|e| self.wrong(&path, value, e))?;
                    heads.schedule = text.into();
                }
                "copy_to" => heads.copy_to = Some(self.path(&path, value)?),
                "command" => heads.command = self.command(&path, value)?,
                "command_timeout" => {
                    heads.command_timeout = self.span(&path, value, Span::hours(1), "1 h")?;
                }
                _ => {
                    return Err(self.error(
                        key.span().start,
                        &path,
                        "there is no such setting; heads know schedule, copy_to, command, command_timeout",
                    ));
                }
            }
        }
        Ok(())
    }

    /// A program from the root with its arguments; no shell reads them.
    fn command(&self, key: &str, value: Item<'_>) -> Result<Vec<String>, ConfigError> {
        let wrong = || {
            let reason = "it is a list of texts, a program from the root and its arguments, for example \
                          [\"/usr/bin/ssh\", \"log@loghost\", \"keep-heads\"]";
            self.wrong(key, value, reason)
        };
        let DeValue::Array(items) = value.get_ref() else {
            return Err(wrong());
        };
        let words: Vec<String> = items
            .iter()
            .filter_map(|item| item.get_ref().as_str().map(str::to_owned))
            .collect();
        let program = words.first().is_none_or(|first| first.starts_with('/'));
        if words.len() != items.len() || !program {
            return Err(wrong());
        }
        Ok(words)
    }

    /// A length of time from one second to `most`.
    fn span(
        &self,
        key: &str,
        value: Item<'_>,
        most: Span,
        most_said: &str,
    ) -> Result<Span, ConfigError> {
        let span: Span = self
            .text(key, value)?
            .parse()
            .map_err(|e: crate::domain::time::BadSpan| self.wrong(key, value, e.to_string()))?;
        if span < Span(1) || span > most {
            let reason = format!("it must be from 1 s to {most_said}");
            return Err(self.wrong(key, value, reason));
        }
        Ok(span)
    }

    fn policies(
        &self,
        policies: &mut BTreeMap<Sweep, Proposal>,
        path: &str,
        value: Item<'_>,
    ) -> Result<(), ConfigError> {
        for (sweep, body) in self.table(path, value)? {
            let path = format!("{path}.{}", sweep.get_ref());
            let Some(which) = Sweep::ALL
                .iter()
                .copied()
                .find(|s| s.word() == sweep.get_ref())
            else {
                let all: Vec<&str> = Sweep::ALL.iter().map(|s| s.word()).collect();
                let reason = format!("there is no such sweep; there are {}", all.join(", "));
                return Err(self.error(sweep.span().start, &path, reason));
            };
            let proposal = policies.entry(which).or_default();
            for (key, value) in self.table(&path, body)? {
                let name: &str = key.get_ref();
                let path = format!("{path}.{name}");
                match name {
                    "mode" => {
                        let text = self.text(&path, value)?;
                        let mode = Mode::ALL.iter().copied().find(|m| m.word() == text);
                        proposal.mode = Some(mode.ok_or_else(|| {
                            self.wrong(&path, value, "it is \"observe\", \"approve\" or \"auto\"")
                        })?);
                    }
                    "schedule" => {
                        let text = self.text(&path, value)?;
                        (self.check_schedule)(text).map_err(|e| self.wrong(&path, value, e))?;
                        proposal.schedule = Some(text.into());
                    }
                    _ if limit_names(which).contains(&name) => {
                        let text = self.limit(&path, value)?;
                        rule::check_limit(which, name, &text)
                            .map_err(|e| self.wrong(&path, value, said(&e)))?;
                        proposal.limits.retain(|(known, _)| known != name);
                        proposal.limits.push((name.into(), text));
                    }
                    _ => {
                        let reason = format!(
                            "there is no such setting; the {which} policy knows mode, schedule, {}",
                            limit_names(which).join(", ")
                        );
                        return Err(self.error(key.span().start, &path, reason));
                    }
                }
            }
        }
        Ok(())
    }

    /// Refuses limits of new tenants' policies of which each may be right and what they come to is not.
    fn whole(
        &self,
        policies: &BTreeMap<Sweep, Proposal>,
        path: &str,
        value: Item<'_>,
    ) -> Result<(), ConfigError> {
        for (name, body) in self.table(path, value)? {
            let found = policies
                .iter()
                .find(|(sweep, _)| sweep.word() == name.get_ref());
            let Some((sweep, proposal)) = found else {
                continue;
            };
            let builtin = Policy::default_of(*sweep);
            if let Err(refusal) = rule::change(*sweep, &builtin, &proposal.change(), Micros(0)) {
                let path = format!("{path}.{name}", name = name.get_ref());
                let mut limits = self.table(&path, body)?.iter();
                let known = |key: &str| limit_names(*sweep).contains(&key);
                let last = limits.rfind(|(key, _)| known(key.get_ref()));
                return Err(match last {
                    Some((key, value)) => {
                        let path = format!("{path}.{}", key.get_ref());
                        self.wrong(&path, value, said(&refusal))
                    }
                    None => self.wrong(&path, body, said(&refusal)),
                });
            }
        }
        Ok(())
    }

    /// A limit as text: a string as it is, a list of whole numbers joined by commas.
    fn limit(&self, key: &str, value: Item<'_>) -> Result<String, ConfigError> {
        if let DeValue::Array(items) = value.get_ref() {
            let numbers: Vec<&str> = items
                .iter()
                .filter_map(|item| item.get_ref().as_integer().map(|n| n.as_str()))
                .collect();
            if numbers.len() == items.len() {
                return Ok(numbers.join(", "));
            }
        }
        self.text(key, value).map(str::to_owned)
    }

    fn wrong(&self, key: &str, value: Item<'_>, reason: impl Into<String>) -> ConfigError {
        self.error(value.span().start, key, reason)
    }

    fn text<'v>(&self, key: &str, value: &'v Spanned<DeValue<'_>>) -> Result<&'v str, ConfigError> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text),
            other => Err(self.wrong(
                key,
                value,
                format!("it is a text in quotes, not {}", other.type_str()),
            )),
        }
    }

    fn path(&self, key: &str, value: Item<'_>) -> Result<PathBuf, ConfigError> {
        let path = PathBuf::from(self.text(key, value)?);
        if path.is_absolute() {
            return Ok(path);
        }
        Err(self.wrong(
            key,
            value,
            "it is a path from the root, for example \"/var/lib/rollcall/rollcall.redb\"",
        ))
    }

    fn table<'v>(
        &self,
        key: &str,
        value: &'v Spanned<DeValue<'v>>,
    ) -> Result<&'v DeTable<'v>, ConfigError> {
        match value.get_ref() {
            DeValue::Table(table) => Ok(table),
            other => Err(self.wrong(
                key,
                value,
                format!("it is a table, not {}", other.type_str()),
            )),
        }
    }
}
