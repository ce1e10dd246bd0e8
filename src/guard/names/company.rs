//! The company that a word keeps: lists of months and languages, lines in capitals, words that begin names of places.
//!
//! In: a reading and a token of it. Out: whether its neighbours speak against a name. Not here: cues (`cues`).

use super::reading::Reading;
use super::shape::is_capital;
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

/// "North Alison", "New Rebecca": towns are named so.
pub fn follows_place_word(reading: &Reading<'_, '_>, at: usize) -> bool {
    const WORDS: [&str; 14] = [
        "North", "South", "East", "West", "New", "Lake", "Port", "Mount", "Fort", "San", "Saint", "Santa", "Sankt",
        "Bad",
    ];
    at > 0 && reading.gap(at) == " " && WORDS.contains(&reading.text(at - 1))
}
