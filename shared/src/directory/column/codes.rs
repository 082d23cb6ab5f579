//! The six words of an account in sixteen bits.

use crate::domain::{Kind, Mfa, Origin, Source, Status};

/// Status, kind, MFA, who set the status, who told of the MFA and of the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Codes(pub u16);

const STATUS: [Status; 8] = [
    Status::Invited,
    Status::Active,
    Status::Suspended,
    Status::Deactivated,
    Status::Expired,
    Status::Deleted,
    Status::Revoked,
    Status::Revoked,
];
const KIND: [Kind; 4] = [Kind::Person, Kind::Service, Kind::Signer, Kind::Outsider];
const MFA: [Mfa; 4] = [Mfa::Unknown, Mfa::None, Mfa::Enrolled, Mfa::Enforced];
const ORIGIN: [Origin; 8] = [
    Origin::Import,
    Origin::Admin,
    Origin::Inactivity,
    Origin::Seats,
    Origin::Invitations,
    Origin::Mfa,
    Origin::Mfa,
    Origin::Mfa,
];
const SOURCE: [Source; 8] = [
    Source::Nobody,
    Source::File,
    Source::Google,
    Source::Okta,
    Source::Entra,
    Source::Vendor,
    Source::Vendor,
    Source::Vendor,
];

/// Combinations of status, kind and MFA: the low bits, which filters look up.
pub(crate) const FILTERED: usize = 128;

impl Codes {
    /// Of an account as it is created.
    pub const NEW: Codes = Codes(Status::Active as u16);

    #[inline]
    pub fn status(self) -> Status {
        STATUS[usize::from(self.0 & 7)]
    }

    #[inline]
    pub fn kind(self) -> Kind {
        KIND[usize::from(self.0 >> 3 & 3)]
    }

    #[inline]
    pub fn mfa(self) -> Mfa {
        MFA[usize::from(self.0 >> 5 & 3)]
    }

    #[inline]
    pub fn status_by(self) -> Origin {
        ORIGIN[usize::from(self.0 >> 7 & 7)]
    }

    #[inline]
    pub fn mfa_source(self) -> Source {
        SOURCE[usize::from(self.0 >> 10 & 7)]
    }

    #[inline]
    pub fn status_source(self) -> Source {
        SOURCE[usize::from(self.0 >> 13 & 7)]
    }

    /// The decided state is *invited*.
    #[inline]
    pub fn is_invited(self) -> bool {
        self.0 & 7 == Status::Invited as u16
    }

    /// The decided state is *suspended* or *deactivated*.
    #[inline]
    pub fn is_shut_out(self) -> bool {
        let status = self.0 & 7;
        status == Status::Suspended as u16 || status == Status::Deactivated as u16
    }

    /// An active account of a person.
    #[inline]
    pub fn is_active_person(self) -> bool {
        self.0 & 0b11111 == Status::Active as u16 | (Kind::Person as u16) << 3
    }

    /// A source has told that there is no second factor.
    #[inline]
    pub fn has_no_mfa(self) -> bool {
        self.0 >> 5 & 3 == Mfa::None as u16
    }

    /// The combination of status, kind and MFA, below [`FILTERED`].
    #[inline]
    pub fn filtered(self) -> usize {
        usize::from(self.0) % FILTERED
    }

    fn put(&mut self, shift: u32, mask: u16, value: u16) {
        self.0 = self.0 & !(mask << shift) | (value & mask) << shift;
    }

    pub fn set_status(&mut self, number: u16) {
        self.put(0, 7, number);
    }

    pub fn set_kind(&mut self, number: u16) {
        self.put(3, 3, number);
    }

    pub fn set_mfa(&mut self, number: u16) {
        self.put(5, 3, number);
    }

    pub fn set_status_by(&mut self, number: u16) {
        self.put(7, 7, number);
    }

    pub fn set_mfa_source(&mut self, number: u16) {
        self.put(10, 7, number);
    }

    pub fn set_status_source(&mut self, number: u16) {
        self.put(13, 7, number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_comes_back() {
        for status in Status::ALL {
            for kind in Kind::ALL {
                for mfa in Mfa::ALL {
                    for by in Origin::ALL {
                        for source in Source::ALL {
                            let mut codes = Codes(u16::MAX);
                            codes.set_status(*status as u16);
                            codes.set_kind(*kind as u16);
                            codes.set_mfa(*mfa as u16);
                            codes.set_status_by(*by as u16);
                            codes.set_mfa_source(*source as u16);
                            codes.set_status_source(Source::Okta as u16);
                            let back = (codes.status(), codes.kind(), codes.mfa());
                            assert_eq!(back, (*status, *kind, *mfa));
                            assert_eq!((codes.status_by(), codes.mfa_source()), (*by, *source));
                            assert_eq!(codes.status_source(), Source::Okta);
                            codes.set_status_source(*source as u16);
                            let both = (codes.status_source(), codes.mfa_source());
                            assert_eq!(both, (*source, *source));
                            assert_eq!(codes.is_invited(), *status == Status::Invited);
                            let active = *status == Status::Active && *kind == Kind::Person;
                            assert_eq!(codes.is_active_person(), active);
                            assert_eq!(codes.has_no_mfa(), *mfa == Mfa::None);
                        }
                    }
                }
            }
        }
    }
}
