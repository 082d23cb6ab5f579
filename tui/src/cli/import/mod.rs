//! `rollcall import`: bring in people, sign-ins and what accounts own from a file.

mod run;

use super::dates;
use super::error::Outcome;
use super::output::{Format, RecordFormat};
use super::rejected::ENDING;
use super::session::Session;
use super::words;
use clap::{Args, Subcommand};
use rollcall_shared::domain::Micros;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::asset::ImportAssets;
use rollcall_shared::wire::import::ImportRequest;
use rollcall_shared::wire::sweep::When;
use std::path::{Path, PathBuf};

/// What to bring in.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// People: accounts, roles, states, second factors
    #[command(
        after_help = "Rows that are refused go to FILE.rejected.csv with line, field and reason; the rest goes in, and the exit code is 7. A dry run
tells the first of them and exits with 0, or 3 with --exit-code.
Importing the same file again changes nothing. A second factor counts as seen when the file states it (mfa_at), else at
--as-of, else when the file was last written; what is older than what is known never replaces it.

A file says one thing of each account: rows may add to each other, for example one for each sub-account (column account) with
the roles held there; a row that contradicts an earlier one is refused (row-twice).

In files of our own a blank cell says nothing, whatever the column; - (in JSON null) clears end_date, leave_from, leave_to,
team, manager and department. That somebody holds no roles is said by - in the column roles (in JSON []).

A file that takes access or privileged roles from more people than max(50, 1 % of the tenant) is held, and nothing of it is
taken in: a partial export looks like mass leaving. See who with --dry-run, then confirm their number with --losing.

Examples:
  rollcall import people people.csv --tenant acme
  rollcall import people march.csv --tenant acme --as-of 2026-03-31
  rollcall import people google.csv --tenant acme --format google --tz Europe/Paris --dry-run
  export-people | rollcall import people - --tenant acme --yes"
    )]
    People(People),
    /// Sign-ins and activity
    #[command(
        after_help = "Events that are refused go to FILE.rejected.csv with line, field, reason and, in the column row, the event as JSON. One
that was read, and then refused by a rule, stands there by the keys of our own format. Mended, that file is imported again as
it is.

Of an identity provider's log the sign-ins at one application count, named by --application or once for all by
rollcall tenant set TENANT --set sign_in_application=NAME. Where none is named, sign-ins at the identity provider itself count;
in a vendor's tenant they do not, for they are no use of the vendor's application.

Examples:
  rollcall import signins okta.jsonl --tenant acme --application IUSign
  rollcall import signins entra.json --tenant acme --yes --quiet"
    )]
    Signins(File),
    /// What accounts own: envelopes, drafts, templates, API keys
    #[command(
        after_help = "Columns (or keys) id, kind, owner, and where known state and updated. The kind is active_envelope,
completed_envelope, draft, template, clipboard_entry, address_book_entry or api_key; or envelope, and then its
state decides (sent, pending, in_progress: active; completed, declined, voided: completed; draft). The owner is an
email or a reference.

Examples:
  rollcall import assets envelopes.csv --tenant acme
  rollcall import assets all.jsonl --tenant acme --complete --dry-run"
    )]
    Assets(AssetFile),
}

/// Which asset file, into which tenant.
#[derive(Debug, Args)]
pub struct AssetFile {
    /// The file; - is standard input
    file: PathBuf,
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// csv or jsonl; left out it is detected
    #[arg(long)]
    format: Option<String>,
    /// The file shows everything of the kinds in it: what it does not show is gone
    #[arg(long)]
    complete: bool,
    /// Where refused rows go; left out FILE.rejected.csv
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run: exit with 3 when rows would be refused
    #[arg(long, requires = "dry_run")]
    exit_code: bool,
    #[command(flatten)]
    output: RecordFormat,
}

impl From<AssetFile> for File {
    fn from(given: AssetFile) -> Self {
        File {
            file: given.file,
            tenant: given.tenant,
            format: given.format,
            tz: None,
            map: Vec::new(),
            application: None,
            renumber: false,
            losing: None,
            rejected: given.rejected,
            complete: given.complete,
            dry_run: given.dry_run,
            exit_code: given.exit_code,
            output: given.output,
        }
    }
}

/// Which file, into which tenant, read how.
#[derive(Debug, Args)]
pub struct File {
    /// The file; - is standard input
    file: PathBuf,
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// Name of the format; left out it is detected
    #[arg(long)]
    format: Option<String>,
    /// Time zone of times without one; left out the tenant's
    #[arg(long, value_name = "ZONE")]
    tz: Option<String>,
    /// Read our column OURS from theirs; may be repeated
    #[arg(long, value_name = "OURS=THEIRS", value_delimiter = ',', value_parser = pair)]
    map: Vec<String>,
    /// Okta and Entra: the application whose sign-ons count; left out the tenant's setting sign_in_application
    #[arg(long, value_name = "NAME")]
    application: Option<String>,
    /// Where refused rows go; left out FILE.rejected.csv
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// An asset file that shows everything.
    #[arg(skip)]
    complete: bool,
    /// A people file whose numbers take the place of others.
    #[arg(skip)]
    renumber: bool,
    /// How many people a people file may take access from.
    #[arg(skip)]
    losing: Option<u64>,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run: exit with 3 when rows would be refused
    #[arg(long, requires = "dry_run")]
    exit_code: bool,
    #[command(flatten)]
    output: RecordFormat,
}

/// A people file.
#[derive(Debug, Args)]
pub struct People {
    /// The instant whose state the file shows, or a date, which begins at the tenant's midnight; left out when it was last
    /// written, for standard input now
    #[arg(long, value_name = "TIME", value_parser = dates::when)]
    as_of: Option<When>,
    /// Take the file's external and employee ids for whoever has a row's address: after a change of identity provider
    #[arg(long)]
    renumber: bool,
    /// Let the file take access or privileged roles from this many people, where it is more than 50 and 1 % of the tenant
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = words::whole::<u64>(0, words::MANY))]
    losing: Option<u64>,
    #[command(flatten)]
    file: File,
}

impl People {
    /// When what the file says was so.
    fn as_of(&self) -> Option<When> {
        self.as_of.or_else(|| {
            let written = std::fs::metadata(&self.file.file)
                .ok()
                .filter(|m| m.is_file() && !self.file.is_stdin())?
                .modified()
                .ok()?;
            let written = jiff::Timestamp::try_from(written).ok()?;
            Some(When::At(Micros::from_timestamp(written)))
        })
    }
}

fn pair(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((ours, theirs)) if !ours.is_empty() && !theirs.is_empty() => Ok(text.to_owned()),
        _ => Err("write OURS=THEIRS, for example last_login='Last Sign In'".to_owned()),
    }
}

impl ImportCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            ImportCommand::People(p) => p.file.output.into(),
            ImportCommand::Signins(f) => f.output.into(),
            ImportCommand::Assets(f) => f.output.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            ImportCommand::People(mut people) => {
                let as_of = people.as_of();
                people.file.renumber = people.renumber;
                people.file.losing = people.losing;
                people.file.import(Verb::ImportPeople, as_of, session).await
            }
            ImportCommand::Signins(file) => file.import(Verb::ImportSignins, None, session).await,
            ImportCommand::Assets(file) => {
                File::from(file)
                    .import(Verb::ImportAssets, None, session)
                    .await
            }
        }
    }
}

impl File {
    fn is_stdin(&self) -> bool {
        self.file == Path::new("-")
    }

    fn rejected_path(&self) -> PathBuf {
        if let Some(path) = &self.rejected {
            return path.clone();
        }
        let mut name = match self.is_stdin() {
            true => "stdin".into(),
            false => self.file.as_os_str().to_owned(),
        };
        name.push(ENDING);
        name.into()
    }

    fn request(&self, as_of: Option<When>, dry_run: bool) -> ImportRequest {
        let name = match self.is_stdin() {
            true => "stdin".to_owned(),
            false => self.file.display().to_string(),
        };
        ImportRequest {
            tenant: self.tenant.clone(),
            format: self.format.clone(),
            tz: self.tz.clone(),
            map: (!self.map.is_empty()).then(|| self.map.join(",")),
            application: self.application.clone(),
            as_of,
            file: Some(name),
            renumber: self.renumber,
            losing: self.losing,
            dry_run,
        }
    }

    /// As [`File::request`], of an asset file.
    fn asset_request(&self, dry_run: bool) -> ImportAssets {
        let request = self.request(None, dry_run);
        ImportAssets {
            tenant: request.tenant,
            format: request.format,
            file: request.file,
            complete: self.complete,
            dry_run,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(subcommand)]
        import: ImportCommand,
    }

    fn file(line: &[&str]) -> File {
        let line = ["x", "people"].iter().chain(line).copied();
        match Line::parse_from(line).import {
            ImportCommand::People(people) => people.file,
            ImportCommand::Signins(file) => file,
            ImportCommand::Assets(file) => file.into(),
        }
    }

    #[test]
    fn refused_rows_go_beside_the_file() {
        let of = |line: &[&str]| file(line).rejected_path();
        assert_eq!(
            of(&["/a/p.csv", "--tenant", "t"]),
            Path::new("/a/p.csv.rejected.csv")
        );
        assert_eq!(of(&["-", "--tenant", "t"]), Path::new("stdin.rejected.csv"));
        assert_eq!(
            of(&["-", "--tenant", "t", "--rejected", "r"]),
            Path::new("r")
        );
    }

    #[test]
    fn mappings_are_joined_as_the_wire_wants_them() {
        let request = file(&[
            "-",
            "--tenant",
            "t",
            "--map",
            "email=Mail,team=Group",
            "--map",
            "mfa=2sv",
        ])
        .request(None, true);
        assert_eq!(
            request.map.as_deref(),
            Some("email=Mail,team=Group,mfa=2sv")
        );
        assert!(
            Line::try_parse_from(["x", "people", "-", "--tenant", "t", "--map", "email"]).is_err()
        );
    }
}
