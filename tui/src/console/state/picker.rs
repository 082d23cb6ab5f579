//! A list to choose from by typing some letters of what is wanted.

use tui_input::Input;

/// One thing to choose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// What it is in a request.
    pub id: String,
    /// What it is called; untrusted.
    pub label: String,
    /// More about it; untrusted.
    pub note: String,
    /// Whether it is ticked.
    pub on: bool,
    /// Why it cannot be chosen; empty when it can.
    pub why_not: String,
}

/// The list with what is typed and where the cursor is.
#[derive(Debug, Clone, Default)]
pub struct Picker {
    /// What is typed so far.
    pub input: Input,
    /// Everything there is.
    pub items: Vec<Item>,
    /// The line the cursor is on, among those that fit.
    pub cursor: usize,
}

impl Picker {
    /// A list with nothing typed.
    pub fn of(items: Vec<Item>) -> Self {
        Picker {
            items,
            ..Picker::default()
        }
    }

    /// The indices of what fits the typed letters, best first; all in their order when nothing is typed.
    pub fn shown(&self, score: impl Fn(&str, &str) -> Option<i32>) -> Vec<usize> {
        let typed = self.input.value();
        let mut fit: Vec<(i32, usize)> = Vec::new();
        for (at, item) in self.items.iter().enumerate() {
            let by_label = score(typed, &item.label);
            let by_id = score(typed, &item.id);
            if let Some(points) = by_label.max(by_id) {
                fit.push((points, at));
            }
        }
        fit.sort_by_key(|(points, at)| (std::cmp::Reverse(*points), *at));
        fit.into_iter().map(|(_, at)| at).collect()
    }

    /// What is chosen, where one thing is.
    pub fn chosen(&self) -> Option<&Item> {
        self.items.iter().find(|item| item.on)
    }

    /// Chooses one thing instead of another.
    pub fn choose(&mut self, at: usize) {
        for (n, item) in self.items.iter_mut().enumerate() {
            item.on = n == at;
        }
    }

    /// Whether a space would go on with what is typed, as in `application operator`: then it is a letter, and ticks nothing.
    pub fn inside_a_name(&self) -> bool {
        let typed = format!("{} ", self.input.value().to_lowercase());
        // Where a role is held stands behind its name, and is no part of it.
        let goes_on = |item: &Item| {
            let name = item.label.split(" @").next().unwrap_or_default();
            name.to_lowercase().contains(&typed)
        };
        typed.trim() != "" && self.items.iter().any(goes_on)
    }

    /// The identifiers of what is ticked, in the order of the list.
    pub fn ticked(&self) -> Vec<String> {
        let on = self.items.iter().filter(|item| item.on);
        on.map(|item| item.id.clone()).collect()
    }

    /// Takes another list; what was ticked stays ticked.
    pub fn refill(&mut self, mut items: Vec<Item>) {
        let ticked = self.ticked();
        for item in &mut items {
            item.on |= ticked.contains(&item.id);
        }
        self.items = items;
        self.cursor = self.cursor.min(self.items.len().saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_space_inside_a_name_is_a_letter() {
        let named = |label: &str| Item {
            label: label.into(),
            ..Item::default()
        };
        let mut picker = Picker::of(vec![
            named("Application Admin"),
            named("Application Operator"),
            named("Signer @the portal"),
        ]);
        let mut after = |typed: &str| {
            picker.input = Input::new(typed.into());
            picker.inside_a_name()
        };
        assert!(after("application") && after("cation"));
        assert!(!after("") && !after("application op") && !after("user"));
        assert!(!after("signer"), "the scope is no part of the name");
    }
}
