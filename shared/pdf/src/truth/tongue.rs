//! How much a word looks like Russian, or like a language in Latin letters: the frequencies of its pairs of letters.
//!
//! The tables hold for each pair the logarithm of how often the second letter follows the first, 0 (one time in 500 or
//! never) to 9 (always); the last row is the start of a word, the last column its end. Real words have a mean of 5.4, 99
//! of 100 are above 3.9; under a shift or an exchange of letters 19 of 20 are below 3.4.

static RUSSIAN: [&[u8; 33]; 33] = [
    b"045344351355560354602333220000446",
    b"500005016035057064050300044500033",
    b"701006015045246133330100200610025",
    b"500044006025028060050000000000004",
    b"604137106024256344050101100310034",
    b"023353231445562265600213110000007",
    b"620067006040072001030000000000003",
    b"735153004033566040050001000500024",
    b"334235144444553256502334100000356",
    b"001030000035140005500001210000009",
    b"702005106005027054550030000000005",
    b"600006206022046001040000000370454",
    b"602007006021346301040000000500027",
    b"600035006030057003442010000620034",
    b"056554333445542455500113210000026",
    b"500006005013027270250020000200013",
    b"702216306020347103450200000410034",
    b"413014005055336524741201100330063",
    b"605016006031146055040001000460016",
    b"232445420254540456502104140000616",
    b"700005017004207040545000100200003",
    b"303003005000047043010100000000008",
    b"504006018020003000130000000400005",
    b"700007007041061000420000300020002",
    b"602007007044043151440000000020003",
    b"600008008000020000040000000030000",
    b"311117111111111111111111111111187",
    b"035026030633600433400603200000007",
    b"000003050030270005400000400000428",
    b"002120000276342304805200300000013",
    b"040030000102020013700006070000107",
    b"004035140011430023500320030000428",
    b"345352145053455656443123100003010",
];

static LATIN: [&[u8; 27]; 27] = [
    b"145402404036560406564221204",
    b"543363116306226304536000405",
    b"503251065055217104365000505",
    b"523474126002215314433311207",
    b"435534202004461426640325207",
    b"513255027004327105354102306",
    b"423072245004254205435000127",
    b"612270006012036304353000407",
    b"445444403015475404560403024",
    b"622374004341337532406300005",
    b"512771405003244303542020107",
    b"602472006005215301444000506",
    b"741373105012445601423000206",
    b"515554604022135200564201206",
    b"234413313135574406455443005",
    b"612461254025105506455001206",
    b"302330200002303044008200006",
    b"614471306033436204454210406",
    b"314162055043124402564010307",
    b"513272056004215305444020407",
    b"554342405025662506660002004",
    b"611282107000105202310310006",
    b"623251257013146304530140006",
    b"414362126103522501361224317",
    b"303340123024434506521001318",
    b"602073245002334300300002347",
    b"546554335225544515554342200",
];

/// Which letters a word is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Alphabet {
    Russian,
    Latin,
}

/// How much a word looks like one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Likeness {
    pub(super) alphabet: Alphabet,
    /// 0 to 9.
    pub(super) score: f32,
}

/// Shortest word that says anything.
const LEAST_LETTERS: usize = 5;
/// Shorter words in capitals are abbreviations.
const LEAST_CAPITALS: usize = 7;

/// The likeness of a word; none for one that says nothing: short, with digits, an abbreviation, of mixed letters.
pub(super) fn likeness(word: &str) -> Option<Likeness> {
    let bytes = word.as_bytes();
    // Most words of a drawing are numbers.
    if bytes.len() < LEAST_LETTERS || bytes.iter().any(u8::is_ascii_digit) {
        return None;
    }
    // Cyrillic letters are two bytes, D0 or D1 and another.
    if matches!(bytes.first(), Some(0xd0 | 0xd1)) && bytes.len() < 2 * LEAST_LETTERS {
        return None;
    }
    let mut pairs = Pairs { previous: EDGE, ..Pairs::default() };
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match (first, after.first()) {
            (0xd0 | 0xd1, Some(&second)) => {
                rest = after.get(1..).unwrap_or_default();
                let letter = CYRILLIC.get(usize::from(first & 1) << 6 | usize::from(second & 0x3f)).copied();
                // Letters of other languages say nothing.
                let letter = letter.filter(|&letter| letter != NO_LETTER)?;
                pairs.add(Alphabet::Russian, letter & !CAPITAL, letter & CAPITAL != 0)?;
            }
            (b'a'..=b'z', _) => pairs.add(Alphabet::Latin, first - b'a', false)?,
            (b'A'..=b'Z', _) => pairs.add(Alphabet::Latin, first - b'A', true)?,
            (0..=0x7f, _) => pairs.end(),
            // Dashes, quotes and the number sign stand in this block; letters elsewhere are of other alphabets.
            (0xe2, _) => {
                rest = after.get(2..).unwrap_or_default();
                pairs.end();
            }
            (0xc2, Some(0xa0..=0xa9 | 0xab..=0xb4 | 0xb6..=0xb9 | 0xbb..=0xbf)) => {
                rest = after.get(1..).unwrap_or_default();
                pairs.end();
            }
            _ => return None,
        }
    }
    pairs.end();
    if pairs.letters < LEAST_LETTERS || (pairs.capitals == pairs.letters && pairs.letters < LEAST_CAPITALS) {
        return None;
    }
    let score = pairs.sum as f32 / pairs.count.max(1) as f32;
    Some(Likeness { alphabet: pairs.alphabet?, score })
}

/// Marks a capital among the letters below.
const CAPITAL: u8 = 0x40;
const NO_LETTER: u8 = 0xff;

/// The places of Cyrillic letters in the alphabet, ё counting as е, by the last seven bits of their two bytes.
#[expect(clippy::indexing_slicing, reason = "the indices are within their arrays, and this runs at compile time")]
static CYRILLIC: [u8; 128] = {
    let mut letters = [NO_LETTER; 128];
    let mut place = 0;
    while place < 32 {
        letters[0x10 + place as usize] = place | CAPITAL;
        letters[0x30 + place as usize] = place;
        place += 1;
    }
    letters[0x01] = 5 | CAPITAL;
    letters[0x51] = 5;
    letters
};

/// Stands for the start and the end of a word in the tables.
const EDGE: u8 = 32;

/// The tables above by first and second letter, each with the edge at its own place.
static WEIGHTS: [[[u8; 64]; 64]; 2] = [weights(&RUSSIAN), weights(&LATIN)];

#[expect(clippy::indexing_slicing, reason = "the indices are within their arrays, and this runs at compile time")]
const fn weights<const LETTERS: usize>(table: &[&[u8; LETTERS]; LETTERS]) -> [[u8; 64]; 64] {
    let mut weights = [[0; 64]; 64];
    let mut first = 0;
    while first < LETTERS {
        let mut second = 0;
        while second < LETTERS {
            let row = if first + 1 == LETTERS { EDGE as usize } else { first };
            let column = if second + 1 == LETTERS { EDGE as usize } else { second };
            weights[row][column] = table[first][second] - b'0';
            second += 1;
        }
        first += 1;
    }
    weights
}

#[derive(Debug, Default)]
struct Pairs {
    alphabet: Option<Alphabet>,
    previous: u8,
    was_small: bool,
    sum: u32,
    count: u32,
    letters: usize,
    capitals: usize,
}

impl Pairs {
    /// None when the letter is of another alphabet than those before.
    #[inline]
    fn add(&mut self, alphabet: Alphabet, place: u8, is_capital: bool) -> Option<()> {
        if *self.alphabet.get_or_insert(alphabet) != alphabet {
            return None;
        }
        // «ПВХ-труба» is fine, «уСтРОйство» is no word: a capital behind a small letter counts as the rarest pair.
        if !(is_capital && self.was_small) {
            self.sum += weight(alphabet, self.previous, place);
        }
        self.count += 1;
        self.previous = place;
        self.was_small = !is_capital;
        self.letters += 1;
        self.capitals += usize::from(is_capital);
        Some(())
    }

    /// The end of an unbroken run of letters.
    #[inline]
    fn end(&mut self) {
        if let Some(alphabet) = self.alphabet
            && self.previous != EDGE
        {
            self.sum += weight(alphabet, self.previous, EDGE);
            self.count += 1;
        }
        self.previous = EDGE;
        self.was_small = false;
    }
}

#[inline]
fn weight(alphabet: Alphabet, first: u8, second: u8) -> u32 {
    let [russian, latin] = &WEIGHTS;
    let table = match alphabet {
        Alphabet::Russian => russian,
        Alphabet::Latin => latin,
    };
    let row = table.get(usize::from(first & 63));
    row.and_then(|row| row.get(usize::from(second & 63))).map_or(0, |&weight| u32::from(weight))
}

#[cfg(test)]
mod tests {
    use super::{Alphabet, likeness};

    fn mean(text: &str) -> f32 {
        let scores: Vec<f32> = text.split(' ').filter_map(likeness).map(|likeness| likeness.score).collect();
        scores.iter().sum::<f32>() / scores.len() as f32
    }

    #[test]
    fn russian_and_english_words_look_like_words() {
        let text = "Устройство монолитных железобетонных конструкций фундаментной плиты, гидроизоляция «Технониколь» ВЕДОМОСТЬ";
        assert!(mean(text) > 4.5, "{}", mean(text));
        let text = "pressure equipment for drinking water installations Grundfos Honeywell";
        assert!(mean(text) > 4.2, "{}", mean(text));
        assert_eq!(likeness("сваями").unwrap().alphabet, Alphabet::Russian);
    }

    #[test]
    fn exchanged_letters_do_not() {
        let shift = |text: &str, by: u32| -> String {
            let turn = |letter: char| match letter {
                'а'..='я' => char::from_u32(0x430 + (u32::from(letter) - 0x430 + by) % 32).unwrap(),
                other => other,
            };
            text.chars().map(turn).collect()
        };
        let text = "устройство монолитных железобетонных конструкций фундаментной плиты гидроизоляция";
        for by in 1..32 {
            assert!(mean(&shift(text, by)) < 3.6, "{by}: {} {}", shift(text, by), mean(&shift(text, by)));
        }
        assert!(mean("уСТрОйСТво мОНоЛИтных") < mean("устройство монолитных") - 1.0);
    }

    #[test]
    fn marks_numbers_and_abbreviations_say_nothing() {
        for word in
            ["А500С", "412-7-25-КЖ2.1", "ГОСТ", "DN50", "ПВХ", "мм", "Ø12", "кН/m", "H07RN-F", "1:100", "ВНИИПО"]
        {
            assert_eq!(likeness(word), None, "{word}");
        }
    }
}
