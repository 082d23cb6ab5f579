//! The README's `sh` blocks, taken from the file and run word for word by one shell.

use rollcall_tests::{daemon, program};
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

fn blocks(readme: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in readme.lines() {
        match (&mut open, line) {
            (None, "```sh") => open = Some(String::new()),
            (Some(block), "```") => {
                blocks.push(std::mem::take(block));
                open = None;
            }
            (Some(block), line) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, _) => {}
        }
    }
    blocks
}

#[test]
fn the_shell_blocks_of_the_readme_do_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let blocks = blocks(&std::fs::read_to_string(root.join("README.md")).unwrap());
    assert!(
        blocks.len() >= 3,
        "import, plan and run, look and audit: {} blocks",
        blocks.len()
    );
    let dir = daemon::directory();
    let bin = program("rollcall").parent().unwrap().to_owned();
    assert_eq!(program("rollcalld").parent().unwrap(), bin);
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let lines: Vec<&str> = blocks.iter().flat_map(|block| block.lines()).collect();
    let script = marked(&lines);
    let (out, err) = (dir.path().join("out"), dir.path().join("err"));
    // A group of its own, so that the daemon the blocks leave in the background ends with the test.
    let mut shell = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(dir.path())
        .process_group(0)
        .env("PATH", path)
        .env("HOME", dir.path())
        .env("STATE_DIRECTORY", dir.path().join("state"))
        .env("RUNTIME_DIRECTORY", dir.path().join("run"))
        .env("ROLLCALL_SOCKET", dir.path().join("run/rollcall.sock"))
        .stdin(Stdio::null())
        .stdout(File::create(&out).unwrap())
        .stderr(File::create(&err).unwrap())
        .spawn()
        .unwrap();
    let status = shell.wait().unwrap();
    let ended = Command::new("kill")
        .args(["-TERM", "--", &format!("-{}", shell.id())])
        .status()
        .unwrap();
    let read = |path| std::fs::read_to_string(path).unwrap();
    let (out, err) = (read(out), read(err));
    assert!(
        status.success() && ended.success(),
        "out:\n{out}\nerr:\n{err}"
    );
    let printed = |command: &str| {
        let at = lines.iter().position(|line| line.starts_with(command));
        let at = at.unwrap_or_else(|| panic!("README.md does not run {command}"));
        told(&out, at)
    };
    for (command, what, texts) in [
        (
            "rollcall import people",
            "three people came in",
            &["read           3", "added          3"][..],
        ),
        (
            "rollcall sweep plan",
            "the overdue invitation is to expire",
            &["grace@northwind.example  expire", "expire 1;"],
        ),
        ("rollcall run list", "the run is recorded", &["done"]),
        ("rollcall user show", "she was not let in", &["expired"]),
        (
            "rollcall audit list",
            "the run's entry stands in the audit",
            &["sweep run", "invited → expired"],
        ),
        (
            "rollcall audit verify",
            "the journals recompute",
            &["northwind"],
        ),
    ] {
        let printed = printed(command);
        for text in texts {
            assert!(
                printed.contains(text),
                "{what}: {text:?} is missing from {command}:\n{printed}\nall:\n{out}\nerr:\n{err}"
            );
        }
    }
}

/// The lines word for word, a mark before each that calls `rollcall`, so that what it printed can be told apart.
fn marked(lines: &[&str]) -> String {
    let mut script = String::new();
    for (n, line) in lines.iter().enumerate() {
        if line.starts_with("rollcall ") {
            script.push_str(&format!("echo '=== {n}'\n"));
        }
        script.push_str(line);
        script.push('\n');
    }
    script
}

/// What the command of this line printed.
fn told(out: &str, line: usize) -> &str {
    let mark = format!("=== {line}\n");
    let (_, rest) = out
        .split_once(&mark)
        .unwrap_or_else(|| panic!("line {line} was not run:\n{out}"));
    rest.split("=== ").next().unwrap_or_default()
}

#[test]
fn blocks_are_found_by_their_fences() {
    let text = "a\n```sh\none\ntwo\n```\n```text\nno\n```\n```sh\nthree\n```\n";
    assert_eq!(blocks(text), ["one\ntwo\n", "three\n"]);
}
