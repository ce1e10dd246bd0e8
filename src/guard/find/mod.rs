//! Finds personal data in a document.
//!
//! In: the document's strings. Out: findings for each of them, sorted, not overlapping, in bytes of the string.
//! Not here: taking JSON apart and putting it together (`guard::json`, `guard::rewrite`), what is done with findings.

pub use super::kind::{Confidence, Finding, Kind};
use super::names;
use super::view::View;

/// One string of a document, decoded, with its JSON pointer (empty for plain text or a file name).
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    pub pointer: &'a str,
    pub text: &'a str,
}

/// What to look for.
#[derive(Debug, Clone)]
pub struct Options {
    /// Kinds that are left alone.
    pub off: Vec<Kind>,
    /// Findings below this are not reported; above [`Confidence::Low`] the tagger does not run.
    pub min_confidence: Confidence,
}

impl Default for Options {
    fn default() -> Self {
        Self { off: Vec::new(), min_confidence: Confidence::Low }
    }
}

/// All findings of one document, field by field. A name learnt in any field is hidden in all.
pub fn find(fields: &[Field<'_>], options: &Options) -> Vec<Vec<Finding>> {
    let views: Vec<View<'_>> = fields.iter().map(|field| View::new(field.text)).collect();
    let mut memory = names::Learnt::default();
    let mut all: Vec<Vec<Finding>> = views.iter().map(|view| names::find(view, &[], &mut memory)).collect();
    for (view, findings) in views.iter().zip(&mut all) {
        findings.extend(names::recall(view, &[], &memory));
        findings.retain(|found| found.confidence >= options.min_confidence && !options.off.contains(&found.kind));
        for finding in findings {
            finding.span = view.original(&finding.span);
        }
    }
    all
}
