//! Public internet addresses, hardware addresses, and places on the globe.
//!
//! In: a scene. Out: claims; private and special addresses, masks and four-part versions are kept.
//! Not here: host names.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::labels::Labels;
use super::scene::{Scene, Veto};
use crate::guard::kind::{Confidence, Kind};

pub fn find(scene: &mut Scene<'_, '_>) {
    colons(scene);
    quads(scene);
}

/// IPv6 and MAC addresses: hexadecimal groups with colons (or hyphens) between them.
fn colons(scene: &mut Scene<'_, '_>) {
    let text = scene.text();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b':', b'-', &bytes[at..]).map(|found| at + found) {
        let fits = |b: &u8| b.is_ascii_hexdigit() || *b == bytes[found] || (bytes[found] == b':' && *b == b'.');
        let start = found - bytes[at..found].iter().rev().take_while(|b| b.is_ascii_hexdigit()).count();
        let run = bytes[start..].iter().take_while(|b| fits(b)).count();
        let word = text[start..start + run].trim_end_matches(['.', '-']);
        let word = if word.ends_with("::") { word } else { word.trim_end_matches(':') };
        at = (start + run).max(found + 1);
        let alone = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        let end = start + word.len();
        if !alone(scene.view.char_before(start)) || !alone(scene.view.char_after(end)) {
            continue;
        }
        if is_mac(word) {
            scene.claim(Kind::Device, start..end, Confidence::High, "mac");
        } else if word.len() > 4 && word.matches(':').count() >= 2 {
            match word.parse::<Ipv6Addr>() {
                Ok(address) if is_public_6(address) => {
                    scene.claim(Kind::Ip, start..end, Confidence::High, "ipv6");
                }
                Ok(_) => scene.claims.keep(start..end),
                Err(_) => {}
            }
        }
    }
}

fn is_mac(word: &str) -> bool {
    let parts =
        |sign| word.split(sign).filter(|part: &&str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit()));
    let real = !matches!(word, "00:00:00:00:00:00" | "ff:ff:ff:ff:ff:ff" | "FF:FF:FF:FF:FF:FF");
    word.len() == 17 && real && (parts(':').count() == 6 || parts('-').count() == 6)
}

fn is_public_6(address: Ipv6Addr) -> bool {
    let first = address.segments()[0];
    (0x2000..0x4000).contains(&first) && address.segments()[..2] != [0x2001, 0x0db8]
}

/// Four numbers with dots.
fn quads(scene: &mut Scene<'_, '_>) {
    let text = scene.text();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'.', &bytes[at..]).map(|found| at + found) {
        let start = found - bytes[at..found].iter().rev().take_while(|b| b.is_ascii_digit()).count();
        let run = bytes[start..].iter().take_while(|b| b.is_ascii_digit() || **b == b'.').count();
        let word = text[start..start + run].trim_end_matches('.');
        let end = start + word.len();
        at = (start + run).max(found + 1);
        if word.bytes().filter(|b| *b == b'.').count() != 3 {
            continue;
        }
        let parts = word.split('.').map(str::parse::<u8>);
        let Ok(parts) = parts.collect::<Result<Vec<u8>, _>>() else {
            // Such as a version of a browser.
            scene.claims.keep(start..end);
            continue;
        };
        let address = Ipv4Addr::new(parts[0], parts[1], parts[2], parts[3]);
        let attached =
            scene.view.char_before(start).is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/'))
                && !text[..start].ends_with("//")
                && !text[..start].ends_with('@');
        let near = scene.near(start);
        let masked = text[end..].starts_with("/0");
        // Only words for programs and parts of texts have numbers like it.
        let release = near.spoken.has(Labels::Release);
        if attached || masked || (release && near.veto == Veto::Direct) || !is_public_4(address) {
            scene.claims.keep(start..end);
        } else if !release || near.has(Labels::Network) || parts[0] > 30 {
            scene.claim(Kind::Ip, start..end, Confidence::High, "ipv4");
        }
    }
}

fn is_public_4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    // `1.2.3.4`, `9.8.7.6`: examples and versions.
    let small = address.octets().iter().all(|part| *part < 10);
    let shared = a == 100 && (64..128).contains(&b);
    let example = matches!((a, b, c), (192, 0, 2) | (198, 51, 100) | (203, 0, 113));
    let resolver = matches!(address.octets(), [1, 1, 1, 1] | [8, 8, 8, 8] | [8, 8, 4, 4] | [1, 0, 0, 1] | [9, 9, 9, 9]);
    (1..224).contains(&a)
        && !address.is_private()
        && !address.is_loopback()
        && !address.is_link_local()
        && !shared
        && !small
        && !example
        && !resolver
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::find::scene::found_by;

    fn found(text: &str) -> Vec<(Kind, &str)> {
        found_by(text, find)
    }

    #[test]
    fn public_addresses_and_hardware() {
        for (text, kind, span) in [
            ("from 81.2.69.142.", Kind::Ip, "81.2.69.142"),
            ("ssh root@81.2.69.142:22", Kind::Ip, "81.2.69.142"),
            ("http://81.2.69.142/x", Kind::Ip, "81.2.69.142"),
            ("at 2a02:8108:50bf::1f2e now", Kind::Ip, "2a02:8108:50bf::1f2e"),
            ("MAC 3C:22:FB:1A:2b:0c", Kind::Device, "3C:22:FB:1A:2b:0c"),
            ("3c-22-fb-1a-2b-0c", Kind::Device, "3c-22-fb-1a-2b-0c"),
        ] {
            assert_eq!(found(text), [(kind, span)], "{text}");
        }
    }

    #[test]
    fn private_ones_and_versions() {
        for harmless in [
            "127.0.0.1:8080",
            "192.168.1.20",
            "10.0.0.7",
            "255.255.255.0",
            "0.0.0.0/0",
            "::1",
            "fe80::1",
            "v1.2.3.4",
            "Chrome 120.0.6099.110",
            "10.0.19041.1000",
            "version 7.4.2.1",
            "12:30:45",
            "std::vec::Vec",
            "2001:db8::1",
        ] {
            assert_eq!(found(harmless), [], "{harmless}");
        }
    }
}
