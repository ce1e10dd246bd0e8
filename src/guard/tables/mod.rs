//! Which words are names, places or everyday words, by language: a read-only table inside the program.
//!
//! In: a word in any case. Out: its [`Word`] marks. The table is 1.9 MB of the program's file and costs memory only
//! for the pages that are looked at. `cargo xtask guard-tables` makes it; NOTICE.md says from what.
//! Not here: deciding whether a word is a name where it stands (`names`).

const TABLE: &[u8] = include_bytes!("words.bin");
const BUCKET_BITS: u32 = 14;
const INDEX: usize = ((1 << BUCKET_BITS) + 1) * 4;

/// What the table knows about a word; nothing for a word that it does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Word(u16);

/// A set of languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tongues(u16);

impl Word {
    const FIRST: u16 = 1;
    const LAST: u16 = 2;
    const PLACE: u16 = 4;
    const STOP: u16 = 8;
    const KNOWN: u16 = 16;

    /// The marks of a word, whatever its case.
    pub fn of(word: &str) -> Self {
        Self::of_hash(hash(word))
    }

    /// The marks of the word with this [`hash`]. One word in some thousands that the table does not hold looks as if it
    /// did: it keeps sixteen bits of each word.
    pub fn of_hash(hash: u32) -> Self {
        let bucket = (hash >> (32 - BUCKET_BITS)) as usize;
        let key = hash & 0xffff;
        let entries = TABLE[INDEX + index(bucket) * 4..INDEX + index(bucket + 1) * 4].as_chunks::<4>().0;
        let key_at = |at: usize| u32::from(u16::from_le_bytes([entries[at][0], entries[at][1]]));
        // Hashes are spread evenly, so the place of one can be guessed.
        let mut at = (entries.len() * key as usize) >> 16;
        while at > 0 && key_at(at) > key {
            at -= 1;
        }
        while at < entries.len() && key_at(at) < key {
            at += 1;
        }
        match entries.get(at) {
            Some([.., low, high]) if key_at(at) == key => Self(u16::from_le_bytes([*low, *high])),
            _ => Self(0),
        }
    }

    /// A given name somewhere.
    pub fn first(self) -> bool {
        self.0 & Self::FIRST != 0
    }

    /// A family name somewhere.
    pub fn last(self) -> bool {
        self.0 & Self::LAST != 0
    }

    /// A city, region or country.
    pub fn place(self) -> bool {
        self.0 & Self::PLACE != 0
    }

    /// One of the small words that hold sentences together, in any language.
    pub fn stop(self) -> bool {
        self.0 & Self::STOP != 0
    }

    /// Stands with a capital in ordinary text: product, month, language, title, German noun.
    pub fn known(self) -> bool {
        self.0 & Self::KNOWN != 0
    }

    /// An everyday word in one of these languages.
    pub fn common(self, tongues: Tongues) -> bool {
        self.0 & tongues.0 != 0
    }

    /// In which languages it is an everyday word.
    pub fn tongues(self) -> Tongues {
        Tongues(self.0 & Tongues::ALL.0)
    }

    /// The table does not hold it.
    pub fn unknown(self) -> bool {
        self.0 == 0
    }

    /// All marks as a number, for features of the tagger.
    pub fn bits(self) -> u16 {
        self.0
    }
}

impl Tongues {
    const FIRST_BIT: u32 = 5;
    pub const ENGLISH: Self = Self(1 << Self::FIRST_BIT);
    pub const GERMAN: Self = Self(2 << Self::FIRST_BIT);
    pub const ALL: Self = Self(!0 << Self::FIRST_BIT);

    /// The languages that most of these words belong to: those that explain nearly as many words as the best one
    /// does. English is always among them, because chats mix it in everywhere.
    pub fn of(words: impl Iterator<Item = Word>) -> Self {
        let mut counts = [0_u32; 16];
        for word in words {
            let mut bits = word.tongues().0;
            while bits != 0 {
                counts[bits.trailing_zeros() as usize] += 1;
                bits &= bits - 1;
            }
        }
        let best = counts.iter().max().copied().unwrap_or(0);
        let mut tongues = Self::ENGLISH.0;
        for (bit, count) in counts.iter().enumerate() {
            if *count > 0 && count * 7 >= best * 6 {
                tongues |= 1 << bit;
            }
        }
        Self(tongues)
    }

    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

fn index(bucket: usize) -> usize {
    let at = bucket * 4;
    u32::from_le_bytes([TABLE[at], TABLE[at + 1], TABLE[at + 2], TABLE[at + 3]]) as usize
}

/// FNV-1a over the lower-case letters, stirred so that its upper bits are worth something.
pub fn hash(word: &str) -> u32 {
    let mut value = 0x811c_9dc5_u32;
    let mut feed = |byte: u8| value = (value ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    if word.is_ascii() {
        word.bytes().for_each(|byte| feed(byte.to_ascii_lowercase()));
    } else {
        let mut buffer = [0; 4];
        for c in word.chars().flat_map(char::to_lowercase) {
            c.encode_utf8(&mut buffer).bytes().for_each(&mut feed);
        }
    }
    value = (value ^ (value >> 15)).wrapping_mul(0x2c1b_3c6d);
    value ^ (value >> 13)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_names_in_any_case() {
        for name in ["Maria", "DANIEL", "élodie", "Анна", "민수", "Jürgen", "jurgen"] {
            assert!(Word::of(name).first(), "{name}");
        }
        for name in ["Smith", "Kowalski", "Müller", "Иванов", "佐藤", "王", "김"] {
            assert!(Word::of(name).last(), "{name}");
        }
        assert!(Word::of("xqzzyk").unknown());
    }

    #[test]
    fn everyday_words_are_common_where_they_are_used() {
        assert!(Word::of("will").common(Tongues::ENGLISH) && Word::of("will").first());
        assert!(!Word::of("Daniel").common(Tongues::ENGLISH));
        assert!(Word::of("the").stop() && Word::of("Monday").known() && Word::of("Kenya").place());
    }

    #[test]
    fn the_language_of_a_text_shows_in_its_words() {
        let tongues = |text: &str| Tongues::of(text.split(' ').map(Word::of));
        assert!(tongues("ich habe das nicht gesehen und weiß auch nicht warum").has(Tongues::GERMAN));
        assert!(!tongues("the weather was so nice that we went outside").has(Tongues::GERMAN));
    }
}
