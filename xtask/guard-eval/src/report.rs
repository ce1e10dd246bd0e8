//! Shows a score as tables.
//!
//! In: counts. Out: text on stdout. Not here: the counting (`score`).

use std::time::Duration;

use crate::score::{Score, Share};

pub fn print(score: &Score, loading: Duration) {
    let (recall, precision) = (score.all.value(), score.precision.value());
    let f = |beta: f64| {
        (1.0 + beta * beta) * precision * recall / (beta * beta * precision + recall).max(f64::MIN_POSITIVE)
    };
    let negatives = score
        .negatives
        .values()
        .fold(Share::default(), |sum, share| Share { of: sum.of + share.of, hit: sum.hit + share.hit });
    println!("files {}, {} kB of text", score.files, score.bytes / 1000);
    row("precision", score.precision);
    row("recall (whole span)", score.all);
    println!("{:24} {:.3}", "F1", f(1.0));
    println!("{:24} {:.3}", "F2", f(2.0));
    row("structured kinds", score.structured);
    row("over-redaction", score.over);
    row("files without a leak", score.leak_free);
    row("clean files untouched", score.untouched);
    row("hard negatives hit", negatives);
    let ten = score.bytes as f64 / 10_240.0;
    let false_alarms = score.precision.of - score.precision.hit;
    println!("{:24} {:.2} per 10 kB", "false alarms", false_alarms as f64 / ten.max(f64::MIN_POSITIVE));
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{:24} {:.2} ms per 10 kB, {:.2} ms per file, slowest {:.1} ms, first use {:.0} ms",
        "time",
        millis(score.time) / ten.max(f64::MIN_POSITIVE),
        millis(score.time) / score.files as f64,
        millis(score.slowest),
        millis(loading)
    );
    if score.document_bytes > 0 {
        println!(
            "{:24} {:.2} ms per 10 kB of JSON, {} held back",
            "from bytes to bytes",
            millis(score.document_time) * 10_240.0 / score.document_bytes as f64,
            score.held_back
        );
    }
    table("recall by class", score.classes.iter());
    table("recall by kind", score.kinds.iter());
    println!("\n{:24} {:>9} {:>9}", "by language", "recall", "precision");
    for (language, share) in &score.languages {
        println!("  {language:22} {:9.3} {:9.3}  {}", share.recall.value(), share.precision.value(), share.recall.of);
    }
    table("hard negatives hit", score.negatives.iter());
    println!("\nfalse alarms by kind");
    for (kind, count) in &score.false_by_kind {
        println!("  {kind:22} {count}");
    }
    for (title, pieces) in &score.examples {
        println!("\n{title}");
        for piece in pieces {
            println!("  {piece}");
        }
    }
}

fn table<'a>(title: &str, rows: impl Iterator<Item = (&'a String, &'a Share)>) {
    println!("\n{title}");
    for (name, share) in rows {
        println!("  {name:22} {:.3}  {} of {}", share.value(), share.hit, share.of);
    }
}

fn row(name: &str, share: Share) {
    println!("{name:24} {:.4}  {} of {}", share.value(), share.hit, share.of);
}
