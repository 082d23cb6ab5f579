//! The catalogs that new tenants get: those that come with the program, and files that take their place.

use rollcall_shared::catalog::{self, Catalog};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the text of a catalog comes from when no file takes its place.
const BUILT_IN: &str = "built in";

/// The file of Rollcall's own roles, which is not taken.
const OPERATORS: &str = "rollcall.toml";

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
    /// file that is wrong is not taken: what was in its place `before` stays. With a line for each that is wrong, and for
    /// each that no catalog is named by.
    pub fn load(directories: &[PathBuf], before: Option<&Catalogs>) -> (Self, Vec<String>) {
        let mut catalogs = Catalogs::default();
        let mut complaints: Vec<String> = directories.iter().flat_map(|d| strangers(d)).collect();
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

/// A line for each file of a directory that is not taken, because no catalog is named so; hidden files are none.
fn strangers(directory: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory) else {
        // Most installations have no such directory; a file in it that cannot be read is told of by name.
        return Vec::new();
    };
    let names: Vec<&str> = catalog::names().collect();
    let mut files: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|file| !file.starts_with('.'))
        .filter(|file| !names.iter().any(|name| *file == format!("{name}.toml")))
        .filter(|file| !(file == OPERATORS && as_built_in(&directory.join(file))))
        .collect();
    files.sort();
    let line = |file: &String| {
        let place = directory.join(file);
        let stem = file.split('.').next().unwrap_or(file);
        let why = match catalog::nearest(stem, names.iter().copied()) {
            _ if file == OPERATORS => {
                "Rollcall's own roles are part of the program: no journal says which would be in force".to_owned()
            }
            _ if names.contains(&stem) => format!("the file must be named {stem}.toml"),
            Some(near) => format!("no catalog is named so; did you mean {near}.toml?"),
            None => format!("no catalog is named so; the names are {}", names.join(", ")),
        };
        format!("{}: is not taken: {why}", place.display())
    };
    files.iter().map(line).collect()
}

/// Whether the file of Rollcall's own roles says what the program does.
fn as_built_in(file: &Path) -> bool {
    std::fs::read_to_string(file)
        .is_ok_and(|text| Some(text.as_str()) == catalog::builtin("rollcall"))
}

fn read(name: &str, text: &str, file: Option<&Path>) -> Result<Offered, String> {
    let shown = file.map_or_else(|| format!("{name}.toml"), |f| f.display().to_string());
    let catalog = catalog::proposed(&shown, text).map_err(|e| e.to_string())?;
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
    fn a_file_that_no_catalog_is_named_by_is_told_of_and_why() {
        let dir = tempfile::tempdir().unwrap();
        for file in [
            "iusgin.toml",
            "rollcall.toml",
            "onespan.toml.bak",
            "other.toml",
            ".hidden",
        ] {
            std::fs::write(dir.path().join(file), catalog::builtin("iusign").unwrap()).unwrap();
        }
        let (_, complaints) = Catalogs::load(&[dir.path().to_owned()], None);
        let said: [(&str, &str); 4] = [
            ("iusgin.toml", "did you mean iusign.toml?"),
            ("onespan.toml.bak", "must be named onespan.toml"),
            (
                "other.toml",
                "the names are iusign, ignisign, onespan, esignanywhere",
            ),
            ("rollcall.toml", "part of the program"),
        ];
        assert_eq!(complaints.len(), said.len(), "{complaints:?}");
        for (line, (file, why)) in complaints.iter().zip(said) {
            assert!(line.contains(file) && line.contains(why), "{line}");
        }
        let own = dir.path().join("own");
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join(OPERATORS), catalog::builtin("rollcall").unwrap()).unwrap();
        let (_, none) = Catalogs::load(&[own, dir.path().join("nowhere")], None);
        assert!(none.is_empty(), "{none:?}");
    }

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
