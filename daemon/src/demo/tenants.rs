//! The four tenants of the demo, one for each vendor, as tables.

use super::names::{
    ARABIC, CYRILLIC, DEVANAGARI, ENGLISH, FRENCH, GERMAN, GREEK, Group, HAN, HANGUL, HEBREW,
    JAPANESE, NORDIC, POLISH, PORTUGUESE, SPANISH, THAI, TURKISH, VIETNAMESE,
};
use rollcall_shared::domain::{Authority, Mode, ScopeKind, Source};

/// Roles held together, by identifier.
pub type Roles = &'static [&'static str];

/// A scope: kind, name, and the place of its parent in the same table; none is the tenant.
pub type Scope = (ScopeKind, &'static str, Option<usize>);

/// What one tenant of the demo is like.
pub struct Spec {
    /// Its name; its domain is this with `.example` behind it.
    pub name: &'static str,
    /// Name of its catalog.
    pub catalog: &'static str,
    /// Time zone.
    pub tz: &'static str,
    /// Hours east of UTC in winter, for machines that do not know the zone.
    pub standard: i64,
    /// Where the power lies.
    pub authority: Authority,
    /// What its policies do by themselves.
    pub mode: Mode,
    /// Accounts out of 100 of the demo.
    pub share: u32,
    /// Languages of the names, by weight.
    pub names: &'static [(Group, u32)],
    /// Departments.
    pub departments: &'static [&'static str],
    /// Its scopes, parents first.
    pub scopes: &'static [Scope],
    /// Kind of the scopes at which roles are held; none is the tenant.
    pub held_at: Option<ScopeKind>,
    /// Roles of ordinary members, by weight.
    pub plain: &'static [(Roles, u32)],
    /// Of 1,000 accounts, how many hold a privileged role.
    pub privileged_share: u32,
    /// Privileged roles, by weight.
    pub privileged: &'static [(Roles, u32)],
    /// Roles of programs, by weight.
    pub service: &'static [(Roles, u32)],
    /// Roles of signers and invited outsiders, by weight.
    pub outside: &'static [(Roles, u32)],
    /// Of 1,000 accounts, how many are signers and invited outsiders.
    pub outside_share: u32,
    /// Who tells of second factors.
    pub mfa_source: Source,
    /// How the identity provider numbers people.
    pub numbers: Numbers,
    /// First letters of staff numbers.
    pub staff: &'static str,
    /// Whether accounts have a login name and a SAML subject.
    pub saml: bool,
    /// Of 256 people who work daily, how many use it on a day at the weekend.
    pub weekend: u32,
    /// Whether the owner has no second factor.
    pub careless_owner: bool,
    /// Whether a crowd of contractors that never came comes due at once.
    pub crowd: bool,
}

/// How an identity provider numbers people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// A UUID (Microsoft Entra).
    Uuid,
    /// `00u` and 17 letters or digits (Okta).
    Okta,
    /// Ten digits.
    Plain,
    /// 21 digits (Google).
    Google,
}

use ScopeKind::{Account, Application, Environment, Organisation, Request, Team};

/// The tenants, in the order of their numbers from 1.
pub static TENANTS: [Spec; 4] = [
    Spec {
        name: "northwind-legal",
        catalog: "iusign",
        tz: "Europe/Berlin",
        standard: 1,
        authority: Authority::Rollcall,
        mode: Mode::Auto,
        share: 40,
        names: &[
            (GERMAN, 15),
            (POLISH, 5),
            (FRENCH, 4),
            (TURKISH, 4),
            (CYRILLIC, 3),
            (NORDIC, 3),
            (GREEK, 2),
            (ARABIC, 2),
            (HEBREW, 1),
            (JAPANESE, 1),
        ],
        departments: &[
            "Corporate & M&A",
            "Litigation",
            "Tax",
            "Employment Law",
            "Real Estate",
            "Notary Office",
            "IT & Knowledge",
            "Finance & Accounting",
            "Business Development",
        ],
        scopes: &[
            (Team, "Corporate Berlin", None),
            (Team, "Corporate München", None),
            (Team, "Litigation", None),
            (Team, "Tax Desk", None),
            (Team, "Employment", None),
            (Team, "Real Estate", None),
            (Team, "Notariat Hamburg", None),
            (Team, "Operations", None),
        ],
        held_at: None,
        plain: &[(&["user"], 74), (&["viewer"], 26)],
        privileged_share: 24,
        privileged: &[(&["admin"], 1)],
        service: &[(&["user"], 1)],
        outside: &[],
        outside_share: 0,
        mfa_source: Source::Entra,
        numbers: Numbers::Uuid,
        staff: "NW",
        saml: false,
        weekend: 10,
        careless_owner: false,
        crowd: false,
    },
    Spec {
        name: "helios-energy",
        catalog: "ignisign",
        tz: "America/New_York",
        standard: -5,
        authority: Authority::Rollcall,
        mode: Mode::Auto,
        share: 25,
        names: &[
            (ENGLISH, 16),
            (SPANISH, 8),
            (DEVANAGARI, 4),
            (HAN, 4),
            (VIETNAMESE, 3),
            (HANGUL, 2),
            (HEBREW, 2),
            (ARABIC, 1),
        ],
        departments: &[
            "Grid Operations",
            "Trading",
            "Solar Projects",
            "Land & Permits",
            "Procurement",
            "Customer Contracts",
            "Platform Engineering",
            "Legal",
        ],
        scopes: &[
            (Organisation, "Helios Energy Inc.", None),
            (Application, "Customer Contracts", Some(0)),
            (Environment, "PRODUCTION", Some(1)),
            (Environment, "STAGING", Some(1)),
            (Environment, "DEVELOPMENT", Some(1)),
            (Application, "Land Leases", Some(0)),
            (Environment, "PRODUCTION", Some(5)),
            (Environment, "STAGING", Some(5)),
            (Environment, "DEVELOPMENT", Some(5)),
            (Application, "Procurement", Some(0)),
            (Environment, "PRODUCTION", Some(9)),
            (Environment, "STAGING", Some(9)),
            (Environment, "DEVELOPMENT", Some(9)),
            (Request, "Supply Contract 2219", Some(2)),
            (Request, "Ridgeway Lease", Some(6)),
            (Request, "Turbine Order 41", Some(10)),
        ],
        held_at: Some(Application),
        plain: &[
            (&["ORG_USER"], 30),
            (&["APP_OPERATOR"], 36),
            (&["APP_READER"], 24),
            (&["APP_MANAGER"], 8),
            (&["ORG_BILLING"], 2),
        ],
        privileged_share: 24,
        privileged: &[(&["APP_ADMIN"], 6), (&["ORG_ADMIN"], 4)],
        service: &[(&["APP_OPERATOR"], 1)],
        outside: &[
            (&["SIGNERS"], 80),
            (&["INVITED_PROOF_READER"], 11),
            (&["INVITED_DOCUMENT_PROVIDER"], 9),
        ],
        outside_share: 220,
        mfa_source: Source::Okta,
        numbers: Numbers::Okta,
        staff: "HE",
        saml: false,
        weekend: 16,
        careless_owner: false,
        crowd: true,
    },
    Spec {
        name: "aurora-bank",
        catalog: "onespan",
        tz: "Asia/Tokyo",
        standard: 9,
        authority: Authority::Vendor,
        mode: Mode::Approve,
        share: 20,
        names: &[
            (JAPANESE, 26),
            (HANGUL, 4),
            (HAN, 4),
            (THAI, 3),
            (ENGLISH, 2),
            (VIETNAMESE, 1),
        ],
        departments: &[
            "Retail Lending",
            "Corporate Banking",
            "Treasury",
            "Compliance",
            "Mortgage Desk",
            "Branch Network",
            "Information Systems",
        ],
        scopes: &[
            (Account, "Aurora Retail", None),
            (Account, "Tokyo Branches", Some(0)),
            (Account, "Shibuya", Some(0)),
            (Account, "Marunouchi", Some(0)),
            (Account, "Osaka Branches", Some(0)),
            (Account, "Aurora Corporate", None),
            (Account, "Trade Finance", Some(5)),
        ],
        held_at: Some(Account),
        plain: &[(&["sender"], 89), (&["manager"], 11)],
        privileged_share: 9,
        privileged: &[(&["administrator"], 1)],
        service: &[(&["sender"], 1)],
        outside: &[],
        outside_share: 0,
        mfa_source: Source::File,
        numbers: Numbers::Plain,
        staff: "AB",
        saml: false,
        weekend: 5,
        careless_owner: false,
        crowd: false,
    },
    Spec {
        name: "meridian-health",
        catalog: "esignanywhere",
        tz: "Europe/Lisbon",
        standard: 0,
        authority: Authority::Vendor,
        mode: Mode::Observe,
        share: 15,
        names: &[
            (PORTUGUESE, 22),
            (SPANISH, 5),
            (CYRILLIC, 4),
            (DEVANAGARI, 3),
            (ARABIC, 2),
            (FRENCH, 2),
            (GREEK, 1),
            (THAI, 1),
        ],
        departments: &[
            "Cardiology",
            "Radiology",
            "Admissions",
            "Pharmacy",
            "Clinical Trials",
            "Human Resources",
            "Medical Records",
            "Information Systems",
        ],
        scopes: &[
            (Team, "Hospital Norte", None),
            (Team, "Urgência", Some(0)),
            (Team, "Hospital Sul", None),
            (Team, "Imagiologia", Some(2)),
            (Team, "Ensaios Clínicos", None),
            (Team, "Serviços Centrais", None),
        ],
        held_at: None,
        plain: &[
            (&["power_user"], 58),
            (&["registered_signer"], 38),
            (&["developer", "power_user"], 4),
        ],
        privileged_share: 10,
        privileged: &[
            (&["administrator"], 2),
            (&["administrator", "power_user"], 1),
        ],
        service: &[(&["api_user"], 2), (&["automatic_sealing_sender"], 1)],
        outside: &[],
        outside_share: 0,
        mfa_source: Source::Google,
        numbers: Numbers::Google,
        staff: "MH",
        saml: true,
        weekend: 70,
        careless_owner: true,
        crowd: false,
    },
];
