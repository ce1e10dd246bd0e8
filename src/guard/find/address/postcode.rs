//! Postcodes that no other number looks like, and the address before them.
//!
//! In: a scene. Out: spans. Not here: postcodes that need a label (`labelled` of `find`).

use std::ops::Range;

use super::words;
use crate::guard::find::scene::Scene;
use crate::guard::view::{Class, Token};

pub fn find(scene: &Scene<'_, '_>) -> Vec<(Range<usize>, &'static str)> {
    let tokens = scene.view.tokens();
    let mut found = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        if let Some(end) = british(scene, place).or_else(|| canadian(scene, place)) {
            found.push((before(scene, place)..end, "postcode"));
        } else if let Some(end) = american(scene, place) {
            let start = before(scene, place);
            if start < token.start {
                found.push((start..end, "state and postcode"));
            }
        }
    }
    found
}

fn gap<'t>(scene: &Scene<'t, '_>, left: &Token, right: &Token) -> &'t str {
    &scene.text()[left.end..right.start]
}

/// `SW1A 1AA`: the tokens `SW`, `1`, `A`, `1`, `AA`.
fn british(scene: &Scene<'_, '_>, place: usize) -> Option<usize> {
    let text = scene.text();
    let start = scene.view.tokens()[place].start;
    if scene.view.char_before(start).is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/')) {
        return None;
    }
    let bytes = &text.as_bytes()[start..];
    let letters = bytes.iter().take(3).take_while(|b| b.is_ascii_uppercase()).count();
    if !(1..=2).contains(&letters) {
        return None;
    }
    let outward = bytes.iter().take(5).take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit()).count();
    let district = &bytes[letters..outward];
    let fits = matches!(district, [d] if d.is_ascii_digit())
        || matches!(district, [d, e] if d.is_ascii_digit() && e.is_ascii_alphanumeric());
    let inward = bytes.get(outward + 1..outward + 4)?;
    let closes = bytes.get(outward + 4).is_none_or(|b| !b.is_ascii_alphanumeric());
    let fits = fits
        && bytes[outward] == b' '
        && inward[0].is_ascii_digit()
        && inward[1..].iter().all(u8::is_ascii_uppercase)
        && closes;
    fits.then_some(start + outward + 4)
}

/// `K1A 0B1`.
fn canadian(scene: &Scene<'_, '_>, place: usize) -> Option<usize> {
    let start = scene.view.tokens()[place].start;
    let code = scene.bytes().get(start..start + 7)?;
    let letter = |b: u8| b.is_ascii_uppercase() && !b"DFIOQU".contains(&b);
    let fits = letter(code[0])
        && code[1].is_ascii_digit()
        && letter(code[2])
        && code[3] == b' '
        && code[4].is_ascii_digit()
        && letter(code[5])
        && code[6].is_ascii_digit();
    let alone = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-');
    (fits && alone(scene.view.char_before(start)) && alone(scene.view.char_after(start + 7))).then_some(start + 7)
}

/// `OR 97403-1234` behind a town.
fn american(scene: &Scene<'_, '_>, place: usize) -> Option<usize> {
    let tokens = scene.view.tokens();
    let (state, code) = (tokens[place], *tokens.get(place + 1)?);
    let fits = state.class == Class::Upper
        && words::is_state(scene.view.word(&state))
        && code.class == Class::Number
        && code.end - code.start == 5
        && matches!(gap(scene, &state, &code), " " | "  ");
    let town = place > 0
        && matches!(gap(scene, &tokens[place - 1], &state), ", " | " ")
        && matches!(tokens[place - 1].class, Class::Title | Class::Mixed);
    if !fits || !town {
        return None;
    }
    let more = tokens
        .get(place + 2)
        .filter(|more| more.class == Class::Number && more.end - more.start == 4 && gap(scene, &code, more) == "-");
    Some(more.map_or(code.end, |more| more.end))
}

fn place_before(tokens: &[Token], token: &Token) -> Option<Token> {
    let place = tokens.partition_point(|other| other.start < token.start);
    place.checked_sub(1).map(|before| tokens[before])
}

/// Where the address before a postcode begins: at a house number or a unit, within its lines.
fn before(scene: &Scene<'_, '_>, place: usize) -> usize {
    let view = scene.view;
    let tokens = view.tokens();
    let mut start = tokens[place].start;
    let mut last = tokens[place];
    let mut words = 0;
    for token in tokens[..place].iter().rev().take(14) {
        let gap = &view.text()[token.end..last.start];
        let lower = &view.lower()[token.start..token.end];
        let joins = gap.len() <= 3 && gap.bytes().all(|b| b" ,-'\n.#/".contains(&b)) && !gap.contains("\n\n");
        let capital = matches!(token.class, Class::Title | Class::Upper | Class::Mixed);
        if !joins || !(capital || token.class == Class::Number || words::is_particle(lower) && words > 0) || words > 9 {
            break;
        }
        let number = place_before(tokens, token)
            .is_some_and(|before| before.class == Class::Number && before.end == token.start);
        if number && token.class == Class::Lower && token.end - token.start == 1 {
            // `61u`
            last = *token;
            continue;
        }
        if scene.claims.is_kept(&(token.start..token.end)) {
            break;
        }
        if gap.starts_with('.') && gap.contains(' ') && token.end - token.start > 4 {
            break;
        }
        if token.class == Class::Number || words::is_unit(lower) && capital {
            start = token.start;
        }
        words += 1;
        last = *token;
    }
    start
}
