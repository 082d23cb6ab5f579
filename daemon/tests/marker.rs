//! Naming the binary here makes a plain `cargo test --workspace` build it for the whole-system tests.

use std::fs;
use std::process::Command;

fn rollcalld(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rollcalld"));
    command
        .args(arguments)
        .env_remove("ROLLCALL_CONFIG")
        .env_remove("ROLLCALL_STORE")
        .env_remove("ROLLCALL_SOCKET")
        .env_remove("ROLLCALL_LOG");
    command
}

#[test]
fn it_says_its_version() {
    let output = rollcalld(&["--version"]).output().unwrap();
    assert!(output.status.success());
    let want = format!("rollcalld {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), want);
}

#[test]
fn the_settings_we_ship_pass_their_check() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../config/rollcall.toml");
    let output = rollcalld(&["--check-config", "--config", file, "--socket", "/x/y.sock"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        said,
        format!("{file}: ok\nstore /var/lib/rollcall/rollcall.redb, socket /x/y.sock\n"),
        "a flag wins over the file"
    );
}

#[test]
fn wrong_settings_are_refused_with_their_place() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("rollcall.toml");
    for (text, want) in [
        (
            "\n[policy.mfa]\nschedule = \"0 25 * * *\"\n",
            ":3: policy.mfa.schedule: hour: a number from 0 to 23",
        ),
        (
            "log = \"rollcall=nonsense\"\n",
            "log: \"rollcall=nonsense\" is no filter",
        ),
    ] {
        fs::write(&file, text).unwrap();
        let output = rollcalld(&["--check-config", "--config", file.to_str().unwrap()])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{text}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(want), "{said}");
    }
}
