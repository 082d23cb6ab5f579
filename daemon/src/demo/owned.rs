//! What the made-up people own: a record for each thing their counts tell of.

use super::people::OWNING;
use super::scene::Scene;
use rollcall_shared::domain::{Asset, AssetId, AssetKind, Entry, Fact, Micros};

/// Assets in one fact.
const IN_ONE_FACT: usize = 5_000;

/// The assets of a tenant's first accounts, numbered by owner and kind, as seen in the last minute of the past. `last` are
/// the accounts' last uses.
pub fn owned(scene: &Scene, last: &[Option<Micros>]) -> Vec<Asset> {
    let at = scene.night();
    let mut assets = Vec::new();
    for (account, used) in (0..scene.cast.accounts.min(OWNING)).zip(last) {
        let story = scene.cast.story(account);
        let record = scene.record(account, story, *used);
        for (kind, count) in AssetKind::ALL.iter().zip(&record.assets) {
            for _ in 0..*count {
                let number = u32::try_from(assets.len()).unwrap_or(u32::MAX);
                let (prefix, state) = looks(*kind);
                assets.push(Asset {
                    id: AssetId(number),
                    external: format!("{prefix}-{}-{number:05}", scene.id.0),
                    kind: *kind,
                    state: state.into(),
                    owner: record.id,
                    seen: at,
                    moved: None,
                    gone: false,
                });
            }
        }
    }
    assets
}

/// The entries that state assets.
pub fn stated(assets: &[Asset]) -> Vec<Entry> {
    assets
        .chunks(IN_ONE_FACT)
        .map(|part| Entry::plain(Fact::Assets(part.to_vec())))
        .collect()
}

/// How a vendor numbers things of a kind, and its word for their state.
fn looks(kind: AssetKind) -> (&'static str, &'static str) {
    match kind {
        AssetKind::ActiveEnvelope => ("env", "sent"),
        AssetKind::CompletedEnvelope => ("env", "completed"),
        AssetKind::Draft => ("env", "draft"),
        AssetKind::Template => ("tpl", ""),
        AssetKind::ClipboardEntry => ("clip", ""),
        AssetKind::AddressBookEntry => ("contact", ""),
        AssetKind::ApiKey => ("key", "active"),
    }
}
