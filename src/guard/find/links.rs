//! Links: those with credentials are secrets, those to a person's profile are personal, the others are left alone.
//!
//! In: a scene. Out: claims and kept stretches. Not here: e-mail addresses (`emails`).

use std::ops::Range;
use std::sync::OnceLock;

use super::labels::Labels;
use super::named::named;
use super::scene::Scene;
use crate::guard::kind::{Confidence, Kind};
use crate::guard::lexicon::Lexicon;

/// Hosts with a person behind the path: host, what comes before the name, whether the name must end the path.
const PROFILES: [(&str, &str, bool); 31] = [
    ("linkedin.com", "/in/", false),
    ("linkedin.com", "/pub/", false),
    ("facebook.com", "/", true),
    ("fb.com", "/", true),
    ("instagram.com", "/", true),
    ("threads.net", "/@", false),
    ("x.com", "/", true),
    ("twitter.com", "/", true),
    ("github.com", "/", true),
    ("gitlab.com", "/", true),
    ("bitbucket.org", "/", true),
    ("tiktok.com", "/@", false),
    ("youtube.com", "/@", false),
    ("youtube.com", "/user/", false),
    ("medium.com", "/@", false),
    ("reddit.com", "/user/", false),
    ("reddit.com", "/u/", false),
    ("t.me", "/", true),
    ("vk.com", "/", true),
    ("xing.com", "/profile/", false),
    ("snapchat.com", "/add/", false),
    ("pinterest.com", "/", true),
    ("twitch.tv", "/", true),
    ("soundcloud.com", "/", true),
    ("keybase.io", "/", true),
    ("orcid.org", "/", true),
    ("about.me", "/", true),
    ("linktr.ee", "/", true),
    ("calendly.com", "/", true),
    ("bsky.app", "/profile/", false),
    ("stackoverflow.com", "/users/", false),
];

/// First parts of a path that are pages of the host itself.
const PAGES: [&str; 37] = [
    "about",
    "login",
    "signup",
    "join",
    "help",
    "home",
    "explore",
    "features",
    "pricing",
    "search",
    "settings",
    "docs",
    "topics",
    "trending",
    "marketplace",
    "sponsors",
    "orgs",
    "enterprise",
    "security",
    "contact",
    "terms",
    "privacy",
    "jobs",
    "feed",
    "groups",
    "watch",
    "events",
    "pages",
    "hashtag",
    "share",
    "intent",
    "i",
    "p",
    "reel",
    "stories",
    "business",
    "policies",
];

/// Links to a person are no longer than this. Hosts may repeat for a whole document without a space.
const LONGEST: usize = 1024;

pub fn find(scene: &mut Scene<'_, '_>) {
    static HOSTS: OnceLock<Lexicon<()>> = OnceLock::new();
    let text = scene.text();
    let mut last = 0;
    for colon in memchr::memmem::find_iter(text.as_bytes(), b"://") {
        if colon < last {
            continue;
        }
        let scheme = text[..colon].bytes().rev().take_while(|b| b.is_ascii_alphanumeric() || *b == b'+').count();
        let link = colon - scheme..link_end(text, colon + 3);
        last = link.end;
        if scheme == 0 || link.end <= colon + 3 {
            continue;
        }
        judge(scene, link, colon + 3);
    }
    let hosts = HOSTS.get_or_init(|| Lexicon::new(PROFILES.iter().map(|(host, ..)| ((*host).to_string(), ()))));
    let words = scene.view.tokens().iter().filter(|token| text.as_bytes().get(token.end) == Some(&b'.'));
    for host in words.map(|token| token.start) {
        let Some((length, ())) = hosts.at(&text.as_bytes()[host..]).next() else { continue };
        let start = host - text[..host].bytes().rev().take_while(|b| b.is_ascii_alphanumeric() || *b == b'.').count();
        let alone = start == host || text[..host].ends_with('.');
        let within = text.floor_char_boundary(host + length + LONGEST);
        let link = start..link_end(&text[..within], host + length);
        if alone && scene.claims.is_free(&link) && is_any_profile(&text[link.clone()]) {
            scene.claim(Kind::Url, link, Confidence::High, "profile");
        }
    }
}

/// `link` without its scheme.
fn is_any_profile(link: &str) -> bool {
    let host = link.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let known = |name: &str| host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    PROFILES.iter().any(|profile| known(profile.0) && is_profile(link, host.len(), *profile))
}

/// `rest` is where the host begins.
fn judge(scene: &mut Scene<'_, '_>, link: Range<usize>, rest: usize) {
    let text = scene.text();
    let host_end = text[rest..link.end].find(['/', '?', '#']).map_or(link.end, |at| rest + at);
    let authority = &text[rest..host_end];
    if authority.rfind('@').is_some_and(|at| authority[..at].contains(':')) {
        scene.claim(Kind::Secret, link, Confidence::High, "credentials in a link");
        return;
    }
    let host = authority.rsplit('@').next().unwrap_or_default();
    let path = &text[host_end..link.end];
    let hook = (host == "hooks.slack.com" && path.starts_with("/services/"))
        || (host.ends_with("discord.com") && path.starts_with("/api/webhooks/"));
    let without_scheme = &text[rest..link.end];
    if hook {
        scene.claim(Kind::Secret, link, Confidence::High, "webhook");
    } else if is_any_profile(without_scheme) {
        scene.claim(Kind::Url, link, Confidence::High, "profile");
    } else if let Some(secret) = secret_parameter(text, host_end..link.end) {
        scene.claims.keep(link.start..secret.start);
        scene.claim(Kind::Secret, secret, Confidence::High, "credential in a query");
    } else if !is_bare_ip(host) && !path.contains('@') && !authority.contains('@') {
        keep_but_named(scene, link, host_end);
    }
}

/// Keeps a link, but for the parameters that say whose number or password they hold: `?phone=…`.
fn keep_but_named(scene: &mut Scene<'_, '_>, link: Range<usize>, tail: usize) {
    let text = scene.text();
    let mut kept = link.start;
    let query = text[tail..link.end].find(['?', '#']).map_or(link.end, |at| tail + at + 1);
    let mut at = query;
    for part in text[query..link.end].split(['&', ';', '#']) {
        let labels = part.split_once('=').map_or(Labels::NONE, |(name, _)| named(name));
        if labels != Labels::NONE && !labels.has(Labels::Count.or(Labels::Code).or(Labels::Social)) {
            scene.claims.keep(kept..at);
            kept = at + part.len();
        }
        at += part.len() + 1;
    }
    scene.claims.keep(kept..link.end);
}

fn is_bare_ip(host: &str) -> bool {
    host.starts_with('[') || host.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b':'))
}

/// `?token=…`: the value of a parameter that holds a credential.
fn secret_parameter(text: &str, tail: Range<usize>) -> Option<Range<usize>> {
    const NAMES: [&str; 14] = [
        "token",
        "access_token",
        "refresh_token",
        "id_token",
        "auth",
        "api_key",
        "apikey",
        "key",
        "secret",
        "sig",
        "signature",
        "password",
        "x-amz-signature",
        "code",
    ];
    let query = tail.start + text[tail.clone()].find('?')? + 1;
    let mut at = query;
    for part in text[query..tail.end].split('&') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        if value.len() >= 12 && NAMES.contains(&name.to_ascii_lowercase().as_str()) {
            let start = at + name.len() + 1;
            return Some(start..start + value.len());
        }
        at += part.len() + 1;
    }
    None
}

/// Whether a person's name follows the host, which ends at `path`.
fn is_profile(link: &str, path: usize, (_, before, whole): (&str, &str, bool)) -> bool {
    let lower = link[path..].to_ascii_lowercase();
    let Some(name) = lower.strip_prefix(before) else { return false };
    let name = name.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let first = name.split('/').next().unwrap_or_default();
    let fits = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-%".contains(&b));
    first.len() >= 2
        && fits(first)
        && !PAGES.contains(&first)
        && (!whole || first == name)
        && first.strip_suffix(".git").is_none()
}

/// A link reaches to white space, a quote or a bracket, without the punctuation of the sentence around it.
fn link_end(text: &str, from: usize) -> usize {
    let stops = |c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '|' | '{' | '}' | '\\') || !c.is_ascii()
    };
    let mut run = text[from..].find(stops).map_or(text.len(), |at| from + at);
    if let Some(close) = text[from..run].find(')').filter(|close| !text[from..from + close].contains('(')) {
        run = from + close;
    }
    let link = &text[from..run];
    let open = link.contains('(');
    from + link
        .trim_end_matches(|c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ']' | '*') || (c == ')' && !open))
        .len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::find::scene::found_by;
    use crate::guard::view::View;

    fn found(text: &str) -> Vec<(Kind, &str)> {
        found_by(text, find)
    }

    #[test]
    fn credentials_and_profiles() {
        let cases = [
            (
                "use postgres://app:hunter2@db.internal:5432/main.",
                Kind::Secret,
                "postgres://app:hunter2@db.internal:5432/main",
            ),
            ("see https://www.linkedin.com/in/ann-lee-42/, ok", Kind::Url, "https://www.linkedin.com/in/ann-lee-42/"),
            ("I am instagram.com/ann.lee", Kind::Url, "instagram.com/ann.lee"),
            ("https://x.org/a?b=1&token=abcdef0123456789", Kind::Secret, "abcdef0123456789"),
        ];
        for (text, kind, span) in cases {
            assert_eq!(found(text), [(kind, span)]);
        }
    }

    #[test]
    fn parameters_that_name_their_value_are_looked_at() {
        let left = |text: &str| {
            let view = View::new(text);
            let mut scene = Scene::new(&view, Labels::NONE);
            find(&mut scene);
            let free = |at: usize| scene.claims.is_free(&(at..at + 1));
            (0..view.text().len())
                .filter(|at| free(*at))
                .map(|at| char::from(view.text().as_bytes()[at]))
                .collect::<String>()
        };
        assert_eq!(left("http://a.org/x?a=123456789&phone=%2B12125550187&b=1"), "phone=+12125550187");
        assert_eq!(left("http://a.org/?ssn=078051120&amp;password=Hunter22x"), "ssn=078051120password=Hunter22x");
        assert_eq!(left("http://a.org/?order=123456789&page=4&rows=7"), "");
    }

    #[test]
    fn plain_links_stay() {
        for plain in
            ["https://github.com/rust-lang/rust/issues/123456789", "https://x.com/login", "http://example.com/?q=1"]
        {
            assert_eq!(found(plain), []);
        }
    }
}
