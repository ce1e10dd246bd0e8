//! What kinds of personal data the guard knows, and how sure it can be of a finding.
//!
//! In and out: plain values. Not here: how each kind is found (`find`, `names`).

use std::ops::Range;

/// A kind of personal data; [`Kind::label`] is the word that people and programs see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Email,
    Phone,
    Person,
    /// A street address, a street with its number, a postcode.
    Address,
    Birthdate,
    /// A date of care: admission, discharge, operation, result, death.
    Date,
    /// An age of ninety or more.
    Age,
    /// A US social security or taxpayer number.
    Ssn,
    /// Any other number that a state gives to a person or an employer.
    NationalId,
    Card,
    Iban,
    /// A bank account or routing number.
    Account,
    /// A patient, health plan or insurance number.
    HealthId,
    Licence,
    Passport,
    /// A vehicle's number or plate.
    Vehicle,
    /// IMEI, serial number, MAC address.
    Device,
    Ip,
    Geo,
    /// A link to a person's profile.
    Url,
    /// A key, token or other credential of a machine.
    Secret,
    Password,
    Username,
    Handle,
    Crypto,
    /// Found by the person's own pattern.
    Custom,
}

impl Kind {
    pub const ALL: [Self; 26] = [
        Self::Email,
        Self::Phone,
        Self::Person,
        Self::Address,
        Self::Birthdate,
        Self::Date,
        Self::Age,
        Self::Ssn,
        Self::NationalId,
        Self::Card,
        Self::Iban,
        Self::Account,
        Self::HealthId,
        Self::Licence,
        Self::Passport,
        Self::Vehicle,
        Self::Device,
        Self::Ip,
        Self::Geo,
        Self::Url,
        Self::Secret,
        Self::Password,
        Self::Username,
        Self::Handle,
        Self::Crypto,
        Self::Custom,
    ];

    /// The word in placeholders, receipts and settings, for example `EMAIL`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Phone => "PHONE",
            Self::Person => "PERSON",
            Self::Address => "ADDRESS",
            Self::Birthdate => "BIRTHDATE",
            Self::Date => "DATE",
            Self::Age => "AGE",
            Self::Ssn => "SSN",
            Self::NationalId => "NATIONAL_ID",
            Self::Card => "CARD",
            Self::Iban => "IBAN",
            Self::Account => "ACCOUNT",
            Self::HealthId => "HEALTH_ID",
            Self::Licence => "LICENCE",
            Self::Passport => "PASSPORT",
            Self::Vehicle => "VEHICLE",
            Self::Device => "DEVICE",
            Self::Ip => "IP",
            Self::Geo => "GEO",
            Self::Url => "URL",
            Self::Secret => "SECRET",
            Self::Password => "PASSWORD",
            Self::Username => "USERNAME",
            Self::Handle => "HANDLE",
            Self::Crypto => "CRYPTO",
            Self::Custom => "CUSTOM",
        }
    }

    /// The kind of a label, in any case.
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.label().eq_ignore_ascii_case(label))
    }
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// The tagger alone says so.
    Low,
    /// A label beside it and a fitting format.
    Medium,
    /// The value proves itself: a checksum, a prefix, an unmistakable shape.
    High,
}

/// Personal data in one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub kind: Kind,
    /// Bytes, on character boundaries.
    pub span: Range<usize>,
    pub confidence: Confidence,
    /// Which rule found it, for people who look into a mistake.
    pub detector: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_leads_back_to_its_kind() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_label(&kind.label().to_lowercase()), Some(kind));
        }
        assert_eq!(Kind::from_label("COLOUR"), None);
    }
}
