//! Addresses that show themselves by a street: `12 Oak Street`, `rue de Lyon 5`, `Hauptstraße 3`.
//!
//! In: a scene. Out: spans. Not here: addresses that only a label or a postcode betrays.

use std::ops::Range;

use super::{run, words};
use crate::guard::find::labels::Labels;
use crate::guard::find::scene::Scene;
use crate::guard::view::{Class, Token};

pub fn find(scene: &Scene<'_, '_>) -> Vec<(Range<usize>, &'static str)> {
    let mut found = Vec::new();
    let mut end = 0;
    for (place, token) in scene.view.tokens().iter().enumerate() {
        if token.start < end {
            continue;
        }
        let span = match token.class {
            Class::Number => number_first(scene, place),
            Class::Title | Class::Upper | Class::Mixed | Class::Lower => {
                type_first(scene, place).or_else(|| compound(scene, place))
            }
            _ => None,
        };
        if let Some(span) = span {
            end = span.end;
            found.push((span, "street"));
        }
    }
    found
}

fn is_capital(token: &Token) -> bool {
    matches!(token.class, Class::Title | Class::Upper | Class::Mixed)
}

/// A house number, up to four words, a word for a street.
fn number_first(scene: &Scene<'_, '_>, place: usize) -> Option<Range<usize>> {
    let view = scene.view;
    let tokens = view.tokens();
    let number = tokens[place];
    let clean = view
        .char_before(number.start)
        .is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '$' | '.' | '-' | '/' | ':' | '€' | '£' | '_'));
    if number.end - number.start > 5 || !clean {
        return None;
    }
    let mut names = 0;
    let mut before = number;
    for token in tokens[place + 1..].iter().take(7) {
        let gap = &view.text()[before.end..token.start];
        let lower = &view.lower()[token.start..token.end];
        let attached = gap.is_empty() && before.class == Class::Number && token.end - token.start <= 2;
        let joined =
            matches!(gap, " " | "-" | "'" | ". ") || attached || (before == number && matches!(gap, ", " | ","));
        if !joined {
            return None;
        }
        let french =
            names == 0 && before == number && words::is_before_name(lower) && !lower.is_empty() && lower.len() > 1;
        let goes_on = |next: &Token| &view.text()[token.end..next.start] == " ";
        if french
            && tokens.get(place + 2).is_some_and(goes_on)
            && tokens.get(place + 2).is_some_and(|next| is_capital(next) || words::is_particle(view.word(next)))
            && (!is_capital(token) || tokens.get(place + 2).is_some_and(|next| words::is_particle(view.word(next))))
        {
            return whole(scene, number.start, token.end, false);
        }
        if names > 0 && is_capital(token) && words::is_suffix(lower) {
            // `Court Street`: the last of several such words ends the name.
            let more = following(scene, token)
                .is_some_and(|next| is_capital(&next) && words::is_suffix(&view.lower()[next.start..next.end]));
            if !more {
                return whole(
                    scene,
                    number.start,
                    token.end,
                    !words::is_clear_suffix(lower) || is_year(scene, &number),
                );
            }
        }
        if token.class == Class::Number && before == number {
            let ending = scene.view.lower()[token.end..].get(..2).unwrap_or_default();
            if !matches!(ending, "st" | "nd" | "rd" | "th") {
                return None;
            }
        }
        let ordinal = token.class == Class::Number || (attached && matches!(lower, "st" | "nd" | "rd" | "th"));
        let bis = matches!(lower, "bis" | "ter");
        if !(is_capital(token) || ordinal || attached || bis || words::is_particle(lower) && names > 0) {
            return None;
        }
        names += usize::from(is_capital(token) || ordinal);
        before = *token;
    }
    None
}

/// `In 2020 Hyde Park …`: a year, not a house.
fn is_year(scene: &Scene<'_, '_>, number: &Token) -> bool {
    let word = scene.view.word(number);
    let before =
        scene.view.lower()[..number.start].trim_end().rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    word.len() == 4
        && (word.starts_with("19") || word.starts_with("20"))
        && !matches!(before, "on" | "at" | "to" | "near" | "is")
}

/// `on 1539 Williamson Meadow`: a word for a place before a house number.
fn is_placed(scene: &Scene<'_, '_>, start: usize) -> bool {
    let before = scene.view.lower()[..start].strip_suffix(' ').unwrap_or_default();
    let word = before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let long = scene.bytes()[start..].iter().take_while(|b| b.is_ascii_digit()).count() >= 2;
    long && matches!(word, "on" | "at" | "near" | "outside" | "behind" | "opposite")
}

fn following(scene: &Scene<'_, '_>, token: &Token) -> Option<Token> {
    let next = *scene.view.tokens().get(scene.view.token_at(token.end))?;
    (&scene.text()[token.end..next.start] == " ").then_some(next)
}

/// The address from here on; a vague one needs more than its street.
fn whole(scene: &Scene<'_, '_>, start: usize, core: usize, vague: bool) -> Option<Range<usize>> {
    let run = run::follow(scene, start, false);
    let labelled = || scene.near(start).within(Labels::Address, 24);
    if vague && !(run.state || run.unit || (run.postcode && run.end > core) || labelled() || is_placed(scene, start)) {
        return None;
    }
    Some(start..core.max(run.end))
}

/// A word for a street, a name, a number.
fn type_first(scene: &Scene<'_, '_>, place: usize) -> Option<Range<usize>> {
    let view = scene.view;
    let tokens = view.tokens();
    let token = tokens[place];
    let lower = &view.lower()[token.start..token.end];
    if !words::is_before_name(lower)
        || view
            .char_before(token.start)
            .is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '@'))
    {
        return None;
    }
    let next = tokens.get(place + 1)?;
    let gap = &view.text()[token.end..next.start];
    let dotted = gap.starts_with('.') || gap.starts_with('/');
    // One or two letters are a street only with their full stop: `C.`, `ul.`
    if (lower.chars().count() <= 3 && !dotted && !matches!(lower, "rue" | "rua" | "via"))
        || !matches!(gap, " " | ". " | "." | "/" | "/ ")
    {
        return None;
    }
    let name =
        tokens[place + 1..].iter().take(3).find(|token| !words::is_particle(&view.lower()[token.start..token.end]))?;
    if !is_capital(name) || (name.class == Class::Upper && name.end - name.start == 3) {
        return None;
    }
    let run = run::follow(scene, token.start, false);
    let first = tokens[place + 1..].iter().take(9).find(|token| token.class == Class::Number)?;
    let same_line = !view.text()[token.start..first.start].contains('\n') || run.postcode;
    let english = matches!(
        lower,
        "place"
            | "square"
            | "park"
            | "villa"
            | "passage"
            | "route"
            | "via"
            | "plaza"
            | "campo"
            | "cours"
            | "c"
            | "r"
            | "os"
            | "al"
            | "pl"
            | "av"
    );
    let labelled = || scene.near(token.start).within(Labels::Address, 24);
    let sure = !english
        || run.postcode
        || labelled()
        || (lower == "via"
            && token.class == Class::Title
            && first.end - first.start <= 3
            && name.class == Class::Title);
    let start = if is_turkish(lower) { names_before(scene, place) } else { token.start };
    (run.numbers >= 1 && run.words >= 1 && same_line && sure && run.end > name.end).then_some(start..run.end)
}

/// Turkish puts the word behind the name, and the number behind the word: `Atatürk Cad. No: 12`.
fn is_turkish(lower: &str) -> bool {
    matches!(
        lower,
        "cad" | "cadde" | "caddesi" | "cd" | "sok" | "sk" | "sokak" | "sokağı" | "bulvarı" | "mah" | "mahallesi"
    )
}

fn names_before(scene: &Scene<'_, '_>, place: usize) -> usize {
    let tokens = scene.view.tokens();
    let mut start = place;
    while start > 0 && place - start < 3 && is_capital(&tokens[start - 1]) {
        if &scene.text()[tokens[start - 1].end..tokens[start].start] != " " {
            break;
        }
        start -= 1;
    }
    tokens[start].start
}

/// A compound word for a street with a number behind it.
fn compound(scene: &Scene<'_, '_>, place: usize) -> Option<Range<usize>> {
    let view = scene.view;
    let tokens = view.tokens();
    let token = tokens[place];
    let lower = &view.lower()[token.start..token.end];
    let alone = words::is_compound_end(lower);
    if !(alone || is_capital(&token) && words::is_compound(lower)) {
        return None;
    }
    let number = tokens.get(place + 1).filter(|next| next.class == Class::Number && next.end - next.start <= 4)?;
    if !matches!(&view.text()[token.end..number.start], " " | ". " | "." | ", ") {
        return None;
    }
    let mut start = place;
    while start > 0 {
        let before = tokens[start - 1];
        let gap = &view.text()[before.end..tokens[start].start];
        let hyphen = gap == "-" && before.class != Class::Number;
        let adjective = gap == " " && start == place && alone && is_capital(&before);
        if !hyphen && !adjective {
            break;
        }
        start -= 1;
    }
    if alone && start == place {
        return None;
    }
    let first = tokens[start];
    let english = matches!(lower, "spring" | "during" | "string" | "king" | "bring")
        || lower.ends_with("ring") && !view.text()[first.start..token.start].contains('-') && lower.is_ascii();
    let run = run::follow(scene, first.start, false);
    let labelled = || scene.near(first.start).within(Labels::Address, 28);
    let weak = english
        || lower.ends_with("park")
        || lower.ends_with("dam")
        || lower.ends_with("tie")
        || lower.ends_with("pad")
        || lower.ends_with("hof")
        || lower.ends_with("markt");
    let german = place > 0
        && matches!(
            &view.lower()[tokens[place - 1].start..tokens[place - 1].end],
            "der" | "im" | "am" | "dem" | "den" | "vom" | "zum" | "die"
        );
    if weak && !german && !run.postcode && !labelled() {
        return None;
    }
    Some(first.start..run.end.max(number.end))
}
