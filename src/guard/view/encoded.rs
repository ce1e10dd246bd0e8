//! Characters as links and web pages write them: `%40`, `&#64;`, `&#x40;`, `&commat;`.
//!
//! In: a text and a place in it. Out: the sign that is meant there, and how long it is written.
//! Not here: escapes of JSON (`json`), spaces in names of files (`filename`).

/// Of links only signs of addresses and telephone numbers: a `%` stands before other digits as well.
const IN_LINKS: [(&str, char); 5] = [("%40", '@'), ("%2B", '+'), ("%2E", '.'), ("%2D", '-'), ("%5F", '_')];

const NAMED: [(&str, char); 7] = [
    ("&commat;", '@'),
    ("&plus;", '+'),
    ("&period;", '.'),
    ("&lowbar;", '_'),
    ("&hyphen;", '-'),
    ("&dash;", '-'),
    ("&nbsp;", ' '),
];

pub fn read(text: &str, at: usize) -> Option<(char, usize)> {
    let rest = text.get(at..)?;
    match rest.as_bytes().first()? {
        b'%' => {
            // Written twice: `%2540`.
            let twice = rest.starts_with("%25");
            let sign = if twice { rest.get(2..5)? } else { rest.get(..3)? };
            let same = |written: &str| sign.as_bytes()[1..].eq_ignore_ascii_case(&written.as_bytes()[1..]);
            let (_, meant) = IN_LINKS.iter().find(|(written, _)| same(written))?;
            let sound = *meant != '+' || rest[if twice { 5 } else { 3 }..].starts_with(|c: char| c.is_ascii_digit());
            sound.then_some((*meant, if twice { 5 } else { 3 }))
        }
        b'&' => numbered(rest).or_else(|| {
            let (written, meant) = NAMED.iter().find(|(written, _)| rest.starts_with(written))?;
            Some((*meant, written.len()))
        }),
        _ => None,
    }
}

/// `&#64;`, `&#x40;`: signs of ASCII that can be seen.
fn numbered(rest: &str) -> Option<(char, usize)> {
    let number = rest.strip_prefix("&#")?;
    let end = number.bytes().take(8).position(|byte| byte == b';')?;
    let code = match number[..end].strip_prefix(['x', 'X']) {
        Some(hex) => u8::from_str_radix(hex, 16),
        None => number[..end].parse(),
    };
    code.ok().filter(|code| (0x20..0x7f).contains(code)).map(|code| (char::from(code), end + 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_read_as_they_are_meant() {
        for (written, meant) in [
            ("%40", '@'),
            ("%2b1", '+'),
            ("%2540", '@'),
            ("&#64;", '@'),
            ("&#x40;", '@'),
            ("&#0064;", '@'),
            ("&commat;", '@'),
            ("&#45;", '-'),
        ] {
            let length = written.trim_end_matches('1').len();
            assert_eq!(read(written, 0), Some((meant, length)), "{written}");
        }
        for other in ["", "%", "%4", "%20", "%2Bx", "%é40", "&#7;", "&#233;", "&#x;", "&amp;", "& #64;", "&#64"] {
            assert_eq!(read(other, 0), None, "{other}");
        }
    }
}
