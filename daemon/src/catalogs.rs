//! The catalogs that new tenants get: those that come with the program, and files that take their place.

use rollcall_shared::catalog::{self, Catalog};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the text of a catalog comes from when no file takes its place.
const BUILT_IN: &str = "built in";

/// One catalog that new tenants may get.
#[derive(Debug, Clone)]
pub(crate) struct Offered {
    /// What it says.
    pub catalog: Arc<Catalog>,
    /// Its TOML text.
    pub text: String,
    /// The file it was read from; none for one that comes with the program.
    pub file: Option<PathBuf>,
}

impl Offered {
    /// `built in`, or the file's path.
    pub fn source(&self) -> String {
        self.file
            .as_ref()
            .map_or_else(|| BUILT_IN.to_owned(), |f| f.display().to_string())
    }
}

/// The catalogs that new tenants may get, by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Catalogs(BTreeMap<String, Offered>);

impl Catalogs {
    /// Reads the files `NAME.toml` of some directories, the last one wins; what has no file is the built-in text. A
    /// file that is wrong is not taken: what was in its place `before` stays. With a line for each that is wrong.
    pub fn load(directories: &[PathBuf], before: Option<&Catalogs>) -> (Self, Vec<String>) {
        let (mut catalogs, mut complaints) = (Catalogs::default(), Vec::new());
        for name in catalog::names() {
            let builtin = catalog::builtin(name).unwrap_or_default();
            let mut offered = match read(name, builtin, None) {
                Ok(offered) => offered,
                Err(what) => {
                    complaints.push(what);
                    continue;
                }
            };
            for file in directories.iter().map(|d| d.join(format!("{name}.toml"))) {
                match std::fs::read_to_string(&file) {
                    Err(e) if e.kind() == ErrorKind::NotFound => {}
                    Err(e) => complaints.push(format!("{}: cannot be read: {e}", file.display())),
                    Ok(text) => match read(name, &text, Some(&file)) {
                        Ok(from_file) => offered = from_file,
                        Err(what) => {
                            if let Some(old) = before.and_then(|b| b.get(name)) {
                                offered = old.clone();
                            }
                            complaints.push(format!(
                                "{what}; the text from before stays ({})",
                                offered.source()
                            ));
                        }
                    },
                }
            }
            catalogs.0.insert(name.to_owned(), offered);
        }
        (catalogs, complaints)
    }

    /// The catalog of this name.
    pub fn get(&self, name: &str) -> Option<&Offered> {
        self.0.get(name)
    }

    /// Every catalog, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Offered> {
        self.0.values()
    }
}

fn read(name: &str, text: &str, file: Option<&Path>) -> Result<Offered, String> {
    let shown = file.map_or_else(|| format!("{name}.toml"), |f| f.display().to_string());
    let catalog = catalog::parse(&shown, text).map_err(|e| e.to_string())?;
    if catalog.name != name {
        return Err(format!(
            "{shown}, line 1: name: must be {name:?} like the file"
        ));
    }
    Ok(Offered {
        catalog: Arc::new(catalog),
        text: text.to_owned(),
        file: file.map(Path::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_takes_the_place_of_a_catalog_and_a_wrong_one_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let directories = [dir.path().to_owned()];
        let file = dir.path().join("iusign.toml");
        let text = catalog::builtin("iusign").unwrap();
        std::fs::write(
            &file,
            text.replace("title = \"IUSign\"", "title = \"Ours\""),
        )
        .unwrap();
        let (first, complaints) = Catalogs::load(&directories, None);
        assert!(complaints.is_empty(), "{complaints:?}");
        let offered = first.get("iusign").unwrap();
        assert_eq!(offered.catalog.title, "Ours");
        assert_eq!(offered.source(), file.display().to_string());
        assert_eq!(first.get("onespan").unwrap().source(), BUILT_IN);

        std::fs::write(&file, text.replace("title =", "titel =")).unwrap();
        let (second, complaints) = Catalogs::load(&directories, Some(&first));
        assert_eq!(second.get("iusign").unwrap().catalog.title, "Ours");
        let said = complaints.join("");
        for part in ["iusign.toml, line ", "titel", "unknown key", "stays"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        // At a start there is nothing from before but what comes with the program.
        let (fresh, _) = Catalogs::load(&directories, None);
        assert_eq!(fresh.get("iusign").unwrap().catalog.title, "IUSign");

        std::fs::write(&file, catalog::builtin("onespan").unwrap()).unwrap();
        let (_, complaints) = Catalogs::load(&directories, Some(&first));
        assert!(
            complaints[0].contains("must be \"iusign\""),
            "{complaints:?}"
        );
    }
}
