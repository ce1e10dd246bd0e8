//! Addresses of Japan, China and Korea: from the large to the small, without spaces.
//!
//! In: a scene, or a place behind a label. Out: spans. Not here: other scripts.

use std::ops::Range;

use crate::guard::find::labels::is_unspaced;
use crate::guard::find::scene::Scene;

/// Letters of the longest address.
const LONGEST: usize = 80;

/// What ends an address in a sentence.
const ENDS: &[&str] = &[
    "です",
    "でした",
    "に住",
    "に引",
    "にお",
    "に送",
    "まで",
    "宛て",
    "、",
    "。",
    "입니다",
    "이에요",
    "예요",
    "에 살",
    "에서",
    "으로",
    "로 보",
    "에 거주",
    "，",
    "！",
    "？",
    "，",
    "，",
    "谢谢",
    "请",
    "在住",
];

/// The address from here on, if it holds a number or a word for a road.
pub fn behind_label(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = &text[start..];
    let end = reach(rest);
    let part = rest[..end].trim_end();
    let number = part.bytes().any(|b| b.is_ascii_digit())
        || part.contains(['一', '二', '三', '四', '五', '六', '七', '八', '九', '十']);
    let place =
        part.chars().any(|c| "省市区县县路街号座室村镇都道府県市区町村丁目番시도군구동읍면리로길가".contains(c));
    (part.chars().count() >= 5 && number && place).then_some(start..start + part.len())
}

/// How far an address may reach from here, if not longer than one is read.
fn unread(rest: &str) -> Option<usize> {
    let end = reach(rest);
    (rest[..end].chars().count() < LONGEST).then_some(end)
}

fn reach(rest: &str) -> usize {
    let stop = |at: usize, c: char| {
        let tail = &rest[at..];
        let foreign = !(is_unspaced(c)
            || c.is_ascii_alphanumeric()
            || matches!(c, ' ' | '-' | '(' | ')' | 'ー' | '·' | '#' | '/'));
        let latin = c == ' ' && tail[1..].starts_with(|c: char| c.is_ascii_lowercase());
        let comma =
            c == ',' && !tail[1..].trim_start().starts_with(|c: char| c.is_ascii_digit() || ('가'..='힣').contains(&c));
        (foreign && c != ',') || comma || latin || begins_end(c) && ENDS.iter().any(|end| tail.starts_with(end))
    };
    rest.char_indices()
        .take(LONGEST)
        .find(|(at, c)| stop(*at, *c))
        .map_or_else(|| rest.char_indices().nth(LONGEST).map_or(rest.len(), |(at, _)| at), |(at, _)| at)
}

/// Most letters begin nothing that ends an address.
fn begins_end(c: char) -> bool {
    matches!(
        c,
        'で' | 'に'
            | 'ま'
            | '宛'
            | '、'
            | '。'
            | '입'
            | '이'
            | '예'
            | '에'
            | '으'
            | '로'
            | '，'
            | '！'
            | '？'
            | '谢'
            | '请'
            | '在'
    )
}

/// Addresses that begin with a province and go on to a number.
pub fn find(scene: &Scene<'_, '_>) -> Vec<(Range<usize>, &'static str)> {
    let text = scene.text();
    if text.is_ascii() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut end = 0;
    for (at, c) in text.char_indices() {
        let heads = matches!(c, '県' | '都' | '府' | '道' | '省' | '市' | '区' | '도' | '시');
        if at < end || !heads {
            continue;
        }
        let before = &text[..at];
        let name: usize = before
            .chars()
            .rev()
            .take_while(|c| is_letter(*c) && !"在是到从往居住于寄送".contains(*c))
            .take(if matches!(c, '도' | '시') { 6 } else { 3 })
            .map(char::len_utf8)
            .sum();
        let start = at - name;
        if name < 6 {
            continue;
        }
        if let Some(span) = behind_label(text, start).filter(|span| is_complete(&text[span.clone()])) {
            end = span.end;
            found.push((span, "east asian address"));
        } else if let Some(whole) = unread(&text[start..]) {
            // What the whole lacks, none of its parts has.
            end = start + whole;
        }
    }
    found
}

fn is_letter(c: char) -> bool {
    matches!(c as u32, 0x4e00..=0x9fff | 0xac00..=0xd7af)
}

/// A second, smaller place, and a number with what it counts.
fn is_complete(span: &str) -> bool {
    let japanese = span.contains(['市', '区', '町', '村', '郡'])
        && ["丁目", "番", "号"].iter().any(|count| span.contains(count))
        && span.contains(['県', '都', '府', '道']);
    let chinese = span.contains(['市', '县', '区'])
        && span.contains(['路', '街', '巷', '道'])
        && span.contains(['号', '座', '室', '栋', '楼']);
    let korean = ["로 ", "길 ", "가 ", "거리 ", "동 "].iter().any(|road| {
        let mut places = span.match_indices(road).map(|(at, _)| at + road.len());
        places.any(|at| span[at..].starts_with(|c: char| c.is_ascii_digit()))
    });
    japanese || chinese || korean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_is_known_by_its_first_letter() {
        assert!(ENDS.iter().all(|end| end.starts_with(begins_end)));
    }
}
