//! Hidden works named in sentences: «Освидетельствованию скрытых работ подлежат …».

use crate::lines::{Line, Sheet, fold, join_wrapped};
use domain::{ActForm, HiddenWork, HiddenWorksMode, Rect};

/// The sentences of the sheet that submit works to inspection, verbatim.
pub(crate) fn find(sheet: &Sheet<'_>, block: Option<Rect>) -> Vec<HiddenWork> {
    let mut works: Vec<HiddenWork> = Vec::new();
    for (at, line) in sheet.lines.iter().enumerate() {
        let folded = fold(&line.text);
        let outside = block.is_none_or(|block| !block.contains(line.centre_x(), line.centre_y()));
        // The word itself may be broken at the end of a line.
        if !(outside
            && (folded.contains("освидетельств") || folded.contains("скрыт") || folded.ends_with("освидетель-")))
        {
            continue;
        }
        let paragraph = paragraph_around(sheet, at);
        let text = join_wrapped(paragraph.iter().map(|line| line.text.as_str()));
        let mut submitted = false;
        for sentence in sentences(&text) {
            let folded = fold(sentence);
            let subject = folded.contains("подлеж") && folded.contains("освидетельств") && folded.contains("скрыт");
            let with_act = submitted
                && folded.contains("с составлением")
                && (folded.contains("аоср") || (folded.contains("акт") && folded.contains("освидетельств")));
            if (subject && names_something(&folded)) || with_act {
                submitted = true;
                let name = sentence.trim().trim_end_matches([';', ' ']).to_owned();
                if !works.iter().any(|known| known.name == name) {
                    works.push(HiddenWork {
                        evidence: sheet.evidence(boxes_of(&paragraph, sentence), sentence.to_owned(), 0.8),
                        name,
                        source: HiddenWorksMode::Prose,
                        form: ActForm::Aosr,
                        works: Vec::new(),
                    });
                }
            }
        }
    }
    works
}

/// The line that says that there are no hidden works («скрытые работы отсутствуют»).
pub(crate) fn denial<'s>(sheets: &'s [Sheet<'_>]) -> Option<(usize, &'s Line)> {
    sheets.iter().enumerate().find_map(|(index, sheet)| {
        let line = sheet.lines.iter().find(|line| {
            let folded = fold(&line.text);
            folded.contains("скрыт")
                && folded.contains("работ")
                && ["отсутств", "не предусм", "не выполня", "нет."].iter().any(|stem| folded.contains(stem))
        })?;
        Some((index, line))
    })
}

/// Whether more than the rule itself is said: what is to be inspected.
fn names_something(folded: &str) -> bool {
    let rest = folded.rsplit("подлежат").next().unwrap_or_default();
    let told = rest.split_whitespace().filter(|word| word.chars().count() > 3).count();
    told >= 2 || folded.find("подлежат").is_some_and(|at| at > 40)
}

/// The lines above and below that run on with this one: same beginning, same step.
fn paragraph_around(sheet: &Sheet<'_>, at: usize) -> Vec<Line> {
    let Some(line) = sheet.lines.get(at) else { return Vec::new() };
    let mut paragraph = vec![line.clone()];
    while paragraph.len() < 12 {
        let Some(first) = paragraph.first() else { break };
        let above = sheet
            .lines
            .iter()
            .filter(|other| other.bounds.y1 < first.centre_y() && runs_on(other, first))
            .max_by(|a, b| a.bounds.y0.total_cmp(&b.bounds.y0));
        match above {
            Some(above) if !above.text.trim_end().ends_with(['.', ';', ':']) => paragraph.insert(0, above.clone()),
            _ => break,
        }
    }
    while paragraph.len() < 20 {
        let Some(last) = paragraph.last() else { break };
        let below = sheet
            .lines
            .iter()
            .filter(|other| other.bounds.y0 > last.centre_y() && runs_on(last, other))
            .min_by(|a, b| a.bounds.y0.total_cmp(&b.bounds.y0));
        // An indented line begins the next paragraph.
        match below {
            Some(below) if below.bounds.x0 <= last.bounds.x0 + 3.0 => paragraph.push(below.clone()),
            _ => break,
        }
    }
    paragraph
}

fn runs_on(above: &Line, below: &Line) -> bool {
    let step = below.centre_y() - above.centre_y();
    let height = above.height.max(below.height);
    step > 0.5 * height && step < 1.9 * height && (above.bounds.x0 - below.bounds.x0).abs() < 5.0 * height
}

/// Sentences with their full stops. A stop after a single letter or before a small one ends none.
fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    for (index, (at, letter)) in letters.iter().enumerate() {
        if !matches!(letter, '.' | '!' | '?') {
            continue;
        }
        let space = letters.get(index + 1).is_some_and(|(_, next)| next.is_whitespace());
        let capital = letters.get(index + 2).is_some_and(|(_, next)| next.is_uppercase() || next.is_ascii_digit());
        let word: Vec<char> = letters
            .get(..index)
            .unwrap_or_default()
            .iter()
            .rev()
            .map(|(_, letter)| *letter)
            .take_while(|letter| letter.is_alphabetic())
            .collect();
        let initial = word.len() == 1 && word.first().is_some_and(|letter| letter.is_uppercase());
        let abbreviation = ["п", "пп", "см", "рис", "табл", "отм", "г", "ул"]
            .contains(&word.iter().rev().collect::<String>().to_lowercase().as_str());
        if space && capital && !initial && !abbreviation {
            let end = at + letter.len_utf8();
            found.push(text.get(start..end).unwrap_or_default().trim());
            start = end;
        }
    }
    found.push(text.get(start..).unwrap_or_default().trim());
    found.retain(|sentence| !sentence.is_empty());
    found
}

/// Boxes of the lines that hold words of the sentence: its first to its last.
fn boxes_of(paragraph: &[Line], sentence: &str) -> Vec<Rect> {
    let mut offset = 0;
    let text = join_wrapped(paragraph.iter().map(|line| line.text.as_str()));
    let Some(start) = text.find(sentence) else {
        return paragraph.iter().map(|line| line.bounds).collect();
    };
    let end = start + sentence.len();
    let mut boxes = Vec::new();
    for line in paragraph {
        let line_end = offset + line.text.len();
        if line_end > start && offset < end {
            boxes.push(line.bounds);
        }
        offset = line_end + 1;
    }
    boxes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_full_stops_only() {
        assert_eq!(
            sentences("Подлежат трубы, скрываемые в шахтах и т.д. Работы по п. 5 вести. По СП 7.1 А.Б. Иванов."),
            ["Подлежат трубы, скрываемые в шахтах и т.д.", "Работы по п. 5 вести.", "По СП 7.1 А.Б. Иванов."]
        );
    }
}
