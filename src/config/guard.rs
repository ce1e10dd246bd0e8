//! The table `[guard]`: what is done about personal data.
//!
//! In: the settled values. Out: the guard's [`Policy`]. Not here: what the guard does with it (`crate::guard`).

use super::desk::Desk;
use crate::guard::{Confidence, Kind, Mode, Pattern, Policy, SKIPPED, Style, Words};

impl Desk<'_> {
    pub(super) fn guard(&mut self) -> Option<Policy> {
        let kinds = self.each_word("guard.kinds", kind);
        let allow = self.own_words("guard.allow");
        let deny = self.own_words("guard.deny");
        let skip = self.each_word("guard.skip_paths", |path| Ok((Pattern::parse(path)?, SKIPPED.contains(&path))));
        let most = self.integer("guard.max_findings");
        Some(Policy {
            mode: match self.text("guard.mode").as_str() {
                "report" => Mode::Report,
                "block" => Mode::Block,
                "off" => Mode::Off,
                _ => Mode::Redact,
            },
            kinds: kinds?.concat(),
            min_confidence: match self.text("guard.min_confidence").as_str() {
                "high" => Confidence::High,
                "medium" => Confidence::Medium,
                _ => Confidence::Low,
            },
            allow: allow?,
            deny: deny?,
            max_findings: (most > 0).then_some(most),
            max_bytes: self.integer("guard.max_bytes"),
            style: if self.text("guard.style") == "pseudonym" { Style::Pseudonym } else { Style::Placeholder },
            // Those that everybody has are known by their names, and must look like what they are.
            skip: skip?.into_iter().filter(|(_, usual)| !usual).map(|(pattern, _)| pattern).collect(),
        })
    }

    fn own_words(&mut self, name: &'static str) -> Option<Words> {
        Words::new(&self.words(name)).map_err(|reason| self.refuse(name, reason)).ok()
    }
}

fn kind(label: &str) -> Result<Vec<Kind>, String> {
    if label == "all" {
        return Ok(Kind::ALL.to_vec());
    }
    Kind::from_label(label).map(|kind| vec![kind]).ok_or_else(|| {
        let known: Vec<_> = Kind::ALL.iter().map(|kind| kind.label()).collect();
        format!("must list \"all\" or kinds, which are {}", known.join(", "))
    })
}
