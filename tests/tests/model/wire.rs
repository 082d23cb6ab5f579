//! The verbs as they are asked over the socket of a real daemon, and what it shows.

use crate::asked;
use crate::common::{Other, ask, possible};
use crate::edited;
use crate::file::{Counts, Place, Row};
use crate::joined::{DESK, Joining};
use crate::night::{ASLEEP, IDLE, RECLAIM};
use crate::owned::Shown;
use crate::rights::Draft;
use crate::verbs::{Ask, How};
use crate::world::World;
use rollcall_tests::poll::poll;
use rollcall_tests::{TestDaemon, http};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;

/// The day the tenant is made: the yearly schedule of its armed sweeps is years away.
const BEGIN: &str = "2028-03-01T12:00:00Z";

/// The sweeps that run, one after the other.
const SWEEPS: [&str; 3] = ["invitations", "inactivity", "seats"];

/// What was answered.
pub struct Answer {
    pub done: bool,
    /// Of a file.
    pub counts: Counts,
    pub text: String,
}

/// A daemon whose clock the test moves, with a tenant `acme` in it.
pub struct Wire {
    pub daemon: TestDaemon,
    /// Another operator, where the test may act as another OS user.
    second: Option<Other>,
    dir: tempfile::TempDir,
}

pub fn email(n: u64) -> String {
    format!("user{n}@acme.example")
}

/// The instant that begins so many days after the tenant was made.
pub fn instant(day: u32) -> String {
    let begin: jiff::Timestamp = BEGIN.parse().unwrap();
    let then = begin + jiff::SignedDuration::from_hours(24 * i64::from(day));
    then.to_string()
}

impl Wire {
    /// A daemon that finds a catalog in which a role grants one permission more.
    pub fn new(catalog: &str, (role, permission): &(&'static str, String)) -> Self {
        let dir = rollcall_tests::daemon::directory();
        std::fs::write(dir.path().join("rollcall.toml"), "").unwrap();
        let text = rollcall_shared::catalog::builtin(catalog).unwrap();
        let at = text.find(&format!("[[role]]\nid = \"{role}\"")).unwrap();
        let list = "permissions = [";
        let at = at + text[at..].find(list).unwrap() + list.len();
        let wider = format!("{}\"{permission}\", {}", &text[..at], &text[at..]);
        let catalogs = dir.path().join("catalogs");
        std::fs::create_dir(&catalogs).unwrap();
        std::fs::write(catalogs.join(format!("{catalog}.toml")), wider).unwrap();
        Wire {
            daemon: TestDaemon::simulated_over(dir.path(), BEGIN),
            second: None,
            dir,
        }
    }

    /// Takes that catalog away: the one that comes with the program is offered from here on, and adopted when asked to.
    pub fn offer(&self) {
        std::fs::remove_dir_all(self.dir.path().join("catalogs")).unwrap();
        self.daemon.signal("HUP");
        poll("the program's own catalog to be offered", || {
            let shown = ask(&self.daemon, "/v1/tenant/show", json!({"tenant": "acme"}));
            (shown["row"]["catalog_offered"] != json!([])).then_some(())
        });
    }

    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        http::post(&self.daemon.socket(), path, &[], &body.to_string())
    }

    /// Lets another operator in, so that two persons can hand a tenant over.
    pub fn let_second_in(&mut self) {
        if !possible("a transfer by two persons", &[]) {
            return;
        }
        let bound = json!({"os_user": "daemon", "person": "max@corp.example", "grants": [{"role": "approver"}]});
        ask(&self.daemon, "/v1/operator/bind", bound);
        let socket = self.daemon.socket();
        for (path, mode) in [(socket.parent().unwrap(), 0o755), (socket.as_path(), 0o666)] {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        self.second = Some(Other::of(&self.daemon, 1));
    }

    /// Whether two persons can act.
    pub fn has_second(&self) -> bool {
        self.second.is_some()
    }

    /// The sweeps that run act by themselves, and only when they are asked to.
    pub fn arm(&self) {
        let limits = json!([
            ["suspend_after", format!("{IDLE} days")],
            ["deactivate_after", format!("{ASLEEP} days")],
            ["warn_days", "3,1"]
        ]);
        let reclaim = json!([["reclaim_after", format!("{RECLAIM} days")]]);
        for (sweep, limits) in SWEEPS.into_iter().zip([json!([]), limits, reclaim]) {
            let body = json!({"tenant": "acme", "sweep": sweep, "mode": "auto", "schedule": "0 3 29 2 *", "limits": limits});
            ask(&self.daemon, "/v1/policy/set", body);
        }
    }

    /// Asks, and says how it was answered. Every refusal names its rule and a way out.
    pub fn ask(&mut self, verb: &Ask, world: &World) -> Answer {
        match verb {
            Ask::File(rows) => self.import(&people_file(rows, world)),
            Ask::Night(days, signed_in) => self.night(world.day + days, signed_in),
            Ask::Assets(rows) => self.own("acme", rows),
            Ask::Join(joining) => {
                if world.vendor.depth.is_some() {
                    self.found(joining, world);
                }
                let (path, body) = asked::request(verb, world);
                told(self.post(path, &body))
            }
            Ask::Confirm { same: false } => {
                let body = json!({"tenant": "acme", "id": world.transfers});
                let second = self.second.as_ref().unwrap();
                told(second.ask("/v1/ownership/confirm", &body))
            }
            _ => {
                let (path, body) = request(verb, world);
                told(self.post(path, &body))
            }
        }
    }

    /// What a verb would come to, which changes nothing; none for one that cannot be tried.
    pub fn preview(&self, verb: &Ask, world: &World) -> Option<Answer> {
        let untried = matches!(
            verb,
            Ask::File(_)
                | Ask::Night(..)
                | Ask::Confirm { .. }
                | Ask::Assets(_)
                | Ask::HandOver(..)
                | Ask::DutyDrop(_)
                | Ask::Except(..)
                | Ask::Review(_)
                | Ask::Join(_)
        );
        if untried {
            return None;
        }
        let (path, mut body) = request(verb, world);
        body["dry_run"] = json!(true);
        Some(told(self.post(path, &body)))
    }

    /// Takes a people file in.
    pub fn import(&self, file: &str) -> Answer {
        self.stream("/v1/import/people?tenant=acme", file)
    }

    /// Takes a file of assets in. What became of each row is seen by what is there afterwards.
    fn own(&self, tenant: &str, rows: &[Shown]) -> Answer {
        let mut file = String::from("id,kind,owner,updated\n");
        for row in rows {
            let Shown { id, kind, .. } = row;
            let (owner, updated) = (email(row.owner), row.updated.map(instant));
            let updated = updated.unwrap_or_default();
            file.push_str(&format!("{id},{kind},{owner},{updated}\n"));
        }
        let told = self.stream(&format!("/v1/import/assets?tenant={tenant}"), &file);
        Answer {
            counts: Counts::default(),
            ..told
        }
    }

    /// A standalone account with its people, what they own, and a group of them all.
    fn found(&self, joining: &Joining, world: &World) {
        let name = &joining.tenant;
        let first = email(joining.people[0].0);
        let body = json!({"name": name, "catalog": world.vendor.catalog, "owner": first, "tz": "UTC", "authority": "rollcall"});
        ask(&self.daemon, "/v1/tenant/create", body);
        let mut file = String::from("email,first_name,last_name,status,roles\n");
        for (n, role) in &joining.people {
            file.push_str(&format!("{},Ada,Byron,active,{role}\n", email(*n)));
        }
        let told = self.stream(&format!("/v1/import/people?tenant={name}"), &file);
        assert!(told.done && told.counts.refused == 0, "{}", told.text);
        let body = json!({"tenant": name, "owner": first});
        ask(&self.daemon, "/v1/tenant/owner-set", body);
        let all = || joining.people.iter().map(|(n, _)| *n);
        let owned: Vec<_> = all().map(|n| joining.shown(n)).collect();
        assert!(self.own(name, &owned).done);
        let members: Vec<String> = all().map(email).collect();
        let body = json!({"tenant": name, "kind": "signer_group", "name": DESK, "add": members});
        ask(&self.daemon, "/v1/group/set", body);
    }

    fn stream(&self, path: &str, file: &str) -> Answer {
        let lines = http::try_post(&self.daemon.socket(), path, &[], file.as_bytes());
        let (status, text) = lines.unwrap();
        let last: Value = serde_json::from_str(text.trim().lines().last().unwrap()).unwrap();
        let number = |key: &str| last[key].as_u64().unwrap_or(u64::MAX);
        Answer {
            done: status == 200 && last["type"] == "summary",
            counts: Counts {
                added: number("added"),
                refused: number("refused"),
            },
            text,
        }
    }

    fn night(&mut self, day: u32, signed_in: &[u64]) -> Answer {
        let now = instant(day);
        self.daemon.set_clock(&now);
        let line = |(at, n): (usize, &u64)| {
            let event = json!({"at": now, "user": email(*n), "kind": "sign_in", "id": format!("{day}-{at}")});
            format!("{event}\n")
        };
        let events: String = signed_in.iter().enumerate().map(line).collect();
        let path = "/v1/import/signins?tenant=acme";
        let (status, text) =
            http::try_post(&self.daemon.socket(), path, &[], events.as_bytes()).unwrap();
        assert!(status == 200 && text.contains("summary"), "{text}");
        let mut said = Vec::new();
        for sweep in SWEEPS {
            let body = json!({"sweep": sweep, "tenant": "acme"});
            said.push(ask(&self.daemon, "/v1/sweep/run", body));
        }
        Answer {
            done: true,
            counts: Counts::default(),
            text: Value::from(said).to_string(),
        }
    }
}

fn told((status, answer): (u16, Value)) -> Answer {
    let text = answer.to_string();
    // Offboarding answers for each tenant by itself; an account that waits to join the tree is none of this one's.
    let steps = answer["ok"]["steps"].as_array().into_iter().flatten();
    let steps: Vec<&Value> = steps.filter(|step| step["tenant"] == "acme").collect();
    let nobody = answer["ok"]["steps"].is_array() && steps.is_empty();
    let steps = steps.into_iter();
    let stopped: Vec<&Value> = steps
        .map(|step| &step["refused"])
        .filter(|refused| refused.is_object())
        .collect();
    for error in stopped.iter().copied().chain(answer.get("error")) {
        let way_out = !error["hint"].as_str().unwrap_or("").is_empty();
        // Whoever is unknown is not found; everything else is refused by a rule.
        assert!(
            way_out && (status == 404 || error["rule"].as_str().is_some_and(|r| !r.is_empty())),
            "a refusal without rule or way out: {text}"
        );
    }
    Answer {
        done: status == 200 && stopped.is_empty() && !nobody,
        counts: Counts::default(),
        text,
    }
}

fn people_file(rows: &[Row], world: &World) -> String {
    let mut file = String::from("email,first_name,last_name,status,roles,account\n");
    for row in rows {
        let place = match row.place {
            Place::Untold => String::new(),
            Place::At(scope) => world.path(scope),
            Place::Below(0, name) => name.to_owned(),
            Place::Below(parent, name) => format!("{}/{name}", world.path(parent)),
        };
        let roles = match row.roles.is_empty() {
            true => "-".to_owned(),
            false => row.roles.join("|"),
        };
        let (email, status) = (email(row.n), row.status);
        file.push_str(&format!("{email},Ada,Byron,{status},{roles},{place}\n"));
    }
    file
}

fn request(verb: &Ask, world: &World) -> (&'static str, Value) {
    let path = |scope: &u32| world.path(*scope);
    let written = |role: &str, at: Option<u32>| match at {
        Some(at) => format!("{role}@{}", world.path(at)),
        None => role.to_owned(),
    };
    let user = |n: &u64| json!({"user": email(*n), "tenant": "acme"});
    match verb {
        Ask::Invite(n, roles) => {
            let roles: Vec<_> = roles.iter().map(|(r, at)| written(r, Some(*at))).collect();
            let body = json!({"tenant": "acme", "email": [email(*n)], "first_name": "Ada", "last_name": "Byron", "roles": roles});
            ("/v1/user/invite", body)
        }
        Ask::Role(n, how, roles) => {
            let roles: Vec<_> = roles.iter().map(|(r, at)| written(r, *at)).collect();
            let key = match how {
                How::Set => "set",
                How::Add => "add",
                How::Remove => "remove",
            };
            let mut body = user(n);
            body[key] = json!(roles);
            ("/v1/user/role", body)
        }
        Ask::Step(n, verb) => (step_path(verb), user(n)),
        Ask::Move(n, to) => {
            let mut body = user(n);
            body["to"] = json!(to.map_or("other:Europe".to_owned(), |to| world.path(to)));
            ("/v1/user/move", body)
        }
        Ask::Offboard(n, end, heir) => {
            let mut body = json!({"person": email(*n), "end": end, "no_handover": heir.is_none()});
            if let Some(heir) = heir {
                body["successor"] = json!(email(*heir));
            }
            ("/v1/person/offboard", body)
        }
        Ask::Edit(n, edit) => ("/v1/user/edit", edited::body(user(n), edit)),
        Ask::NameOwner(n) => (
            "/v1/tenant/owner-set",
            json!({"tenant": "acme", "owner": email(*n)}),
        ),
        Ask::Propose(n, replace) => {
            let body = json!({"tenant": "acme", "to": email(*n), "replace": replace, "reason": "out of reach"});
            ("/v1/ownership/start", body)
        }
        Ask::Confirm { .. } | Ask::Cancel => {
            let path = match verb {
                Ask::Cancel => "/v1/ownership/cancel",
                _ => "/v1/ownership/confirm",
            };
            (path, json!({"tenant": "acme", "id": world.transfers}))
        }
        Ask::ScopeMake(kind, parent, name) => {
            let body =
                json!({"tenant": "acme", "kind": kind, "parent": path(parent), "name": name});
            ("/v1/scope/create", body)
        }
        Ask::ScopeMove(scope, _)
        | Ask::ScopeRename(scope, _)
        | Ask::ScopeBlock(scope, _)
        | Ask::ScopeRoles(scope, _) => {
            let mut body = json!({"tenant": "acme", "scope": path(scope)});
            match verb {
                Ask::ScopeMove(_, parent) => body["parent"] = json!(path(parent)),
                Ask::ScopeRename(_, name) => body["name"] = json!(name),
                Ask::ScopeRoles(_, roles) => body["roles"] = json!(roles),
                Ask::ScopeBlock(_, true) => body["state"] = json!("blocked"),
                _ => body["state"] = json!("active"),
            }
            ("/v1/scope/set", body)
        }
        Ask::RoleMake(id, home, copy, draft) => {
            let mut body = drafted(id, draft, world);
            body["home"] = json!(path(home));
            if let Some(copy) = copy {
                body["copy"] = json!(copy);
            }
            ("/v1/role/create", body)
        }
        Ask::RoleEdit(id, draft) => ("/v1/role/edit", drafted(id, draft, world)),
        Ask::RoleDrop(id) => ("/v1/role/delete", json!({"tenant": "acme", "id": id})),
        Ask::Seats(seats) => (
            "/v1/tenant/set",
            json!({"tenant": "acme", "seats": seats.to_string()}),
        ),
        Ask::Pool(pool, seats) => (
            "/v1/tenant/set",
            json!({"tenant": "acme", "pools": {*pool: seats.to_string()}}),
        ),
        Ask::Tier(tier) => ("/v1/tenant/set", json!({"tenant": "acme", "tier": tier})),
        _ => asked::request(verb, world),
    }
}

fn step_path(verb: &str) -> &'static str {
    match verb {
        "accept" => "/v1/user/accept",
        "decline" => "/v1/user/decline",
        "revoke" => "/v1/user/revoke",
        "resend" => "/v1/user/resend",
        "suspend" => "/v1/user/suspend",
        "reactivate" => "/v1/user/reactivate",
        _ => "/v1/user/deactivate",
    }
}

fn drafted(id: &str, draft: &Draft, world: &World) -> Value {
    let mut body = json!({"tenant": "acme", "id": id, "grant": draft.grants, "block": draft.blocks, "clear": draft.clears});
    if let Some(offer) = &draft.offer {
        let offer: Vec<String> = offer.iter().map(|at| world.path(*at)).collect();
        body["offer"] = json!(offer);
    }
    if let Some(enabled) = draft.enabled {
        body["enabled"] = json!(enabled);
    }
    body
}
