//! What every command works with: the options that hold everywhere, the output, and the daemon's client.

use super::carry;
use super::changed::audit_id;
use super::confirm::{self, Consent, Typed};
use super::error::{Exit, Fault, Outcome, usage};
use super::output::{Format, Output, Part};
use super::zones::Zones;
use clap::Args;
use rollcall_daemon::Daemon;
use rollcall_shared::config::{Dirs, Place};
use rollcall_shared::wire::admin::{TenantOptional, TenantRow, Tenants};
use rollcall_shared::wire::client::Client;
use rollcall_shared::wire::{Class, Done, Failure, Verb};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// Options that hold for every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Globals {
    /// The daemon's socket; left out ROLLCALL_SOCKET, else your own daemon's, else the system's
    #[arg(long, global = true, value_name = "PATH")]
    pub socket: Option<PathBuf>,
    /// Run the daemon inside this process, on the store that --store names
    #[arg(long, global = true, conflicts_with = "socket")]
    pub embedded: bool,
    /// The store, with --embedded, demo and backup restore
    #[arg(long, global = true, value_name = "PATH")]
    pub store: Option<PathBuf>,
    /// Confirm changes without being asked
    #[arg(long, short = 'y', global = true)]
    pub yes: bool,
    /// Never ask; a change then needs --yes
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Refuse every change
    #[arg(long, global = true, env = "ROLLCALL_READ_ONLY", value_parser = clap::builder::FalseyValueParser::new())]
    pub read_only: bool,
    /// Say only what was asked for, and errors
    #[arg(long, short = 'q', global = true)]
    pub quiet: bool,
    /// As root or the daemon's user: go past missing bindings; recorded in the journal and the log
    #[arg(long, global = true, value_name = "REASON")]
    pub break_glass: Option<String>,
}

/// One run of the program.
pub struct Session {
    /// Options that hold everywhere.
    pub globals: Globals,
    /// Where answers go.
    pub out: Output,
    carried: Option<Daemon>,
}

impl Session {
    /// A session that has asked nothing yet.
    pub fn new(globals: Globals, out: Output) -> Self {
        Session {
            globals,
            out,
            carried: None,
        }
    }

    /// The daemon's socket; with `--embedded` the daemon is started first and lives as long as the session.
    async fn place(&mut self) -> Result<Place, Fault> {
        if let Some(carried) = &self.carried {
            return Ok(Place::only(carried.socket().to_owned()));
        }
        if !self.globals.embedded {
            // Read here and not by clap, to which the variable would conflict with --embedded.
            let set = || std::env::var_os("ROLLCALL_SOCKET").map(PathBuf::from);
            let told = self.globals.socket.clone().or_else(set);
            return Ok(Dirs::current().find_socket(told));
        }
        let Some(store) = self.globals.store.clone() else {
            return Err(usage(
                "--embedded needs to know which store to open",
                "add --store PATH, or start a daemon and leave --embedded out",
            ));
        };
        Ok(Place::only(self.carry(carry::embedded(store).await?)))
    }

    /// Keeps a daemon that runs inside this process; its socket is the one to talk to.
    pub fn carry(&mut self, daemon: Daemon) -> PathBuf {
        self.carried.insert(daemon).socket().to_owned()
    }

    /// The socket of the daemon that runs inside this process; none where it is another's.
    pub fn carried(&self) -> Option<&Path> {
        self.carried.as_ref().map(Daemon::socket)
    }

    /// Ends a daemon that runs inside this process.
    pub async fn close(&mut self) -> Result<(), Failure> {
        match self.carried.take() {
            Some(carried) => carry::stop(carried).await,
            None => Ok(()),
        }
    }

    /// A client for one request.
    pub async fn client(&mut self) -> Result<Client, Fault> {
        let client = Client::at(self.place().await?);
        Ok(match &self.globals.break_glass {
            Some(reason) => client.with_break_glass(reason.clone()),
            None => client,
        })
    }

    /// Asks for something, or for the preview of a change.
    pub async fn ask<Q: Serialize, A: DeserializeOwned>(
        &mut self,
        verb: Verb,
        request: &Q,
    ) -> Result<A, Fault> {
        Ok(self.client().await?.call(verb, request).await?)
    }

    /// The zone of the clock on which people read the times of a table: the tenant's; UTC where there are several.
    pub async fn clock(&mut self, tenant: Option<&str>) -> String {
        let rows = self.clocked().await;
        let mut rows = rows
            .into_iter()
            .filter(|row| tenant.is_none_or(|name| row.tenant.name == name));
        match (rows.next(), rows.next()) {
            (Some(one), None) => one.tenant.tz,
            _ => "UTC".to_owned(),
        }
    }

    /// The zones in which people read the times of a page; programs read UTC.
    pub async fn zones(&mut self) -> Zones {
        Zones::of(&self.clocked().await)
    }

    /// The tenants, where people read. Who may not see them reads UTC.
    async fn clocked(&mut self) -> Vec<TenantRow> {
        if self.out.format != Format::Table {
            return Vec::new();
        }
        let all = self.ask(Verb::TenantList, &TenantOptional::default()).await;
        all.map(|all: Tenants| all.rows).unwrap_or_default()
    }

    /// Changes something: only after [`Session::consent`] and [`Session::confirm`].
    pub async fn change<Q: Serialize, A: DeserializeOwned>(
        &mut self,
        verb: Verb,
        request: &Q,
    ) -> Result<A, Fault> {
        self.writable(verb.name())?;
        self.ask(verb, request).await
    }

    /// Changes something whose preview is the same question with `dry_run` set: previews it and prints that where a
    /// dry run is all that is wanted, else asks `question` and does it.
    pub async fn change_previewed<Q: Serialize>(
        &mut self,
        verb: Verb,
        request: impl Fn(bool) -> Q,
        dry_run: bool,
        question: &str,
    ) -> Outcome {
        let consent = match dry_run {
            true => None,
            false => Some(self.consent(verb.name())?),
        };
        let mut done: Done = self.ask(verb, &request(true)).await?;
        if let Some(consent) = consent {
            let preview = [Part::Line(done.message)];
            self.confirm(consent, &preview, question, Typed::Yes)
                .await?;
            done = self.change(verb, &request(false)).await?;
        }
        let mut page = vec![Part::Line(done.message.clone())];
        page.extend(audit_id(done.seq));
        self.out.page(&done, &page)?;
        Ok(Exit::Done)
    }

    /// Refuses what changes something in a session that only reads.
    pub fn writable(&self, what: &str) -> Result<(), Fault> {
        if !self.globals.read_only {
            return Ok(());
        }
        let failure = Failure::new(Class::Denied, format!("{what} changes something"))
            .rule("read-only")
            .hint("leave --read-only (or ROLLCALL_READ_ONLY) out to change something");
        Err(failure.into())
    }

    /// Decides before a change is previewed whether it can be confirmed at all.
    pub fn consent(&self, what: &str) -> Result<Consent, Fault> {
        self.writable(what)?;
        confirm::gate(self.globals.yes, self.globals.no_input, self.out.can_ask())
    }

    /// Shows what would happen and asks where consent is not given yet. Where it is, the answer alone is told.
    pub async fn confirm(
        &mut self,
        consent: Consent,
        preview: &[Part],
        question: &str,
        typed: Typed,
    ) -> Result<(), Fault> {
        if consent == Consent::Ask {
            self.out.preview(preview);
        }
        confirm::confirm(&mut self.out, consent, question, typed).await
    }
}
