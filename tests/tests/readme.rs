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
    // Each block is fenced by a mark, so that what it printed can be told apart.
    let script: String = blocks
        .iter()
        .enumerate()
        .map(|(n, b)| format!("echo '=== {n}'\n{b}"))
        .collect();
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
    for (what, text) in [
        ("the plan has an action", "expire"),
        (
            "the overdue invitation is in the plan",
            "grace@northwind.example",
        ),
        ("the run is recorded", "done"),
        ("the run stands in the audit", "sweep run"),
        ("the journals recompute", "northwind"),
    ] {
        assert!(
            out.contains(text),
            "{what}: {text:?} is missing\nout:\n{out}\nerr:\n{err}"
        );
    }
}

#[test]
fn blocks_are_found_by_their_fences() {
    let text = "a\n```sh\none\ntwo\n```\n```text\nno\n```\n```sh\nthree\n```\n";
    assert_eq!(blocks(text), ["one\ntwo\n", "three\n"]);
}
