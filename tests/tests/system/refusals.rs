//! Every command of the command line refuses by a rule that is named, and says what to do instead.

use super::common::{acme, heads};
use rollcall_tests::{Said, TestDaemon, daemon, rollcall};
use std::collections::BTreeSet;
use std::path::Path;

const PEOPLE: &str = "\
ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,
linus@acme.example,Linus,active,User,none,2026-02-20,2025-01-10,
";

/// Each command with arguments that it refuses; `FILE` is a file that is none of ours, `DIR` a folder. Two spaces stand
/// between the words of the command and the rest.
const REFUSED: &[&str] = &[
    "asset list  --tenant nowhere",
    "asset list  --tenant acme --owner nobody@acme.example",
    "audit head  --tenant nowhere",
    "audit list  --tenant nowhere",
    "audit list  --before 7",
    "audit rekey  --reason=",
    "audit verify  --heads FILE",
    "backup create  FILE",
    "backup create  DIR",
    "backup restore  FILE",
    "backup restore  FILE --store DIR/new.redb",
    "backup verify  FILE",
    "backup verify  DIR/none",
    "can  nobody@acme.example billing.change --tenant acme",
    "can  ada@acme.example fly",
    "catalog adopt  nowhere",
    "catalog check  FILE",
    "catalog check  DIR/none",
    "catalog show  nothing",
    "completions  tcl",
    "conflict delete  --tenant acme nine",
    "conflict except  --tenant acme nine ada@acme.example --reason x --until 2030-01-01",
    "conflict list  --tenant nowhere",
    "conflict set  --tenant acme nine --proposed",
    "conflict set  --tenant acme nine --one chief --other admin --why x",
    "delegation end  ada@acme.example",
    "delegation list  --tenant nowhere",
    "delegation set  ada@acme.example --to linus@acme.example --until 2030-01-01",
    "demo  --socket DIR/other.sock",
    "diagnose  nobody@acme.example --tenant nowhere",
    "drift  --tenant nowhere",
    "feature list  --tenant nowhere",
    "group delete  --tenant acme --kind team Nine",
    "group list  --tenant nowhere",
    "group set  --tenant acme --kind team Nine --add nobody@acme.example",
    "group show  --tenant acme --kind team Nine",
    "handover export  acme 77",
    "handover list  --tenant nowhere",
    "handover plan  nobody@acme.example",
    "handover resume  acme 77",
    "handover start  linus@acme.example --to linus@acme.example",
    "handover undo  acme 77",
    "import assets  --tenant nowhere FILE",
    "import people  --tenant acme FILE",
    "import people  --tenant acme DIR/none",
    "import signins  --tenant acme FILE --format paper",
    "invitation list  --tenant nowhere",
    "man  DIR/none",
    "operator bind  daemon --person dee@acme.example --role king",
    "operator bind  daemon --person dee --role auditor",
    "operator unbind  no-such-user",
    "order confirm  --tenant acme 77",
    "order export  --tenant nowhere",
    "order fail  --tenant acme 77 --reason x",
    "order list  --tenant nowhere",
    "order reopen  --tenant acme 77",
    "ownership cancel  acme 77",
    "ownership confirm  acme 77",
    "ownership list  --tenant nowhere",
    "ownership start  acme linus@acme.example",
    "permission preview  ada@acme.example --add chief",
    "person offboard  nobody@acme.example",
    "person show  nobody@acme.example",
    "policy list  --tenant nowhere",
    "policy set  mfa --tenant acme --schedule never",
    "policy set  mfa --tenant acme",
    "review answer  acme keep linus@acme.example",
    "review close  acme",
    "review list  --tenant nowhere",
    "review open  nowhere --silence keep",
    "review show  acme",
    "role create  --tenant acme clerk",
    "role delete  --tenant acme chief",
    "role edit  --tenant acme chief --label x",
    "role list  --tenant nowhere",
    "role show  --tenant acme chief",
    "run approve  0000000000",
    "run list  --tenant nowhere",
    "run reject  0000000000",
    "run show  0000000000",
    "scope create  --tenant acme --kind account Nine",
    "scope list  --tenant nowhere",
    "scope report  --tenant nowhere",
    "scope set  --tenant acme No/Where --name x",
    "session check  nobody@acme.example --manifest 0",
    "session open  nobody@acme.example",
    "sweep list  --tenant nowhere",
    "sweep plan  dust",
    "sweep plan  mfa --tenant nowhere",
    "sweep run  mfa --tenant acme --plan abababab",
    "tenant convert  acme --into nowhere",
    "tenant create  New! --catalog iusign --owner ada@new.example",
    "tenant create  new --catalog paper --owner ada@new.example",
    "tenant owner set  acme linus@acme.example",
    "tenant set  acme --seats 1",
    "tenant set  acme --enable flying",
    "tenant show  nowhere",
    "user accept  ada@acme.example",
    "user deactivate  ada@acme.example",
    "user decline  ada@acme.example",
    "user delete  linus@acme.example",
    "user delivery  ada@acme.example delivered",
    "user edit  linus@acme.example --email ada@acme.example",
    "user invite  --tenant acme eve@acme.example --role chief",
    "user invite  --tenant acme eve@acme.example --at Nine=user",
    "user list  --tenant acme --scope No/Where",
    "user list  --limit 5000 --status dancing",
    "user list  --never",
    "user move  linus@acme.example --to /",
    "user reactivate  nobody@acme.example",
    "user redact  linus@acme.example --reason x",
    "user resend  ada@acme.example",
    "user revoke  ada@acme.example",
    "user role  linus@acme.example --add owner",
    "user role  linus@acme.example",
    "user show  nobody@acme.example",
    "user suspend  ada@acme.example",
    "why  nobody@acme.example",
];

/// Commands that nothing but a missing daemon stops: they take no name that could be wrong.
const ANSWERED: [&str; 6] = [
    "audit key",
    "catalog list",
    "config show",
    "operator list",
    "status",
    "tenant list",
];

/// Commands that ask no daemon.
const ALONE: [&str; 7] = [
    "backup restore",
    "backup verify",
    "catalog check",
    "completions",
    "config show",
    "demo",
    "man",
];

/// The commands that there are, by the manual pages: those that have none below them.
fn commands(dir: &Path) -> BTreeSet<String> {
    let pages = dir.join("man");
    std::fs::create_dir(&pages).unwrap();
    rollcall(&dir.join("none.sock"), &["man", pages.to_str().unwrap()]).ok();
    let all = std::fs::read_dir(&pages).unwrap().map(|entry| {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let name = name.strip_suffix(".1").unwrap();
        name.replace('-', " ")
    });
    let all: BTreeSet<String> = all.collect();
    let above = |name: &String| {
        let below = format!("{name} ");
        all.iter().any(|other| other.starts_with(&below))
    };
    let ends = all.iter().filter(|name| !above(name));
    ends.map(|name| name.strip_prefix("rollcall ").unwrap().to_owned())
        .collect()
}

/// Whether a refusal names its rule and what to do instead; a command line that is not understood points to the help.
fn teaches(said: &Said) -> bool {
    let told = |key: &str| {
        let mut lines = said.err.lines().filter_map(|line| line.strip_prefix(key));
        lines.any(|rest| !rest.trim().is_empty())
    };
    let rule = said.err.lines().find_map(|l| l.strip_prefix("  rule: "));
    let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let named = rule.is_some_and(|rule| !rule.is_empty() && rule.chars().all(kebab));
    named && (told("  hint: ") || said.err.contains("try '--help'"))
}

#[test]
fn every_command_refuses_by_a_rule_with_a_way_on() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let dir = daemon.dir().to_owned();
    let file = dir.join("notes.txt");
    std::fs::write(&file, "this is no file of ours\n").unwrap();
    let before = heads(&daemon);
    let (mut bad, mut known) = (Vec::new(), BTreeSet::new());
    for line in REFUSED {
        let (command, rest) = line.split_once("  ").unwrap();
        known.insert(command.to_owned());
        let rest = rest
            .replace("FILE", file.to_str().unwrap())
            .replace("DIR", dir.to_str().unwrap());
        let args: Vec<&str> = command.split(' ').chain(rest.split(' ')).collect();
        let asks = !matches!(command, "completions" | "man");
        let yes = if asks { &["--yes"][..] } else { &[] };
        let said = daemon.say(&[&args[..], yes].concat());
        if said.code == 0 || !teaches(&said) {
            bad.push(format!("{line}: {said:?}"));
        }
    }
    known.extend(ANSWERED.map(str::to_owned));
    assert!(bad.is_empty(), "{bad:#?}");
    assert_eq!(known, commands(&dir), "left asked, right there");
    assert_eq!(heads(&daemon), before);
}

#[test]
fn every_command_that_needs_a_daemon_tells_the_way_to_one() {
    let dir = daemon::directory();
    let socket = dir.path().join("rollcall.sock");
    let mut seen = BTreeSet::new();
    let asked = REFUSED.iter().copied().chain(ANSWERED);
    for line in asked {
        let (command, rest) = line.split_once("  ").unwrap_or((line, ""));
        let files = rest.contains("FILE") || rest.contains("DIR");
        if ALONE.contains(&command) || files || !seen.insert(command) {
            continue;
        }
        let args = command.split(' ').chain(rest.split(' '));
        let args: Vec<&str> = args.filter(|arg| !arg.is_empty()).collect();
        let said = rollcall(&socket, &[&args[..], &["--yes"]].concat());
        // What is wrong in itself is told without a daemon.
        let known = [2, 8].contains(&said.code);
        assert!(known && teaches(&said), "{line}: {said:?}");
    }
    assert!(seen.len() > 80, "{seen:?}");
}
