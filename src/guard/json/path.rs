//! Where a value stands in its document: JSON pointers (RFC 6901), and patterns of them.
//!
//! In: the way down through objects and arrays. Out: `/messages/3/content`; whether `/messages/*/id` means it.
//! Not here: walking the document (`guard::leaves`).

use std::borrow::Cow;

/// Pointers are cut in front beyond this many bytes: a document may be deeper than anybody wants to read.
const SHOWN: usize = 240;

/// The place at which a reader of a document is.
#[derive(Debug, Clone, Default)]
pub struct Path {
    /// The pointer so far.
    text: String,
    /// Its length before each step down.
    steps: Vec<usize>,
}

impl Path {
    pub fn enter(&mut self, name: &str) {
        self.steps.push(self.text.len());
        self.text.push('/');
        self.text.push_str(&escaped(name));
    }

    pub fn leave(&mut self) {
        if let Some(length) = self.steps.pop() {
            self.text.truncate(length);
        }
    }

    /// The pointer; of a deep place its end.
    pub fn pointer(&self) -> String {
        if self.text.len() <= SHOWN {
            return self.text.clone();
        }
        let from = self.text.len() - SHOWN;
        let from = (from..self.text.len()).find(|at| self.text.is_char_boundary(*at)).unwrap_or(from);
        format!("…{}", &self.text[from..])
    }

    /// The nearest name; elements of arrays have numbers for names.
    pub fn name(&self) -> &str {
        self.text.rsplit('/').find(|step| !step.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or_default()
    }

    fn depth(&self) -> usize {
        self.steps.len()
    }
}

fn escaped(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) { name.replace('~', "~0").replace('/', "~1").into() } else { name.into() }
}

/// A JSON pointer in which `*` stands for any one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    steps: Vec<String>,
}

impl Pattern {
    /// The error continues a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let steps = text.strip_prefix('/').filter(|steps| !steps.is_empty());
        let steps = steps.ok_or("must list JSON pointers such as \"/messages/*/id\", each beginning with /")?;
        Ok(Self { steps: steps.split('/').map(str::to_owned).collect() })
    }

    pub fn matches(&self, path: &Path) -> bool {
        path.depth() == self.steps.len()
            && path.text.split('/').skip(1).zip(&self.steps).all(|(step, wanted)| wanted == "*" || step == wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(steps: &[&str]) -> Path {
        let mut path = Path::default();
        for step in steps {
            path.enter(step);
        }
        path
    }

    #[test]
    fn pointers_are_escaped_and_cut_in_front() {
        let mut place = path(&["a/b", "~", "0"]);
        assert_eq!(place.pointer(), "/a~1b/~0/0");
        place.leave();
        assert_eq!(place.pointer(), "/a~1b/~0");
        let deep = path(&["éé"; 1000]).pointer();
        assert!(deep.len() < 250 && deep.starts_with('…') && deep.ends_with("/éé"), "{deep}");
    }

    #[test]
    fn a_star_is_one_step() {
        let pattern = Pattern::parse("/messages/*/id").expect("good");
        assert!(pattern.matches(&path(&["messages", "12", "id"])));
        for other in [&["messages", "id"][..], &["messages", "1", "id", "x"], &["messages", "1", "content"]] {
            assert!(!pattern.matches(&path(other)), "{other:?}");
        }
        assert!(Pattern::parse("id").is_err() && Pattern::parse("/").is_err());
    }
}
