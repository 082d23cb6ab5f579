//! Consent to changes: asked at a terminal, given by `--yes`, refused where nobody can be asked.

use super::error::{Fault, usage};
use super::output::Output;
use rollcall_shared::wire::{Class, Failure};

/// Whether a change may go ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// `--yes` gave it.
    Given,
    /// A person must be asked.
    Ask,
}

/// What a person has to type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// `y` or `yes`.
    Yes,
    /// The number of accounts, so that a bulk change is read before it is agreed to.
    Number(u64),
}

/// Decides before anything is sent whether there can be consent at all.
pub fn gate(yes: bool, no_input: bool, can_ask: bool) -> Result<Consent, Fault> {
    if yes {
        return Ok(Consent::Given);
    }
    let why = if no_input {
        "--no-input forbids asking"
    } else if can_ask {
        return Ok(Consent::Ask);
    } else {
        "there is no terminal to ask at"
    };
    Err(usage(
        format!("this changes something and needs a confirmation, but {why}"),
        "add --yes to confirm it on the command line",
    ))
}

/// Asks when consent is not given yet; a refusal says that nothing was changed.
pub async fn confirm(
    out: &mut Output,
    consent: Consent,
    question: &str,
    typed: Typed,
) -> Result<(), Fault> {
    if consent == Consent::Given {
        return Ok(());
    }
    let prompt = match typed {
        Typed::Yes => format!("{question} [y/N]"),
        Typed::Number(n) => {
            format!("{question} Type the number of accounts ({n}) to go on, anything else to stop:")
        }
    };
    let answer = out.ask(&prompt).await?;
    if agrees(&answer, typed) {
        Ok(())
    } else {
        let failure = Failure::new(Class::Error, "not confirmed; nothing was changed");
        Err(failure
            .rule("confirmation")
            .hint("ask again and agree, or look first with --dry-run where the verb has it")
            .into())
    }
}

fn agrees(answer: &str, typed: Typed) -> bool {
    let answer = answer.trim();
    match typed {
        Typed::Yes => ["y", "yes"].iter().any(|w| answer.eq_ignore_ascii_case(w)),
        Typed::Number(n) => answer == n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::error::exit_code;

    #[test]
    fn without_a_terminal_only_yes_goes_on() {
        assert_eq!(gate(true, false, false), Ok(Consent::Given));
        assert_eq!(gate(true, true, false), Ok(Consent::Given));
        assert_eq!(gate(false, false, true), Ok(Consent::Ask));
        for (no_input, can_ask) in [(true, true), (true, false), (false, false)] {
            let refused = gate(false, no_input, can_ask).map(|_| super::super::error::Exit::Done);
            assert_eq!(exit_code(&refused), 2, "{no_input} {can_ask}");
        }
    }

    #[test]
    fn enter_alone_is_no_and_a_bulk_change_needs_its_number() {
        for no in ["", "\n", "n", "N\n", "yess", "1"] {
            assert!(!agrees(no, Typed::Yes), "{no:?}");
        }
        for yes in ["y\n", "Yes", " YES \r\n"] {
            assert!(agrees(yes, Typed::Yes), "{yes:?}");
        }
        assert!(agrees("57\n", Typed::Number(57)));
        for no in ["y", "yes", "5", "570", ""] {
            assert!(!agrees(no, Typed::Number(57)), "{no:?}");
        }
    }
}
