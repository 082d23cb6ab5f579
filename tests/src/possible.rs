//! What a test needs of the machine it runs on.

use std::io::Write;
use std::process::{Command, Stdio};

/// Whether a test can be done here: as root, with these tools. Otherwise it says so, past what captures the output of
/// tests; where every tool is promised, it fails.
///
/// # Panics
/// When something is missing and `ROLLCALL_TEST_TOOLS` promises every tool.
pub fn possible(test: &str, tools: &[&str]) -> bool {
    let missing = if nix::unistd::geteuid().is_root() {
        tools
            .iter()
            .find(|tool| {
                let mut asked = Command::new(tool);
                let status = asked.arg("--version").stdout(Stdio::null()).status();
                !status.is_ok_and(|s| s.success())
            })
            .copied()
    } else {
        Some("root")
    };
    let Some(missing) = missing else { return true };
    let said = format!("SKIPPED: {test} needs {missing}");
    assert_ne!(
        std::env::var("ROLLCALL_TEST_TOOLS").ok().as_deref(),
        Some("required"),
        "{said}"
    );
    // Not with a macro: what those print of a test that passes, nobody sees.
    let _ = writeln!(std::io::stderr(), "{said}");
    false
}
