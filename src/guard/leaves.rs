//! The strings of a document that are looked at, and the way from each back into the bytes.
//!
//! In: a document. Out: its leaves: values, names of members, long numbers; documents inside of strings opened as well.
//! Not here: finding anything in them (`find`), what is done about it (`pass`).

mod number;

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use super::json::{Broken, Lexer, Path, Pattern, Shape, Token, Way, decode};
use super::structure::{self, Sort};

/// More leaves than this take too much memory.
pub const MOST: usize = 1_000_000;

/// Documents in strings in documents: so deep they are opened; deeper ones are read as text.
const NESTED: usize = 4;

/// What a leaf is in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A text that may be rewritten.
    Value,
    /// An id, a time, a role that does not look like one.
    Structure,
    /// The name of a member.
    Key,
    Number,
}

/// Where a text stands: in the bytes, or in the text of a string that stands there.
#[derive(Debug)]
struct Place {
    way: Way,
    outer: Option<Rc<Place>>,
}

impl Place {
    fn back(&self, span: &Range<usize>) -> Range<usize> {
        let span = self.way.back(span);
        self.outer.as_ref().map_or_else(|| span.clone(), |outer| outer.back(&span))
    }
}

#[derive(Debug)]
pub struct Leaf<'a> {
    /// Of a string inside of another: the pointers of both, one behind the other.
    pub pointer: String,
    pub text: Cow<'a, str>,
    pub role: Role,
    place: Place,
}

impl<'a> Leaf<'a> {
    /// A text that is no part of JSON.
    pub fn plain(text: &'a str) -> Self {
        let place = Place { way: Way::plain(0), outer: None };
        Self { pointer: String::new(), text: Cow::Borrowed(text), role: Role::Value, place }
    }

    /// Where a part of the text stands in the bytes of the document.
    pub fn back(&self, span: &Range<usize>) -> Range<usize> {
        self.place.back(span)
    }
}

/// Why a document has no leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoLeaves {
    Broken(Broken),
    TooMany,
}

impl From<Broken> for NoLeaves {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

/// The leaves of one document, or of several one behind the other.
pub fn of_json<'a>(text: &'a str, many: bool, skip: &[Pattern]) -> Result<Vec<Leaf<'a>>, NoLeaves> {
    let lexer = if many { Lexer::many(text) } else { Lexer::new(text) };
    let mut walk = Walk { skip, leaves: Vec::new() };
    walk.document(text, lexer, None, "", 0)?;
    Ok(walk.leaves)
}

struct Walk<'a, 'p> {
    skip: &'p [Pattern],
    leaves: Vec<Leaf<'a>>,
}

/// A container that is open.
struct Level {
    /// The number of the value that comes next, in an array.
    index: Option<usize>,
    /// What its nearest field name says.
    sort: Sort,
}

impl<'a> Walk<'a, '_> {
    /// The strings of `text`, which is the document itself, or a string inside of it whose text stands at `outer`.
    fn document(
        &mut self,
        text: &'a str,
        lexer: Lexer<'_>,
        outer: Option<&Rc<Place>>,
        above: &str,
        depth: usize,
    ) -> Result<(), NoLeaves> {
        let mut path = Path::default();
        let mut levels: Vec<Level> = Vec::new();
        let mut named: Option<Sort> = None;
        for token in lexer {
            let Token { shape, span } = token?;
            match shape {
                Shape::Comma | Shape::Colon => continue,
                Shape::Close => {
                    levels.pop();
                    path.leave();
                    continue;
                }
                Shape::Key => {
                    let (key, way) = decode(&text[span.start + 1..span.end - 1], span.start + 1);
                    named = Some(structure::sort(&key));
                    path.enter(&key);
                    if !is_identifier(&key) {
                        let place = Place { way, outer: outer.cloned() };
                        self.leaf(format!("{above}{}", path.pointer()), key, Role::Key, place)?;
                    }
                    continue;
                }
                _ => {}
            }
            let level = levels.last_mut();
            let inherited = level.as_ref().map_or(Sort::Text, |level| level.sort);
            // A member's name was entered with its key; an element has a number.
            let sort = named.take().unwrap_or(inherited);
            if let Some(index) = level.and_then(|level| level.index.as_mut()) {
                path.enter(&index.to_string());
                *index += 1;
            }
            match shape {
                Shape::Object => {
                    levels.push(Level { index: None, sort: Sort::Text });
                    continue; // left at its end
                }
                Shape::Array => {
                    levels.push(Level { index: Some(0), sort });
                    continue;
                }
                Shape::Text if self.skip.iter().any(|skip| skip.matches(&path)) => {}
                Shape::Text => {
                    let (value, way) = decode(&text[span.start + 1..span.end - 1], span.start + 1);
                    let place = Place { way, outer: outer.cloned() };
                    let pointer = || format!("{above}{}", path.pointer());
                    match sort {
                        Sort::Structure | Sort::Loose if structure::fits(&value) => {}
                        Sort::Structure => self.leaf(pointer(), value, Role::Structure, place)?,
                        Sort::Loose | Sort::Text => self.value(pointer(), value, place, depth)?,
                    }
                }
                Shape::Number if sort == Sort::Text => {
                    if let Some(number) = number::read(&text[span.clone()], path.name()) {
                        let place = Place { way: Way::plain(span.start), outer: outer.cloned() };
                        self.leaf(format!("{above}{}", path.pointer()), number, Role::Number, place)?;
                    }
                }
                _ => {}
            }
            path.leave();
        }
        Ok(())
    }

    fn leaf(&mut self, pointer: String, text: Cow<'a, str>, role: Role, place: Place) -> Result<(), NoLeaves> {
        if self.leaves.len() >= MOST {
            return Err(NoLeaves::TooMany);
        }
        if !text.is_empty() {
            self.leaves.push(Leaf { pointer, text, role, place });
        }
        Ok(())
    }

    /// A string, or the strings of the document that it holds.
    fn value(&mut self, pointer: String, text: Cow<'a, str>, place: Place, depth: usize) -> Result<(), NoLeaves> {
        if depth >= NESTED || !is_document(&text) {
            return self.leaf(pointer, text, Role::Value, place);
        }
        let outer = Rc::new(place);
        let mut inner = Walk { skip: self.skip, leaves: Vec::new() };
        inner.document(&text, Lexer::new(&text), Some(&outer), &pointer, depth + 1)?;
        for leaf in inner.leaves {
            self.leaf(leaf.pointer, Cow::Owned(leaf.text.into_owned()), leaf.role, leaf.place)?;
        }
        Ok(())
    }
}

/// Whether a string holds a whole object or array with strings in it.
fn is_document(text: &str) -> bool {
    let trimmed = text.trim();
    let framed =
        (trimmed.starts_with('{') && trimmed.ends_with('}')) || (trimmed.starts_with('[') && trimmed.ends_with(']'));
    framed && trimmed.contains('"') && Lexer::new(text).all(|token| token.is_ok())
}

/// Names as programs give them say nothing about anybody, unless a long number stands in them.
fn is_identifier(key: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$' | b':' | b'/');
    key.bytes().all(plain) && key.bytes().filter(u8::is_ascii_digit).count() < number::LONG
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(text: &str) -> Vec<(String, String, Role)> {
        let all = of_json(text, false, &[]).expect("JSON");
        all.iter().map(|leaf| (leaf.pointer.clone(), leaf.text.to_string(), leaf.role)).collect()
    }

    fn leaf(pointer: &str, text: &str, role: Role) -> (String, String, Role) {
        (pointer.into(), text.into(), role)
    }

    #[test]
    fn values_have_their_pointers() {
        let text = r#"{"a":["x",{"b/c":"y"},["z"],true],"n":5,"d":{"e":"w"},"last":"v"}"#;
        let value = |pointer, text| leaf(pointer, text, Role::Value);
        assert_eq!(
            leaves(text),
            [
                value("/a/0", "x"),
                value("/a/1/b~1c", "y"),
                value("/a/2/0", "z"),
                value("/d/e", "w"),
                value("/last", "v")
            ]
        );
    }

    #[test]
    fn structure_is_left_alone_while_it_looks_like_it() {
        let text = r#"{"id":"c_1","userId":"a@b.org","ids":["1","x y"],"role":"user","created_at":1769509800123,
                       "\u0069d":"a@b.org","skip":"me"}"#;
        let found = [
            leaf("/userId", "a@b.org", Role::Structure),
            leaf("/ids/1", "x y", Role::Structure),
            leaf("/id", "a@b.org", Role::Structure),
        ];
        let skip = [Pattern::parse("/skip").expect("good")];
        let all = of_json(text, false, &skip).expect("JSON");
        let all: Vec<_> = all.iter().map(|leaf| (leaf.pointer.clone(), leaf.text.to_string(), leaf.role)).collect();
        assert_eq!(all, found);
    }

    #[test]
    fn odd_names_and_long_numbers_are_looked_at() {
        let text = r#"{"first_name":1,"a@b.org":12345678,"price":1234567.5,"Ann Lee":"x"}"#;
        assert_eq!(
            leaves(text),
            [
                leaf("/a@b.org", "a@b.org", Role::Key),
                leaf("/a@b.org", "12345678", Role::Number),
                leaf("/Ann Lee", "Ann Lee", Role::Key),
                leaf("/Ann Lee", "x", Role::Value),
            ]
        );
    }

    #[test]
    fn documents_in_strings_are_opened_and_lead_back() {
        let inner = r#"{"to":"é \"q\" end","deep":"[\"\\u00e9x\"]"}"#;
        let text = serde_json::to_string(&serde_json::json!({"arguments": inner})).expect("JSON");
        let all = of_json(&text, false, &[]).expect("JSON");
        let shown: Vec<_> = all.iter().map(|leaf| (leaf.pointer.as_str(), &*leaf.text)).collect();
        assert_eq!(shown, [("/arguments/to", "é \"q\" end"), ("/arguments/deep/0", "éx")]);
        let end = all[0].text.find("end").expect("it is in it");
        assert_eq!(&text[all[0].back(&(end..end + 3))], "end");
        assert_eq!(&text[all[0].back(&(3..6))], r#"\\\"q\\\""#);
        assert_eq!(&text[all[1].back(&(0..2))], r"\\\\u00e9");
    }

    #[test]
    fn what_only_looks_like_a_document_is_text() {
        for text in ["[EMAIL]", "[5551234567]", "{oops", "[1] see \"x\" [2]"] {
            let document = serde_json::to_string(&[text]).expect("JSON");
            assert_eq!(leaves(&document), [leaf("/0", text, Role::Value)]);
        }
    }

    #[test]
    fn several_documents_stand_behind_each_other() {
        let all = of_json("{\"a\":\"x\"}\n{\"a\":\"y\"}\n", true, &[]).expect("JSON lines");
        assert_eq!(all.iter().map(|leaf| &*leaf.text).collect::<Vec<_>>(), ["x", "y"]);
    }
}
