//! Follows an address word by word to its end.
//!
//! In: a place where an address may begin. Out: how far it goes and what it holds. Not here: whether it is one.

use crate::guard::find::labels::Labels;
use crate::guard::find::scene::Scene;
use crate::guard::view::{Class, Token};

use super::words;

/// What stands from a place on, read as an address.
#[derive(Debug, Default)]
pub struct Run {
    /// Behind the last part that belongs to it for sure.
    pub end: usize,
    pub numbers: usize,
    pub words: usize,
    /// A number of four digits or more that is not the first.
    pub postcode: bool,
    /// A two-letter state before the postcode.
    pub state: bool,
    /// A word such as `Apt`.
    pub unit: bool,
}

const FOREIGN: Labels = Labels::Phone
    .or(Labels::Birth)
    .or(Labels::Ssn)
    .or(Labels::NationalId)
    .or(Labels::Account)
    .or(Labels::User)
    .or(Labels::Password)
    .or(Labels::Member)
    .or(Labels::Mrn)
    .or(Labels::Passport)
    .or(Labels::Licence)
    .or(Labels::Tax);

/// Words in a row that a name of a street or a town may have.
const MOST_WORDS: usize = 6;

pub fn follow(scene: &Scene<'_, '_>, start: usize, caseless: bool) -> Run {
    let view = scene.view;
    let tokens = view.tokens();
    let first = view.token_at(start);
    let mut run = Run::default();
    let (mut since, mut lines, mut city, mut end_of_first) = (0, 0, false, 0);
    // The last number began a line.
    let mut alone = false;
    let mut before: Option<Token> = None;
    for token in &tokens[first..] {
        // A Hebrew particle may stand before the beginning, in the same token.
        let gap = view.text().get(before.map_or(start, |before| before.end)..token.start).unwrap_or_default();
        let attached = gap.is_empty() && before.is_some_and(|before| before.class == Class::Number);
        lines += gap.matches('\n').count();
        let complete = run.state && run.postcode && gap.contains('\n');
        let counted = token.class == Class::Number && token.end - token.start > 8;
        let over = city && (gap.starts_with('.') || (is_plain(scene, token) && token.end - token.start > 2));
        if counted || over || !may_join(scene, gap, before.as_ref(), token) || lines > 4 || complete {
            break;
        }
        let lower = &view.lower()[token.start..token.end];
        let capital = matches!(token.class, Class::Title | Class::Upper | Class::Mixed)
            || (caseless && token.class == Class::Uncased);
        match token.class {
            // `IPv6`
            Class::Number if gap.is_empty() && before.is_some_and(|before| is_identifier(scene, &before)) => break,
            Class::Number => {
                let length = token.end - token.start;
                let after_state = before.is_some_and(|before| words::is_state(view.word(&before)));
                // `899 35`, `123 45`
                let split = gap == " "
                    && length == 2
                    && before.is_some_and(|before| before.class == Class::Number && before.end - before.start == 3);
                let least = if run.numbers == 0 { 5 } else { 4 };
                let code = ((least..=8).contains(&length) || split) && run.words > 0;
                alone = gap.contains('\n');
                let part = gap == "-" && before.is_some_and(|before| before.class == Class::Number);
                run.postcode |= code || (part && length >= 3);
                run.state |= after_state && length == 5;
                city = (code || (part && length >= 3)) && !after_state && !(part && run.state);
                run.numbers += 1;
                run.end = token.end;
                since = 0;
            }
            _ if attached && token.end - token.start <= 2 && !matches!(gap, "\n") => {
                // `21B`, `12a`, `42nd`
                run.end = token.end;
            }
            _ if words::is_stop(lower)
                && (gap.contains(['\n', ',', '.']) || since == 0)
                && !caseless
                && !words::is_unit(lower)
                && !words::is_particle(lower) =>
            {
                break;
            }
            _ if capital => {
                since += 1;
                run.words += 1;
                run.unit |= words::is_unit(lower);
                if since > MOST_WORDS {
                    break;
                }
                if city && since <= 4 && (!gap.contains('\n') || since > 1 || alone) {
                    run.end = token.end;
                } else {
                    city = false;
                }
                if run.numbers == 1 && run.end_is_first(end_of_first) && !gap.contains([',', '\n']) && since <= 4 {
                    end_of_first = token.end;
                }
            }
            _ if words::is_unit(lower) || words::is_particle(lower) || words::is_before_name(lower) => {
                run.unit |= words::is_unit(lower) && lower.len() > 2;
            }
            _ => break,
        }
        before = Some(*token);
    }
    run.end = run.end.max(end_of_first);
    close_bracket(view.text(), start, &mut run);
    run
}

impl Run {
    /// Whether nothing but the words behind the first number extended it.
    fn end_is_first(&self, end_of_first: usize) -> bool {
        end_of_first == 0 || end_of_first >= self.end
    }
}

/// A word with a number at its end is the name of a thing, unless the word says what the number counts.
fn is_identifier(scene: &Scene<'_, '_>, word: &Token) -> bool {
    let lower = &scene.view.lower()[word.start..word.end];
    word.class != Class::Number
        && lower.len() > 2
        && lower.is_ascii()
        && !words::is_unit(lower)
        && !words::is_compound(lower)
}

/// A word such as `Order` or `Invoice`.
fn is_plain(scene: &Scene<'_, '_>, token: &Token) -> bool {
    let next = scene.hits.partition_point(|hit| hit.end <= token.start);
    scene.hits.get(next).is_some_and(|hit| hit.labels.has(Labels::Plain) && hit.start <= token.start)
}

/// Whether the next token goes on with the address.
fn may_join(scene: &Scene<'_, '_>, gap: &str, before: Option<&Token>, token: &Token) -> bool {
    let view = scene.view;
    let Some(before) = before else { return gap.chars().all(|c| matches!(c, ' ' | '#' | '(')) };
    if gap.len() > 6 || gap.contains("\n\n") || gap.contains("\n \n") {
        return false;
    }
    let colon = gap.starts_with(':')
        && matches!(view.word(before).to_lowercase().as_str(), "no" | "nr" | "n" | "daire" | "kat");
    if !colon
        && !gap.chars().all(|c| {
            matches!(c, ' ' | ',' | '.' | '-' | '/' | '#' | '(' | ')' | '\'' | '\n' | 'º' | 'ª' | '°' | '&' | '№')
        })
    {
        return false;
    }
    let word = view.word(before);
    let lower = word.to_lowercase();
    let short = words::is_compound(&lower)
        || word.chars().count() <= 4 && before.class != Class::Number
        || words::is_unit(&word.to_lowercase());
    if gap.starts_with('.')
        && gap.len() > 1
        && !gap.starts_with(".,")
        && !short
        && !words::is_suffix(&word.to_lowercase())
    {
        return false;
    }
    if gap.starts_with('.') && gap.contains('\n') && !short {
        return false;
    }
    let span = token.start..token.end;
    let foreign = |hit: &crate::guard::find::labels::Hit| {
        hit.labels.has(FOREIGN) && hit.start <= token.start && hit.end >= token.end
    };
    let next = scene.hits.partition_point(|hit| hit.end <= token.start);
    let labelled = gap.contains([',', '\n', '.', '('])
        && scene.hits.get(next).is_some_and(foreign)
        && token.class != Class::Number;
    let claimed = !scene.claims.is_free(&span)
        && scene.claims.found().iter().any(|found| {
            found.span.start < span.end
                && found.span.end > span.start
                && !matches!(found.kind, crate::guard::kind::Kind::Address | crate::guard::kind::Kind::Account)
        });
    !labelled && !claimed && !scene.claims.is_kept(&span)
}

/// `(OR)`, `/ PB`, `- SP` behind the town.
fn close_bracket(text: &str, start: usize, run: &mut Run) {
    let end = run.end.max(start);
    let opened = text[start..end].rfind('(').is_some_and(|open| !text[start + open..end].contains(')'));
    if opened && text[end..].starts_with(')') {
        run.end = end + 1;
    }
}
