//! Many phrases, and those of them that stand at a place of a text.
//!
//! In: phrases with what each means. Out: the phrases that a text begins with, the longest first. Nearly all words of a
//! text begin like no phrase; one bit tells so.
//! Not here: whether a word ends there (`find::labels`, `names::cues`), what follows from it.

use std::slice::Iter;

/// So many bytes of a phrase, or all of a shorter one, are its head.
const HEAD: usize = 4;
const FILTER_BITS: u32 = 16;

#[derive(Debug)]
pub struct Lexicon<M> {
    /// For each first byte, how long the heads are that begin with it: a bit for each length.
    lengths: [u8; 256],
    /// One bit for each head, in the place of its hash.
    filter: Vec<u64>,
    /// Open addressing; a power of two, at least half of it empty.
    slots: Vec<Slot>,
    letters: String,
    /// Sorted by their heads, the longest first.
    phrases: Vec<Phrase<M>>,
}

/// The phrases that share their head.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    head: u32,
    from: u32,
    count: u32,
}

#[derive(Debug)]
struct Phrase<M> {
    at: u32,
    length: u32,
    meaning: M,
}

impl<M: Copy> Lexicon<M> {
    pub fn new(phrases: impl IntoIterator<Item = (String, M)>) -> Self {
        let mut all: Vec<(String, M)> = phrases.into_iter().filter(|(phrase, _)| !phrase.is_empty()).collect();
        let key = |phrase: &str| padded(phrase.as_bytes(), phrase.len().min(HEAD));
        all.sort_by(|(one, _), (other, _)| (key(one), other.len(), one).cmp(&(key(other), one.len(), other)));
        let groups = all.chunk_by(|(one, _), (other, _)| key(one) == key(other)).count();
        let mut lexicon = Self {
            lengths: [0; 256],
            filter: vec![0; (1 << FILTER_BITS) / 64],
            slots: vec![Slot::default(); (groups * 2).next_power_of_two()],
            letters: String::new(),
            phrases: Vec::with_capacity(all.len()),
        };
        for group in all.chunk_by(|(one, _), (other, _)| key(one) == key(other)) {
            let (first, head) = (group[0].0.as_bytes(), key(&group[0].0));
            lexicon.lengths[usize::from(first[0])] |= 1 << (first.len().min(HEAD) - 1);
            let (word, bit) = filtered(head);
            lexicon.filter[word] |= bit;
            let free =
                lexicon.probe(head).find(|at| lexicon.slots[*at].count == 0).expect("half of the slots are empty");
            lexicon.slots[free] = Slot { head, from: lexicon.phrases.len() as u32, count: group.len() as u32 };
            for (phrase, meaning) in group {
                let at = lexicon.letters.len() as u32;
                lexicon.letters.push_str(phrase);
                lexicon.phrases.push(Phrase { at, length: phrase.len() as u32, meaning: *meaning });
            }
        }
        lexicon
    }

    /// The lengths and meanings of the phrases that the text begins with, the longest first.
    pub fn at<'s>(&'s self, text: &'s [u8]) -> Here<'s, M> {
        let short = text.len().min(HEAD);
        let lengths = text.first().map_or(0, |first| self.lengths[usize::from(*first)]);
        let head =
            if short == HEAD { u32::from_le_bytes([text[0], text[1], text[2], text[3]]) } else { padded(text, short) };
        Here { lexicon: self, text, head, left: lengths & ((1 << short) - 1), group: [].iter() }
    }

    /// What the whole word means.
    pub fn whole(&self, word: &str) -> Option<M> {
        let short = word.len().min(HEAD);
        let first = *word.as_bytes().first()?;
        if self.lengths[usize::from(first)] & 1 << (short - 1) == 0 {
            return None;
        }
        let phrases = self.group(padded(word.as_bytes(), short)).iter();
        let mut same = phrases.filter(|phrase| self.letters[phrase.at as usize..][..phrase.length as usize] == *word);
        same.next().map(|phrase| phrase.meaning)
    }

    fn group(&self, head: u32) -> &[Phrase<M>] {
        let (word, bit) = filtered(head);
        if self.filter[word] & bit == 0 {
            return &[];
        }
        let mut places = self.probe(head).map(|at| self.slots[at]);
        let slot = places.find(|slot| slot.count == 0 || slot.head == head).unwrap_or_default();
        &self.phrases[slot.from as usize..(slot.from + slot.count) as usize]
    }

    fn probe(&self, head: u32) -> impl Iterator<Item = usize> + use<M> {
        let mask = self.slots.len() - 1;
        let first = (stirred(head) >> 8) as usize;
        (0..=mask).map(move |step| (first + step) & mask)
    }
}

/// The phrases at one place.
#[derive(Debug)]
pub struct Here<'s, M> {
    lexicon: &'s Lexicon<M>,
    text: &'s [u8],
    head: u32,
    /// Lengths of heads that have not been looked up yet.
    left: u8,
    group: Iter<'s, Phrase<M>>,
}

impl<M: Copy> Iterator for Here<'_, M> {
    type Item = (usize, M);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            for phrase in self.group.by_ref() {
                let (from, length) = (phrase.at as usize, phrase.length as usize);
                if self.text.starts_with(&self.lexicon.letters.as_bytes()[from..from + length]) {
                    return Some((length, phrase.meaning));
                }
            }
            let longest = self.left.checked_ilog2()?;
            self.left &= !(1 << longest);
            let head = self.head & (u32::MAX >> (8 * (HEAD as u32 - 1 - longest)));
            self.group = self.lexicon.group(head).iter();
        }
    }
}

/// The first bytes of a text as one number.
fn padded(text: &[u8], length: usize) -> u32 {
    let mut bytes = [0; HEAD];
    bytes[..length].copy_from_slice(&text[..length]);
    u32::from_le_bytes(bytes)
}

fn stirred(head: u32) -> u32 {
    let value = head.wrapping_mul(0x9e37_79b1);
    value ^ (value >> 15)
}

/// The place of a head in the filter.
fn filtered(head: u32) -> (usize, u64) {
    let bit = stirred(head) >> (32 - FILTER_BITS);
    ((bit / 64) as usize, 1 << (bit % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_that_begins_here_is_told_and_no_other() {
        let phrases = ["a", "an", "ann", "anna", "anna lee", "annals", "b", "über", "氏名", "氏"];
        let lexicon = Lexicon::new(phrases.iter().enumerate().map(|(place, phrase)| ((*phrase).to_string(), place)));
        let found = |text: &str| lexicon.at(text.as_bytes()).map(|(_, place)| phrases[place]).collect::<Vec<_>>();
        assert_eq!(found("anna lee!"), ["anna lee", "anna", "ann", "an", "a"]);
        assert_eq!(found("an"), ["an", "a"]);
        assert_eq!(found("氏名は"), ["氏名", "氏"]);
        assert_eq!(found("überall"), ["über"]);
        for text in ["", "lee", "nna", "ube", "\0"] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn it_finds_what_a_search_finds() {
        let words: Vec<String> =
            (0..3000_u32).map(|n| format!("{:x}", n.wrapping_mul(2_654_435_761) >> (n % 20))).collect();
        let lexicon = Lexicon::new(words.iter().cloned().map(|word| (word, ())));
        for text in words.iter().step_by(7).map(|word| format!("{word}c0ffee")) {
            let found: Vec<usize> = lexicon.at(text.as_bytes()).map(|(length, ())| length).collect();
            let mut expected: Vec<usize> =
                words.iter().filter(|w| text.starts_with(w.as_str())).map(String::len).collect();
            expected.sort_unstable_by(|a, b| b.cmp(a));
            assert_eq!(found, expected, "{text}");
        }
    }
}
