//! Keys and tokens that give themselves away by how they begin: `AKIA…`, `ghp_…`, PEM blocks, JSON web tokens.
//!
//! In: a scene. Out: secrets in its claims. Not here: those that only a label betrays (`assigned`), credentials in
//! links (`links`).

use std::sync::OnceLock;

use super::scene::Scene;
use crate::guard::kind::{Confidence, Kind};
use crate::guard::lexicon::Lexicon;

/// Which characters go on after the prefix, and at least how many.
#[derive(Debug, Clone, Copy)]
enum Body {
    /// Capital letters and digits, exactly so many.
    Capitals(usize),
    /// Letters and digits, `_` and `-`.
    Word(usize),
    /// The same with dots, slashes and base-64 signs.
    Wide(usize),
    /// A word that must also look random, because the prefix is short.
    Random(usize),
}

use Body::{Capitals, Random, Wide, Word};

const PREFIXES: [(&str, Body); 80] = [
    ("AKIA", Capitals(16)),
    ("ASIA", Capitals(16)),
    ("ABIA", Capitals(16)),
    ("ACCA", Capitals(16)),
    ("ghp_", Word(30)),
    ("gho_", Word(30)),
    ("ghs_", Word(30)),
    ("ghu_", Word(30)),
    ("ghr_", Word(30)),
    ("github_pat_", Word(22)),
    ("glpat-", Word(18)),
    ("gldt-", Word(18)),
    ("glrt-", Word(18)),
    ("glsa_", Word(20)),
    ("sk-", Random(20)),
    ("sk-ant-", Word(20)),
    ("sk-proj-", Word(20)),
    ("sk-or-v1-", Word(20)),
    ("sk_live_", Word(16)),
    ("sk_test_", Word(16)),
    ("rk_live_", Word(16)),
    ("rk_test_", Word(16)),
    ("pk_live_", Word(16)),
    ("pk_test_", Word(16)),
    ("whsec_", Wide(20)),
    ("xoxb-", Word(20)),
    ("xoxp-", Word(20)),
    ("xoxa-", Word(20)),
    ("xoxr-", Word(20)),
    ("xoxs-", Word(20)),
    ("xoxe-", Word(20)),
    ("xapp-", Word(20)),
    ("AIza", Word(33)),
    ("ya29.", Wide(20)),
    ("GOCSPX-", Word(20)),
    ("SG.", Wide(40)),
    ("npm_", Word(30)),
    ("pypi-", Word(40)),
    ("hf_", Word(28)),
    ("r8_", Word(28)),
    ("gsk_", Word(28)),
    ("otd_", Word(16)),
    ("otk_", Word(16)),
    ("otc_", Word(16)),
    ("xai-", Word(28)),
    ("pplx-", Word(28)),
    ("tvly-", Word(20)),
    ("nvapi-", Word(28)),
    ("fw_", Random(24)),
    ("dop_v1_", Word(40)),
    ("doo_v1_", Word(40)),
    ("shpat_", Word(28)),
    ("shpss_", Word(28)),
    ("shpca_", Word(28)),
    ("sq0atp-", Word(20)),
    ("sq0csp-", Word(20)),
    ("EAAC", Word(60)),
    ("lin_api_", Word(28)),
    ("ATATT3", Wide(40)),
    ("ATCTT3", Wide(40)),
    ("figd_", Word(28)),
    ("dckr_pat_", Word(20)),
    ("hvs.", Wide(24)),
    ("hvb.", Wide(24)),
    ("AGE-SECRET-KEY-1", Capitals(58)),
    ("PMAK-", Word(40)),
    ("NRAK-", Word(24)),
    ("sntrys_", Wide(40)),
    ("sntryu_", Word(40)),
    ("secret_", Random(40)),
    ("ntn_", Word(40)),
    ("tskey-", Word(20)),
    ("dapi", Random(32)),
    ("rubygems_", Word(40)),
    ("pscale_tkn_", Word(28)),
    ("LTAI", Random(16)),
    ("AccountKey=", Wide(60)),
    ("SharedAccessKey=", Wide(30)),
    ("eyJ", Wide(30)),
    (ARMOUR, Word(0)),
];

const ARMOUR: &str = "-----BEGIN";

pub fn find(scene: &mut Scene<'_, '_>) {
    static BEGINNINGS: OnceLock<Lexicon<Body>> = OnceLock::new();
    let beginnings =
        BEGINNINGS.get_or_init(|| Lexicon::new(PREFIXES.iter().map(|(prefix, body)| ((*prefix).to_string(), *body))));
    let text = scene.text();
    let words = scene.view.tokens().iter().map(|token| token.start);
    let armour = memchr::memmem::find_iter(text.as_bytes(), ARMOUR);
    let mut starts: Vec<usize> = words.chain(armour).collect();
    starts.sort_unstable();
    for start in starts {
        let Some((length, body)) = beginnings.at(&text.as_bytes()[start..]).next() else { continue };
        if !scene.claims.is_free(&(start..start + 1))
            || text[..start].bytes().next_back().is_some_and(|b| b.is_ascii_alphanumeric())
        {
            continue;
        }
        let end = match &text[start..start + length] {
            ARMOUR => pem(text, start),
            "eyJ" => web_token(text, start),
            _ => prefixed(text, start, start + length, body),
        };
        if let Some(end) = end {
            scene.claim(Kind::Secret, start..end, Confidence::High, "secret prefix");
        }
    }
    telegram(scene);
}

fn prefixed(text: &str, start: usize, from: usize, body: Body) -> Option<usize> {
    let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let wide = |b: u8| word(b) || matches!(b, b'.' | b'/' | b'+' | b'=');
    let run = |fits: &dyn Fn(u8) -> bool| text[from..].bytes().take_while(|b| fits(*b)).count();
    let end = match body {
        Capitals(length) => {
            let found = run(&|b| b.is_ascii_uppercase() || b.is_ascii_digit());
            return (found == length && !text[from + found..].starts_with(|c: char| c.is_alphanumeric()))
                .then_some(from + found);
        }
        Word(least) => (from + run(&word), least),
        Wide(least) => (from + text[from..from + run(&wide)].trim_end_matches('.').len(), least),
        Random(least) => {
            let end = from + run(&word);
            let parts = || text[start..end].split(['-', '_']);
            if !parts().any(|part| part.len() >= 16 && is_random(part)) {
                return None;
            }
            (end, least)
        }
    };
    (end.0 >= from + end.1).then_some(end.0)
}

/// A private key with its armour; one that is cut off reaches to the end.
fn pem(text: &str, start: usize) -> Option<usize> {
    let rest = &text[start..];
    let head = &rest.as_bytes()[..rest.len().min(60)];
    let line = memchr::memmem::find(head.split(|b| *b == b'\n').next()?, b"PRIVATE KEY").filter(|at| *at < 40)?;
    let Some(tail) = rest[line..].find("-----END").map(|at| line + at) else { return Some(text.len()) };
    let close = rest[tail + 8..].find("-----").map_or(rest.len(), |at| tail + 8 + at + 5);
    Some(start + close)
}

/// Three base-64 parts, the first two JSON objects; the last may be empty or cut.
fn web_token(text: &str, start: usize) -> Option<usize> {
    let run =
        text[start..].bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')).count();
    let token = text[start..start + run].trim_end_matches('.');
    let mut parts = token.split('.');
    let header = parts.next()?.len() >= 12;
    (header && parts.next()?.starts_with("ey")).then_some(start + token.len())
}

/// A Telegram bot's token: its number, a colon, 35 characters.
fn telegram(scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes();
    for colon in memchr::memmem::find_iter(bytes, b":AA") {
        let number = bytes[..colon].iter().rev().take_while(|b| b.is_ascii_digit()).count();
        let body =
            bytes[colon + 1..].iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
        if (8..=10).contains(&number) && (33..=36).contains(&body) {
            scene.claim(Kind::Secret, colon - number..colon + 1 + body, Confidence::High, "telegram token");
        }
    }
}

/// Whether a word looks like a random one: letters of both cases and digits well mixed, or long hexadecimal.
pub fn is_random(word: &str) -> bool {
    let count = |fits: fn(&u8) -> bool| word.bytes().filter(fits).count();
    let (digits, upper, lower) =
        (count(u8::is_ascii_digit), count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase));
    let letters = upper + lower;
    let loud = word.as_bytes().windows(2).any(|pair| pair.iter().all(u8::is_ascii_uppercase));
    let turns = word.as_bytes().windows(2).filter(|pair| class(pair[0]) != class(pair[1])).count();
    word.len() >= 12
        && letters > 0
        && ((digits >= 2 && turns * 4 >= word.len()) || (upper >= 3 && lower >= 3 && loud && turns * 3 >= word.len()))
}

fn class(b: u8) -> u8 {
    match b {
        b'0'..=b'9' => 0,
        b'A'..=b'Z' => 1,
        b'a'..=b'z' => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::find::scene::found_by;

    fn found(text: &str) -> Vec<&str> {
        found_by(text, find).into_iter().map(|(_, span)| span).collect()
    }

    #[test]
    fn known_prefixes_are_secrets() {
        // Put together here, so that no scanner takes this file for a leak.
        let body = "Zx9".repeat(14);
        for secret in [
            format!("AK{}{}", "IA", "2345ABCDEFGH67QZ"),
            format!("gh{}_{body}", "p"),
            format!("s{}-{body}", "k"),
            format!("xo{}-{body}", "xb"),
            format!("AI{}{}", "za", &body[..35]),
            format!("ey{}.eyJzdWIiOiIxIn0.{body}", "JhbGciOiJIUzI1NiJ9"),
            format!("-----BEGIN RSA PRIVATE{}-----\nMIIabc\n-----END RSA PRIVATE KEY-----", " KEY"),
            format!("123456789:AA{}", &body[..33]),
            format!("ot{}_{}", "d", &body[..24]),
            format!("ot{}_{}", "k", &body[..24]),
            format!("ot{}_{}", "c", &body[..24]),
        ] {
            assert_eq!(found(&format!("it is {secret}, ok")), [secret]);
        }
    }

    #[test]
    fn words_that_begin_alike_are_not() {
        for harmless in [
            "sk-learn-is-a-very-nice-library-to-have",
            "AKIAshort",
            "task_live_0123456789abcdef",
            "-----BEGIN CERTIFICATE-----",
            "npm_config_registry",
            "msg_01ABCDEFabcdef0123456789",
        ] {
            assert_eq!(found(harmless), Vec::<&str>::new());
        }
    }

    #[test]
    fn randomness() {
        assert!(is_random("9f86d081884c7d659a2feaa0c55ad015") && is_random("kJqWErtYXzpLmNbV"));
        assert!(!is_random("internationalisation") && !is_random("getElementById") && !is_random("12345678901234"));
    }
}
