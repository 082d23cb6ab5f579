//! The catalogs that come with the program. They are defaults and proposals: in force is what a journal adopted.

const BUILTIN: [(&str, &str); 5] = [
    (
        "iusign",
        include_str!("../../../config/catalogs/iusign.toml"),
    ),
    (
        "ignisign",
        include_str!("../../../config/catalogs/ignisign.toml"),
    ),
    (
        "onespan",
        include_str!("../../../config/catalogs/onespan.toml"),
    ),
    (
        "esignanywhere",
        include_str!("../../../config/catalogs/esignanywhere.toml"),
    ),
    (
        "rollcall",
        include_str!("../../../config/catalogs/rollcall.toml"),
    ),
];

/// The text of a catalog that comes with the program.
pub fn builtin(name: &str) -> Option<&'static str> {
    BUILTIN.iter().find(|(n, _)| *n == name).map(|(_, t)| *t)
}

/// The names of the vendors' catalogs, as `tenant create` takes them. Rollcall's own operator roles are none.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUILTIN.iter().map(|(n, _)| *n).filter(|n| *n != "rollcall")
}
