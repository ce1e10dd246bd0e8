//! Postal addresses, streets and postcodes.
//!
//! In: a scene. Out: claims; an address swallows what was found inside it. Not here: places on the globe (`geo`).

mod east_asia;
mod labelled;
mod postcode;
mod run;
mod street;
mod words;

use std::ops::Range;

use super::scene::Scene;
use crate::guard::kind::{Confidence, Kind};

pub fn find(scene: &mut Scene<'_, '_>) {
    let mut found = labelled::find(scene);
    found.extend(street::find(scene));
    found.extend(postcode::find(scene));
    found.extend(east_asia::find(scene));
    found.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    for (span, detector) in found {
        if span.start < end {
            continue;
        }
        if let Some(span) = without_others(scene, span) {
            end = span.end;
            scene.claims.absorb(Kind::Address, span, Confidence::Medium, detector);
        }
    }
}

/// The part of a span before a finding that no address holds, such as an e-mail address.
fn without_others(scene: &Scene<'_, '_>, mut span: Range<usize>) -> Option<Range<usize>> {
    let foreign =
        |kind: Kind| !matches!(kind, Kind::Address | Kind::Account | Kind::HealthId | Kind::NationalId | Kind::Age);
    for found in scene.claims.found().iter().filter(|found| foreign(found.kind)) {
        if found.span.start < span.end && found.span.end > span.start {
            span.end = found.span.start;
        }
    }
    let text = scene.text().get(span.clone())?;
    let end = span.start + text.trim_end_matches([' ', ',', '\n', '-', '(', '/', '.']).len();
    (end > span.start + 2).then_some(span.start..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::find::scene::found_by;

    fn found(text: &str) -> Vec<&str> {
        found_by(text, find).into_iter().map(|(_, span)| span).collect()
    }

    #[test]
    fn addresses_around_the_world() {
        for (before, address, after) in [
            ("I live at ", "742 Evergreen Terrace, Springfield, OR 97403", ". Can you"),
            ("we met near ", "1600 N 42nd St, Apt 21B, Portland, ME 04101-1234", " today"),
            ("I live on ", "10 Reyes Walk", " in Leeds"),
            ("write to ", "Flat 7, Heather Turnpike, Quinnberg, E2H 4TF", "."),
            ("My postcode is ", "BD49 1RL", " and"),
            ("Anschrift: ", "Anke-Scheel-Straße 947, 49550 Nordhausen", "\n"),
            ("ich wohne in der ", "Jungferstr. 449", " in Ulm"),
            ("j'habite au ", "283, rue Honoré Lefèvre, 64804 Regnier", "."),
            ("au ", "718, chemin de Ollivier\n84320 Allain-les-Bains", "."),
            ("vivo en ", "Rambla de Bienvenida Benavides 8\nVizcaya, 46767", "."),
            ("abito in ", "Piazza Aldo, 310 Piano 7\n09078, Scano Di Montiferro (OR)", "."),
            ("moro em ", "Recanto Brayan Martins, 31\nVitoria\n53563-754 Teixeira da Serra / PB", "."),
            ("mieszkam przy ", "ulica Kazimierza Wielkiego 12, 59-341 Zielona Góra", "."),
            ("живу по адресу ", "с. Пермь, алл. Специалистов, д. 638 стр. 9, 558037", "."),
            ("Please deliver to ", "H.No. 470, Dixit Marg, Hindupur 862827", ", contact Ann"),
            ("ואני גר ב", "דולב 18, בני ציון, 7276513", "."),
            ("住所は", "岩手県匝瑳市箪笥町18丁目7番8号 長畑シャルム090", "です。"),
            ("住在", "浙江省楠县门头沟西宁街f座 917817", "。"),
            ("주소는 ", "충청북도 홍성군 가락거리 515 (영일김김리)", "입니다."),
            ("Ik woon op ", "Kerkstraat 12-A\n1234 AB Utrecht", "."),
        ] {
            assert_eq!(found(&format!("{before}{address}{after}")), [address]);
        }
    }

    #[test]
    fn sentences_with_numbers() {
        for harmless in [
            "In New York, the Empire State Building has 102 floors.",
            "Set the timeout to 30000 ms and the port to 8443.",
            "the 5 Way Valve is in Hall 3",
            "In 2020 Hyde Park was full",
            "The email address is wrong, try 3 times",
            "Write to file 12 and send it to Node 5",
            "at address 0x7fff5fbff8c0",
            "Der Zug fährt um 14:30 Uhr am Gleis 7 ab.",
            "via HTTP 2 and Python 3",
            "move to Windows 11",
        ] {
            assert_eq!(found(harmless), Vec::<&str>::new(), "{harmless}");
        }
    }
}
