//! The far end of a long line: names that a listing found and nobody has looked at yet.
//!
//! In: names, as often as the folder is listed. Out: one after the other, each once. A hundred thousand waiting files cost
//! their names alone; facts are taken when a file's turn is near. Not here: the near end (`queue`).

use std::collections::{HashSet, VecDeque};

#[derive(Debug, Default)]
pub(super) struct Beyond {
    names: VecDeque<String>,
    /// Names that have left, by whatever way.
    left: u64,
}

impl Beyond {
    /// Those that are known keep their place; the others come after them.
    pub(super) fn join(&mut self, names: Vec<String>) {
        if self.names.is_empty() {
            self.names = names.into();
            return;
        }
        let known: HashSet<&str> = self.names.iter().map(String::as_str).collect();
        let new: Vec<String> = names.into_iter().filter(|name| !known.contains(name.as_str())).collect();
        self.names.extend(new);
    }

    pub(super) fn next(&mut self) -> Option<String> {
        let next = self.names.pop_front()?;
        self.left += 1;
        if self.names.is_empty() {
            self.names = VecDeque::new(); // its room was that of the whole line
        }
        Some(next)
    }

    pub(super) fn clear(&mut self) {
        self.left += self.names.len() as u64;
        self.names = VecDeque::new();
    }

    /// The place behind the last of those that wait now.
    pub(super) fn end(&self) -> u64 {
        self.left + self.names.len() as u64
    }

    /// Whether everybody before that place has left.
    pub(super) fn has_come_to(&self, place: u64) -> bool {
        self.left >= place
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &String> {
        self.names.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(numbers: impl Iterator<Item = u32>) -> Vec<String> {
        numbers.map(|number| format!("{number}.json")).collect()
    }

    #[test]
    fn who_is_known_keeps_the_place_and_comes_once() {
        let mut beyond = Beyond::default();
        beyond.join(names(0..4));
        assert_eq!(beyond.next().as_deref(), Some("0.json"));
        let end = beyond.end();
        beyond.join(names((0..6).rev()));
        let rest: Vec<String> = std::iter::from_fn(|| beyond.next()).take(3).collect();
        assert_eq!(rest, names(1..4));
        assert!(beyond.has_come_to(end), "what came later does not move the end");
        assert!(!beyond.has_come_to(beyond.end()));
        beyond.clear();
        assert!(beyond.has_come_to(beyond.end()) && beyond.next().is_none());
    }
}
