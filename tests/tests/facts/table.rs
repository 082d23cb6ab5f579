//! The table of facts at the head of this program holds: a test for each number, and a command that exists and that its
//! test runs.

use rollcall_tests::rollcall;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const TABLE: &str = include_str!("main.rs");

/// The files with facts in them.
const SOURCES: [&str; 10] = [
    include_str!("esignanywhere.rs"),
    include_str!("esignanywhere_rights.rs"),
    include_str!("ignisign.rs"),
    include_str!("ignisign_rights.rs"),
    include_str!("iusign_leavers.rs"),
    include_str!("iusign_s0.rs"),
    include_str!("iusign_s1.rs"),
    include_str!("iusign_s1_rights.rs"),
    include_str!("onespan.rs"),
    include_str!("onespan_tree.rs"),
];

/// Number, test and command of each row.
fn rows() -> Vec<(usize, &'static str, &'static str)> {
    let lines = TABLE.lines().filter_map(|line| line.strip_prefix("//! | "));
    lines
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_end_matches(" |").split(" | ").collect();
            let number = cells[0].parse().ok()?;
            let test = cells[1].trim_matches('`');
            let command = cells[2].trim_matches('`').strip_prefix("rollcall ")?;
            Some((number, test, command))
        })
        .collect()
}

#[test]
fn each_of_the_forty_facts_has_a_test_of_its_number_and_each_such_test_is_in_the_table() {
    let numbers: BTreeSet<usize> = rows().iter().map(|(number, ..)| *number).collect();
    assert_eq!(numbers, (1..=40).collect());
    let mut written = BTreeMap::new();
    for source in SOURCES {
        for (before, part) in source
            .split("\nfn fact_")
            .zip(source.split("\nfn fact_").skip(1))
        {
            let name = part.split('(').next().unwrap();
            let attribute = before.lines().last().unwrap();
            assert_eq!(attribute, "#[test]", "fact_{name}");
            written.insert(format!("fact_{name}"), source);
        }
    }
    let told: BTreeSet<String> = rows().iter().map(|(_, t, _)| (*t).to_owned()).collect();
    assert_eq!(told, written.keys().cloned().collect());
    for (number, test, command) in rows() {
        let begins = format!("fact_{number:02}_");
        assert!(test.starts_with(&begins), "{test} is not about {number}");
        let typed = format!("\"{command} ");
        assert!(
            written[test].contains(&typed),
            "{test} never types {command}"
        );
    }
}

#[test]
fn each_command_of_the_table_exists() {
    let nowhere = Path::new("/nonexistent/rollcall.sock");
    let commands: BTreeSet<&str> = rows().into_iter().map(|(_, _, command)| command).collect();
    for command in commands {
        let mut words: Vec<&str> = command.split(' ').collect();
        words.push("--help");
        let said = rollcall(nowhere, &words);
        let usage = format!("Usage: rollcall {command} ");
        assert!(
            said.code == 0 && said.out.contains(&usage),
            "{command}: {said:?}"
        );
    }
    // So would a command that is not there be noticed.
    assert_ne!(rollcall(nowhere, &["user", "frobnicate", "--help"]).code, 0);
}
