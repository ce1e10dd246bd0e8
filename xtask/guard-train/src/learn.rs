//! Learns the weights of the guard's tagger.
//!
//! In: marked sentences and clean natural text. Out: one signed byte for each feature and label. The same input gives
//! the same bytes. Not here: the features (`src/guard/names/tagger`), where the
//! texts come from (the Python beside this crate).

use outtray::guard::names::Reading;
use outtray::guard::names::tagger::features::{self, COUNT};
use outtray::guard::names::tagger::{ADDRESS, BUCKETS, LABELS, NAME, OUTSIDE, follows};
use outtray::guard::names::{self, Learnt};
use outtray::guard::tables::Word;
use outtray::guard::view::View;

/// About how many paragraphs of natural text to learn from.
const NATURAL: usize = 90_000;

/// A text and its marked spans: bytes, and the label of a beginning.
pub struct Sample {
    text: String,
    spans: Vec<(usize, usize, usize)>,
}

impl Sample {
    /// `de<tab>Frag [[P|Ann Lee]]\nbitte`
    pub fn marked(line: &str) -> Self {
        let line = line.split_once('\t').map_or(line, |(_, text)| text).replace("\\n", "\n");
        let (mut text, mut spans) = (String::new(), Vec::new());
        let mut rest = line.as_str();
        while let Some(start) = rest.find("[[") {
            text.push_str(&rest[..start]);
            let label = if rest[start + 2..].starts_with('P') { NAME } else { ADDRESS };
            let end = rest.find("]]").expect("each mark is closed");
            let from = text.len();
            text.push_str(&rest[start + 4..end]);
            spans.push((from, text.len(), label));
            rest = &rest[end + 2..];
        }
        text.push_str(rest);
        Self { text, spans }
    }

    /// Natural text without marks, unless the rules see a name in it: then it may be one.
    pub fn natural(line: &str) -> Option<Self> {
        let text = line.split_once('\t').map_or(line, |(_, text)| text).to_owned();
        let clean = names::find(&Reading::new(&View::new(&text), &[]), &mut Learnt::default()).is_empty();
        clean.then(|| Self { text, spans: Vec::new() })
    }
}

/// Every sample of both texts that is worth learning from.
pub fn samples(sentences: &str, natural: &str) -> Vec<Sample> {
    // Every other line is left to measure with; scripts without capitals have rules of their own.
    let clean = natural.lines().step_by(2).filter(|line| line.len() > 40 && !line.starts_with(['z', 'j', 'k']));
    let every = clean.clone().count().div_ceil(NATURAL);
    let natural = clean.step_by(every.max(1)).filter_map(Sample::natural);
    sentences.lines().map(Sample::marked).chain(natural).collect()
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

struct Perceptron {
    weights: Vec<f32>,
    /// Each change times the step at which it was made, so that the average over all steps can be told at the end.
    changes: Vec<f64>,
    step: f64,
}

impl Perceptron {
    fn scores(&self, row: &[u32; COUNT]) -> [f32; LABELS] {
        let mut scores = [0.0; LABELS];
        for feature in row {
            for (label, score) in scores.iter_mut().enumerate() {
                *score += self.weights[*feature as usize * LABELS + label];
            }
        }
        scores
    }

    fn change(&mut self, row: &[u32; COUNT], label: usize, by: f32) {
        for feature in row {
            let at = *feature as usize * LABELS + label;
            self.weights[at] += by;
            self.changes[at] += f64::from(by) * self.step;
        }
    }

    /// The averaged weights as signed bytes; the largest thousandth is cut off.
    fn bytes(&self) -> Vec<u8> {
        let average: Vec<f64> = self
            .weights
            .iter()
            .zip(&self.changes)
            .map(|(weight, change)| f64::from(*weight) - change / self.step)
            .collect();
        let mut sizes: Vec<f64> = average.iter().copied().map(f64::abs).filter(|size| *size > 0.0).collect();
        sizes.sort_by(f64::total_cmp);
        let largest = sizes.get(sizes.len() * 999 / 1000).copied().unwrap_or(1.0);
        average
            .iter()
            .map(|weight| (weight * 127.0 / largest).round().clamp(-127.0, 127.0) as i8)
            .map(i8::cast_unsigned)
            .collect()
    }
}

/// Goes through the samples `rounds` times and returns the weights.
pub fn learn(mut samples: Vec<Sample>, rounds: usize) -> Vec<u8> {
    let size = BUCKETS * LABELS;
    let mut perceptron = Perceptron { weights: vec![0.0; size], changes: vec![0.0; size], step: 1.0 };
    let mut dice = Dice(0x5eed_0f0a_7a66_e12b);
    for round in 0..rounds {
        for at in (1..samples.len()).rev() {
            samples.swap(at, dice.roll(at + 1));
        }
        let (mut wrong, mut all) = (0, 0);
        for sample in &samples {
            let (errors, tokens) = learn_one(&mut perceptron, sample, &mut dice, round);
            wrong += errors;
            all += tokens;
        }
        eprintln!("round {}: {wrong} of {all} labels wrong", round + 1);
    }
    perceptron.bytes()
}

fn learn_one(perceptron: &mut Perceptron, sample: &Sample, dice: &mut Dice, round: usize) -> (usize, usize) {
    let view = View::new(&sample.text);
    let mut reading = Reading::new(&view, &[]);
    let truth: Vec<usize> = (0..reading.len()).map(|at| label(&view, sample, at)).collect();
    // Half of the names are hidden from the word lists, so that the tagger learns to do without.
    for (at, label) in truth.iter().enumerate() {
        if matches!(label, 1 | 2) && dice.roll(100) < 45 {
            reading.words[at] = Word::default();
        }
    }
    let mut seen = features::see(&reading, 0..reading.len());
    for token in &mut seen {
        if dice.roll(100) < 8 {
            token.word = 2;
        }
    }
    let (mut last, mut before, mut wrong) = (OUTSIDE, OUTSIDE, 0);
    let mut row = [0; COUNT];
    for (at, gold) in truth.iter().copied().enumerate() {
        features::fill(&seen, at, [last, before], &mut row);
        let scores = perceptron.scores(&row);
        // The token before was missed: the span begins again here.
        let right = if follows(gold, last) { gold } else { gold - 1 };
        let rival = (0..LABELS)
            .filter(|label| *label != right && follows(*label, last))
            .max_by(|a, b| scores[*a].total_cmp(&scores[*b]))
            .expect("outside or a beginning is always possible");
        if scores[right] - scores[rival] < 1.0 {
            perceptron.change(&row, right, 1.0);
            perceptron.change(&row, rival, -1.0);
        }
        let guess = if scores[right] >= scores[rival] { right } else { rival };
        wrong += usize::from(guess != right);
        perceptron.step += 1.0;
        before = last;
        last = if round == 0 || dice.roll(4) != 0 { right } else { guess };
    }
    (wrong, seen.len())
}

fn label(view: &View<'_>, sample: &Sample, at: usize) -> usize {
    let token = view.original(&(view.tokens()[at].start..view.tokens()[at].end));
    let span = sample.spans.iter().find(|span| token.start < span.1 && span.0 < token.end);
    span.map_or(OUTSIDE, |(start, _, label)| if token.start <= *start { *label } else { label + 1 })
}
