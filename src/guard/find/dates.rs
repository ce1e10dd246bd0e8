//! Dates of birth and of care; every other date is left alone.
//!
//! In: a scene. Out: claims, and kept stretches for dates without such a word in their sentence.
//! Not here: times (`masks`), expiry of cards (`labelled`).

mod read;

use std::ops::Range;

use super::labels::Labels;
use super::scene::{Scene, Veto};
use crate::guard::kind::{Confidence, Kind};

pub fn find(scene: &mut Scene<'_, '_>) {
    for span in read::dates(scene) {
        if !scene.claims.is_free(&span) {
            continue;
        }
        match judge(scene, &span) {
            Some((kind, detector)) => {
                scene.claim(kind, span, Confidence::Medium, detector);
            }
            None => scene.claims.keep(span),
        }
    }
}

fn judge(scene: &Scene<'_, '_>, span: &Range<usize>) -> Option<(Kind, &'static str)> {
    let near = scene.near(span.start);
    if near.veto == Veto::Direct {
        return None;
    }
    let both = Labels::Birth.or(Labels::Care);
    let nearest = near.labels.iter().find(|(labels, _)| labels.has(both)).map(|(labels, _)| *labels);
    let labels = nearest.or_else(|| {
        let after = scene.after(span.end).or(scene.unit(span.end));
        let around = |label: Labels| scene.sentence_has(span, label);
        if after.has(Labels::Birth) || around(Labels::Birth) || is_followed_by_birth(&scene.text()[span.end..]) {
            Some(Labels::Birth)
        } else {
            (after.has(Labels::Care) || around(Labels::Care)).then_some(Labels::Care)
        }
    })?;
    let fenced = scene.view.in_code(span.start) && near.labels.is_empty();
    if fenced {
        return None;
    }
    Some(if labels.has(Labels::Birth) { (Kind::Birthdate, "date of birth") } else { (Kind::Date, "date of care") })
}

/// `1980年1月2日生`, `1980년 1월 2일생`.
fn is_followed_by_birth(rest: &str) -> bool {
    rest.starts_with('生') || rest.starts_with('생')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::find::scene::found_by;

    fn found(text: &str) -> Vec<(Kind, &str)> {
        found_by(text, find)
    }

    #[test]
    fn births() {
        for (text, date) in [
            ("DOB: 03/14/1985", "03/14/1985"),
            ("I was born on March 3rd, 1985 in", "March 3rd, 1985"),
            ("geboren am 28. Februar 1936", "28. Februar 1936"),
            ("Nací el 19 de mayo de 1991.", "19 de mayo de 1991"),
            ("生年月日は1980年1月2日です", "1980年1月2日"),
            ("1980年1月2日生まれ", "1980年1月2日"),
            ("Data urodzenia: 12.03.1970", "12.03.1970"),
            ("born 1970-05-06", "1970-05-06"),
            ("my birthday is Jan 5", "Jan 5"),
            ("נולדתי ב 5 במאי 1974", "5 במאי 1974"),
            ("생년월일: 1980년 1월 2일", "1980년 1월 2일"),
        ] {
            assert_eq!(found(text), [(Kind::Birthdate, date)], "{text}");
        }
    }

    #[test]
    fn care() {
        assert_eq!(found("She was admitted on 5 May 2023 with pain"), [(Kind::Date, "5 May 2023")]);
        assert_eq!(found("On 2023-05-06 I had my surgery"), [(Kind::Date, "2023-05-06")]);
    }

    #[test]
    fn other_dates() {
        for harmless in
            ["released on 2024-01-02", "12/13 tests", "Meeting on May 5, 2024", "see 10.11.2024", "it may 5 times"]
        {
            assert_eq!(found(harmless), [], "{harmless}");
        }
    }
}
