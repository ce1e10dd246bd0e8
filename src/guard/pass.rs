//! One document on its way out: looked at, rewritten where it has to be, looked at again; or held back.
//!
//! In: the bytes, the file's name, the policy, perhaps the person's choice. Out: what may be sent, with counts; or why
//! nothing may. Every doubt holds the document back: bytes that nobody could look through are not sent by this.
//! Not here: reading files, waiting, sending (`sync`).

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use super::blocked::Blocked;
use super::filename::{FileName, Told};
use super::find::{Confidence, Field, Finding, Kind};
use super::leaves::{Leaf, NoLeaves, Role, of_json};
use super::policy::{Choice, Mode, Policy};
use super::quiet::quietly;
use super::replacement::{Key, Replacements};
use super::rewrite::{Edit, is_same_but_for, splice};
use super::search::search;
use super::tally::{Action, Guarded, Tally};

/// What is hidden can bring to light what was not seen before; so often at most.
const ROUNDS: usize = 5;

const BOM: &str = "\u{feff}";

/// What the bytes are known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Json,
    /// JSON, JSON lines, or plain text.
    Any,
}

/// What may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// `None`: the bytes as they are.
    pub wire: Option<Vec<u8>>,
    /// `None`: the name as it is.
    pub told: Option<Told>,
    pub guarded: Guarded,
}

/// One finding, for the person whose document it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    pub kind: Kind,
    pub confidence: Confidence,
    pub detector: &'static str,
    pub role: Role,
    pub pointer: String,
    /// Bytes of the document.
    pub span: Range<usize>,
    /// As it is read, without escapes.
    pub said: String,
}

#[derive(Debug, Clone)]
pub struct Guard {
    policy: Policy,
    key: Key,
}

/// The text of a document, and how it is read.
struct Reading<'a> {
    text: &'a str,
    bom: bool,
    json: bool,
    many: bool,
}

impl Guard {
    pub fn new(policy: Policy, key: Key) -> Self {
        Self { policy, key }
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What may be sent of this document. `origin` is the producer's name for it, below the watched folder.
    pub fn pass(&self, bytes: &[u8], origin: &str, form: Form, choice: Option<Choice>) -> Result<Passed, Blocked> {
        let as_it_is =
            |mode, findings| Passed { wire: None, told: None, guarded: Guarded { mode, findings, name: false } };
        let told = match (self.policy.mode, choice) {
            (_, Some(Choice::AsIs)) => Some(Action::AsIs),
            (Mode::Report | Mode::Off, _) => Some(Action::Report),
            _ => None,
        };
        match told {
            Some(_) if self.policy.mode == Mode::Off => Ok(as_it_is(Action::Report, Tally::default())),
            // The count is for the receipt; what cannot be read cannot be counted.
            Some(mode) => Ok(as_it_is(mode, self.count(bytes, form).unwrap_or_default())),
            None => quietly(|| self.rewritten(bytes, origin, form, choice)).unwrap_or(Err(Blocked::Fault)),
        }
    }

    fn count(&self, bytes: &[u8], form: Form) -> Option<Tally> {
        self.spots(bytes, form).ok().map(|spots| spots.iter().map(|spot| spot.kind).collect())
    }

    /// Everything that is found, in the order of the document.
    pub fn spots(&self, bytes: &[u8], form: Form) -> Result<Vec<Spot>, Blocked> {
        quietly(|| {
            let reading = self.read(bytes, form)?;
            let leaves = self.leaves(&reading, reading.text)?;
            let (found, _) = look(&leaves, &[], &self.policy, self.policy.min_confidence);
            let skipped = if reading.bom { BOM.len() } else { 0 };
            let mut spots = Vec::new();
            for (leaf, findings) in leaves.iter().zip(found) {
                spots.extend(findings.into_iter().filter(|found| acts(leaf.role, found)).map(|found| {
                    let place = leaf.back(&found.span);
                    Spot {
                        kind: found.kind,
                        confidence: found.confidence,
                        detector: found.detector,
                        role: leaf.role,
                        pointer: leaf.pointer.clone(),
                        span: place.start + skipped..place.end + skipped,
                        said: leaf.text[found.span].to_owned(),
                    }
                }));
            }
            Ok(spots)
        })
        .unwrap_or(Err(Blocked::Fault))
    }

    fn rewritten(&self, bytes: &[u8], origin: &str, form: Form, choice: Option<Choice>) -> Result<Passed, Blocked> {
        let reading = self.read(bytes, form)?;
        let name = FileName::new(origin);
        let threshold = self.policy.threshold(choice);
        let mut words = Replacements::new(self.policy.style, &self.key, reading.text);
        let mut tally = Tally::default();
        let mut told = None;
        let mut text: Cow<'_, str> = Cow::Borrowed(reading.text);
        let mut rewritten: Option<HashSet<String>> = None;
        for round in 0..ROUNDS {
            let (mut edits, touched) = {
                let mut leaves = self.leaves(&reading, &text)?;
                if let Some(rewritten) = &rewritten {
                    keep_rewritten(&mut leaves, rewritten);
                }
                let names = name.fields();
                let names = if round == 0 { &names[..] } else { &[] };
                let (mut found, of_name) = look(&leaves, names, &self.policy, threshold);
                for (leaf, findings) in leaves.iter().zip(&mut found) {
                    findings.retain(|found| acts(leaf.role, found));
                }
                if round == 0 {
                    let sure = |findings: Vec<Finding>| {
                        findings.into_iter().filter(|found| found.confidence > Confidence::Low).collect::<Vec<_>>()
                    };
                    let of_name: Vec<_> = of_name.into_iter().map(sure).collect();
                    self.may_go(&leaves, &found, &of_name, choice)?;
                    told = name.told(&of_name, &self.key, &mut words);
                }
                let left: Tally = sure_kinds(&found).collect();
                if round + 1 == ROUNDS && !left.is_empty() {
                    return Err(Blocked::Left(left));
                }
                tally.join(&found.iter().flatten().map(|found| found.kind).collect(), 1);
                (edits(&leaves, &found, &mut words), touched(&leaves, &found))
            };
            if edits.is_empty() || round + 1 == ROUNDS {
                break;
            }
            let new = splice(&text, &mut edits);
            if reading.json && !is_same_but_for(&text, &new, &edits, reading.many) {
                return Err(Blocked::Fault);
            }
            text = Cow::Owned(new);
            // What comes to light late is looked for everywhere.
            rewritten = (round == 0).then_some(touched);
        }
        let hidden_name = told.as_ref().is_some_and(|(_, hidden)| !hidden.is_empty());
        tally.join(&told.iter().flat_map(|(_, hidden)| hidden).map(|found| found.kind).collect(), 1);
        let wire = match text {
            Cow::Borrowed(_) => None,
            Cow::Owned(new) if reading.bom => Some([BOM.as_bytes(), new.as_bytes()].concat()),
            Cow::Owned(new) => Some(new.into_bytes()),
        };
        let mode = match choice {
            Some(Choice::Redact) => Action::Redact,
            _ => self.policy.mode.into(),
        };
        let guarded = Guarded { mode, findings: tally, name: hidden_name };
        Ok(Passed { wire, told: told.map(|(told, _)| told), guarded })
    }

    /// Whether what was found at first lets the document go at all.
    fn may_go(
        &self,
        leaves: &[Leaf<'_>],
        found: &[Vec<Finding>],
        of_name: &[Vec<Finding>],
        choice: Option<Choice>,
    ) -> Result<(), Blocked> {
        let all: Tally = found.iter().flatten().map(|found| found.kind).collect();
        if let Some(most) = self.policy.max_findings.filter(|most| all.total() > *most) {
            return Err(Blocked::TooMany { found: all, most });
        }
        if choice == Some(Choice::Redact) {
            return Ok(());
        }
        if self.policy.mode == Mode::Block {
            // Both readings of a name may have found the same.
            let name: Tally = of_name.iter().flatten().map(|found| found.kind).take(1).collect();
            let mut all = all;
            all.join(&name, 1);
            return if all.is_empty() { Ok(()) } else { Err(Blocked::Found(all)) };
        }
        let structural = leaves.iter().zip(found).filter(|(leaf, _)| leaf.role != Role::Value);
        let structural: Tally = structural.flat_map(|(_, findings)| findings).map(|found| found.kind).collect();
        if structural.is_empty() { Ok(()) } else { Err(Blocked::InStructure(structural)) }
    }

    fn read<'a>(&self, bytes: &'a [u8], form: Form) -> Result<Reading<'a>, Blocked> {
        let most = self.policy.max_bytes;
        if bytes.len() as u64 > most {
            return Err(Blocked::TooLarge { most });
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| Blocked::NotText)?;
        let text = whole.strip_prefix(BOM).unwrap_or(whole);
        let many = form == Form::Any;
        let json = !many || matches!(of_json(text, true, &[]), Ok(_) | Err(NoLeaves::TooMany));
        Ok(Reading { text, bom: text.len() < whole.len(), json, many })
    }

    /// `text` is that of the reading, or what became of it.
    fn leaves<'a>(&self, reading: &Reading<'_>, text: &'a str) -> Result<Vec<Leaf<'a>>, Blocked> {
        if !reading.json {
            return Ok(vec![Leaf::plain(text)]);
        }
        of_json(text, reading.many, &self.policy.skip).map_err(|error| match error {
            NoLeaves::Broken(broken) => Blocked::NotJson(broken.0),
            NoLeaves::TooMany => Blocked::TooManyValues,
        })
    }
}

/// Findings of the leaves, and of the names. A message may answer the question of the one before it; a number, the name
/// of a field and the name of a file answer nobody.
pub(super) fn look(
    leaves: &[Leaf<'_>],
    names: &[Field<'_>],
    policy: &Policy,
    threshold: Confidence,
) -> (Vec<Vec<Finding>>, Vec<Vec<Finding>>) {
    const SILENCE: Field<'_> = Field { pointer: "", text: "" };
    let field = |number: &usize| Field { pointer: &leaves[*number].pointer, text: &leaves[*number].text };
    let (values, others): (Vec<usize>, Vec<usize>) =
        (0..leaves.len()).partition(|number| leaves[*number].role == Role::Value);
    let lone = others.iter().map(field).chain(names.iter().copied()).flat_map(|field| [SILENCE, field]);
    let fields: Vec<_> = values.iter().map(field).chain(lone).collect();
    let mut all = search(&fields, policy, threshold);
    let mut lone: Vec<_> = all.split_off(values.len()).into_iter().skip(1).step_by(2).collect();
    let of_names = lone.split_off(others.len());
    let mut found = vec![Vec::new(); leaves.len()];
    for (number, findings) in values.into_iter().zip(all).chain(others.into_iter().zip(lone)) {
        found[number] = findings;
    }
    (found, of_names)
}

/// The pointers of leaves in which something was found.
fn touched(leaves: &[Leaf<'_>], found: &[Vec<Finding>]) -> HashSet<String> {
    let touched = leaves.iter().zip(found).filter(|(_, findings)| !findings.is_empty());
    touched.map(|(leaf, _)| leaf.pointer.clone()).collect()
}

/// In the others there was nothing, and still is: only what was rewritten, and the answer behind it, can read otherwise.
fn keep_rewritten(leaves: &mut Vec<Leaf<'_>>, rewritten: &HashSet<String>) {
    let mut behind = false;
    leaves.retain(|leaf| {
        let other = rewritten.contains(&leaf.pointer);
        let answer = leaf.role == Role::Value && std::mem::replace(&mut behind, other);
        other || answer
    });
}

/// Guesses are good enough to hide a word, not to hold a document up.
fn acts(role: Role, found: &Finding) -> bool {
    role == Role::Value || found.confidence > Confidence::Low
}

fn sure_kinds(found: &[Vec<Finding>]) -> impl Iterator<Item = Kind> {
    found.iter().flatten().filter(|found| found.confidence == Confidence::High).map(|found| found.kind)
}

fn edits(leaves: &[Leaf<'_>], found: &[Vec<Finding>], words: &mut Replacements<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (leaf, findings) in leaves.iter().zip(found) {
        if leaf.role == Role::Number && !findings.is_empty() {
            edits.push(Edit { span: leaf.back(&(0..leaf.text.len())), word: "null".into() });
            continue;
        }
        edits.extend(findings.iter().map(|found| Edit {
            span: leaf.back(&found.span),
            word: words.of(found.kind, &leaf.text[found.span.clone()]),
        }));
    }
    edits
}

#[cfg(test)]
mod leaks;
#[cfg(test)]
mod planted;
#[cfg(test)]
mod tests;
