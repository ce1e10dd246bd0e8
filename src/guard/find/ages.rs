//! Ages of ninety and more, which point at few people.
//!
//! In: a scene. Out: claims. Not here: younger ages, which are left alone.

use super::checks::value;
use super::labels::Labels;
use super::scene::Scene;
use crate::guard::kind::{Confidence, Kind};
use crate::guard::view::Class;

pub fn find(scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes();
    let numbers: Vec<_> = scene.view.tokens().iter().filter(|token| token.class == Class::Number).copied().collect();
    for token in numbers {
        let span = token.start..token.end;
        if span.len() > 3 || !(90..=120).contains(&value(&bytes[span.clone()])) {
            continue;
        }
        let part =
            |c: Option<char>| c.is_some_and(|c| matches!(c, '.' | ',' | '/' | ':' | '%' | '$' | '€' | '_' | '#'));
        let decimal = bytes.get(span.end).is_some_and(|b| matches!(b, b'.' | b',' | b'/' | b':' | b'%'))
            && bytes.get(span.end + 1).is_none_or(u8::is_ascii_digit);
        if part(scene.view.char_before(span.start)) || decimal {
            continue;
        }
        let labelled =
            scene.near(span.start).labels.first().is_some_and(|(labels, gap)| labels.has(Labels::Age) && *gap <= 6);
        if labelled || scene.unit(span.end).has(Labels::Age) {
            scene.claim(Kind::Age, span, Confidence::Medium, "age");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::view::View;

    fn found(text: &str) -> Vec<&str> {
        let view = View::new(text);
        let mut scene = Scene::new(&view, Labels::NONE);
        find(&mut scene);
        scene.claims.into_findings().into_iter().map(|found| &text[found.span]).collect()
    }

    #[test]
    fn great_ages() {
        for (text, age) in [
            ("she is 93 years old", "93"),
            ("a 101-year-old", "101"),
            ("turned 95", "95"),
            ("Sie ist 92 Jahre alt", "92"),
            ("93歳", "93"),
        ] {
            assert_eq!(found(text), [age], "{text}");
        }
    }

    #[test]
    fn other_numbers() {
        for harmless in ["he is 45 years old", "95% of", "age 12", "99 bottles", "it turned 1.95"] {
            assert_eq!(found(harmless), Vec::<&str>::new(), "{harmless}");
        }
    }
}
