//! The company that a word keeps: lists of months and languages, lines in capitals, words that begin names of places.
//!
//! In: a reading and a token of it. Out: whether its neighbours speak against a name. Not here: cues (`cues`).

use std::ops::Range;

use super::reading::Reading;
use super::shape::{is_capital, is_particle};
use crate::guard::view::Class;

/// One of a list of months, days, languages or countries: "May, Juli, August", "Irish" on a line of its own.
pub fn is_listed(reading: &Reading<'_, '_>, at: usize) -> bool {
    let thing = |other: usize| {
        let word = reading.words[other];
        (word.known() || word.place()) && !word.first() && is_capital(reading, other)
    };
    let parts = |gap: &str| matches!(gap, ", " | "," | " | " | "|") || gap.contains('\n');
    let before = at > 0 && parts(reading.gap(at)) && thing(at - 1);
    let behind = at + 1 < reading.len() && parts(reading.gap(at + 1)) && thing(at + 1);
    before || behind
}

/// The word before it is all capitals as well.
pub fn is_shouted(reading: &Reading<'_, '_>, at: usize) -> bool {
    at > 0 && reading.gap(at) == " " && reading.class(at - 1) == Class::Upper && !reading.words[at - 1].first()
}

/// Names of towns begin so.
const TOWNS: [&str; 18] = [
    "North", "South", "East", "West", "New", "Lake", "Port", "Mount", "Fort", "San", "Saint", "Sainte", "Santa",
    "Sankt", "El", "Los", "Las", "Bad",
];

/// "North Alison", "New Rebecca": towns are named so.
pub fn follows_place_word(reading: &Reading<'_, '_>, at: usize) -> bool {
    at > 0 && reading.gap(at) == " " && TOWNS.contains(&reading.text(at - 1))
}

/// What stands behind the name of a firm, from here on.
const FORMS: [&str; 27] = [
    " S.A",
    " SA ",
    " SA.",
    " S/A",
    " S.L",
    " S.C",
    " S.R.L",
    " S.p.A",
    " s.r.l",
    " SARL",
    " SAS",
    " Ltda",
    " e.V",
    " GmbH",
    " AG ",
    " & Co",
    " & Asociados",
    " e Filhos",
    " e figli",
    " et Fils",
    " - ME",
    " LLC",
    " Ltd",
    " PLC",
    " Inc",
    " Corp",
    " Stiftung",
];
/// And what before it.
const BEFORE: [&str; 8] = ["ООО ", "ООО \"", "ООО «", "АО ", "АО \"", "АО «", "Stichting ", "Fundación "];

/// `Didier S.A.`, `Miller & Co`, `ООО «Тимофеев»`: the name of a firm, within its run or around it.
pub fn is_firm(reading: &Reading<'_, '_>, name: &Range<usize>) -> bool {
    let text = reading.view.text();
    let (start, end) = (reading.token(name.start).start, reading.token(name.end - 1).end);
    let form = |at: usize| FORMS.iter().any(|form| text[at..].starts_with(form));
    let inside = name.clone().skip(1).any(|at| form(reading.token(at - 1).end));
    form(end)
        || inside
        || BEFORE.iter().any(|before| text[..start].ends_with(before))
        || text[start..].starts_with("Stichting ")
}

/// One of three family names: "Flores, Peterson and Cooper" is an office.
pub fn is_partner(reading: &Reading<'_, '_>, at: usize) -> bool {
    let and =
        |at: usize| at < reading.len() && matches!(reading.text(at), "and" | "und" | "et" | "y" | "e" | "en" | "i");
    let family = |at: usize| reading.words[at].last() && is_capital(reading, at);
    (at.saturating_sub(3)..=at).any(|first| {
        first + 3 < reading.len()
            && at != first + 2
            && reading.gap(first + 1) == ", "
            && and(first + 2)
            && reading.gap(first + 2) == " "
            && [first, first + 1, first + 3].iter().all(|at| family(*at))
            && [first, first + 1, first + 3].iter().any(|at| !reading.good_first(*at))
    })
}

/// "North Donna", "Sainte Martine", "Lucas-sur-Mer", "Dupuis-sur-Thomas".
pub fn is_town(reading: &Reading<'_, '_>, name: &Range<usize>) -> bool {
    let joined = |at: usize| at < reading.len() && reading.gap(at) == "-";
    let small =
        |at: usize| is_particle(reading.text(at)) || matches!(reading.text(at), "sur" | "sous" | "lès" | "les" | "en");
    let behind = joined(name.end) && small(name.end);
    let before = name.start > 1 && joined(name.start) && small(name.start - 1) && joined(name.start - 1);
    name.len() > 1 && TOWNS.contains(&reading.text(name.start)) || behind || before
}
