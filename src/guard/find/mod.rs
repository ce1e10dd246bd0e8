//! Finds personal data in a document.
//!
//! In: the document's strings. Out: findings for each of them, sorted, not overlapping, in bytes of the string.
//! Not here: taking JSON apart and putting it together (`guard::json`, `guard::rewrite`), what is done with findings.

mod address;
mod ages;
mod assigned;
mod checks;
mod claims;
mod columns;
mod dates;
mod emails;
mod geo;
mod ids;
mod labelled;
mod labels;
mod links;
mod masks;
mod named;
mod national;
mod network;
mod numbers;
mod phones;
mod scene;
mod secrets;
#[cfg(test)]
mod tests;
mod wallets;

pub use super::kind::{Confidence, Finding, Kind};
use super::names::{self, Learnt, Reading};
use super::view::View;
use claims::Claims;
use labels::Labels;
use scene::Scene;

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
    let mut memory = Learnt::default();
    let mut asked = Labels::NONE;
    let mut passed = Vec::with_capacity(views.len());
    for (field, view) in fields.iter().zip(&views) {
        let own = named::named(field.pointer);
        let mut scene = Scene::new(view, if own == Labels::NONE { asked } else { own });
        named::sure(&mut scene, field.pointer);
        detect(&mut scene);
        named::whole(&mut scene, field.pointer);
        asked = scene.asks();
        for found in scene.claims.found().iter().filter(|found| found.kind == Kind::Email) {
            memory.note_email(&view.text()[found.span.clone()]);
        }
        let reading = Reading::new(view, scene.claims.taken());
        for found in scene.claims.found().iter().filter(|found| found.kind == Kind::Person) {
            names::learn(&reading, &found.span, &mut memory);
        }
        scene.claims.extend(names::find(&reading, &mut memory));
        passed.push((reading, scene));
    }
    if options.min_confidence == Confidence::Low {
        for (reading, scene) in &mut passed {
            reading.retake(scene.claims.taken());
            let mut suspects = names::suspect(reading, &mut memory);
            suspects.retain(|finding| !names_a_thing(scene, finding));
            scene.claims.extend(suspects);
        }
    }
    memory.seal();
    passed.into_iter().map(|(reading, scene)| complete(reading, scene.claims, &memory, options)).collect()
}

/// `Order`, `P/N`: words that name things are none of a person's.
fn names_a_thing(scene: &Scene<'_, '_>, finding: &Finding) -> bool {
    let next = scene.hits.partition_point(|hit| hit.end <= finding.span.start);
    let inside = scene.hits[next..].iter().take_while(|hit| hit.start < finding.span.end);
    inside.into_iter().any(|hit| hit.labels.has(Labels::Plain))
}

/// What the whole document adds to one text; then only what is wanted, where it stands in the original.
fn complete(mut reading: Reading<'_, '_>, mut claims: Claims, memory: &Learnt, options: &Options) -> Vec<Finding> {
    reading.retake(claims.taken());
    claims.extend(names::recall(&reading, memory));
    let mut findings = claims.into_findings();
    findings.retain(|found| found.confidence >= options.min_confidence && !options.off.contains(&found.kind));
    for finding in &mut findings {
        finding.span = reading.view.original(&finding.span);
    }
    findings
}

/// What is sure comes first and takes its place; what needs a label or a guess comes later.
fn detect(scene: &mut Scene<'_, '_>) {
    masks::placeholders(scene);
    secrets::find(scene);
    links::find(scene);
    emails::find(scene);
    assigned::find(scene);
    masks::ids_and_times(scene);
    masks::money(scene);
    network::find(scene);
    geo::find(scene);
    dates::find(scene);
    ids::find(scene);
    ages::find(scene);
    numbers::find(scene);
    address::find(scene);
}
