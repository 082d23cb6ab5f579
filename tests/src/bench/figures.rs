//! The table a bench prints.

/// What a figure is to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// This or less.
    AtMost(f64),
    /// This or more.
    AtLeast(f64),
    /// Only told.
    Told,
}

/// A table of figures, printed line by line as they come.
#[derive(Debug)]
pub struct Figures {
    missed: Vec<String>,
}

impl Figures {
    /// Begins a table with SQLite for the peer.
    pub fn new(title: &str) -> Self {
        Self::against(title, "SQLite")
    }

    /// Begins a table with another peer.
    pub fn against(title: &str, peer: &str) -> Self {
        println!("\n{title}");
        println!(
            "{:<58}{:>12}{:>12}{:>9}{:>12}",
            "", "ours", peer, "ratio", "budget"
        );
        Figures { missed: Vec::new() }
    }

    /// Adds a figure, the peer's beside it, and whether its budget is met.
    pub fn row(&mut self, what: &str, unit: &str, ours: f64, peer: Option<f64>, goal: Goal) {
        let (budget, met) = match goal {
            Goal::AtMost(n) => (format!("≤ {}", short(n)), Some(ours <= n)),
            Goal::AtLeast(n) => (format!("≥ {}", short(n)), Some(ours >= n)),
            Goal::Told => (String::new(), None),
        };
        // How many times better we are than the peer.
        let ratio = peer.map(|peer| match goal {
            Goal::AtLeast(_) => ours / peer,
            _ => peer / ours,
        });
        let verdict = match met {
            Some(true) => "met",
            Some(false) => "NOT MET",
            None => "",
        };
        println!(
            "{:<58}{:>12}{:>12}{:>9}{:>12}  {verdict}",
            format!("{what}, {unit}"),
            short(ours),
            peer.map(short).unwrap_or_default(),
            ratio.map(|r| format!("{r:.1}×")).unwrap_or_default(),
            budget,
        );
        if met == Some(false) {
            self.missed.push(what.to_owned());
        }
    }

    /// Ends the table: how many budgets were missed. They do not fail the bench: figures depend on the machine.
    pub fn end(self) {
        if self.missed.is_empty() {
            println!("every budget is met");
        } else {
            println!("not met: {}", self.missed.join("; "));
        }
    }
}

/// A number with about three digits that matter.
fn short(n: f64) -> String {
    match n.abs() {
        a if a >= 10_000.0 => {
            let whole = format!("{n:.0}");
            let mut out = String::new();
            for (at, digit) in whole.chars().enumerate() {
                if at > 0 && (whole.len() - at).is_multiple_of(3) {
                    out.push(',');
                }
                out.push(digit);
            }
            out
        }
        a if a >= 100.0 => format!("{n:.0}"),
        a if a >= 10.0 => format!("{n:.1}"),
        a if a >= 1.0 => format!("{n:.2}"),
        _ => format!("{n:.3}"),
    }
}
