//! What a set of structures builds (захватки): which structure, on which level, between which axes.

use super::Ground;
use crate::axes::{self, Axes};
use crate::knowledge::{Structure, knowledge, words_of};
use crate::levels::{self, Level};
use crate::lines::fold;
use domain::Evidence;

/// How many there may be: a tower has forty floors.
const MOST: usize = 60;

/// One structure on one level.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    /// In the nominative, «of» and behind «под».
    pub(super) one: String,
    pub(super) of: String,
    pub(super) under: String,
    pub(super) rank: u32,
    pub(super) level: Option<Level>,
    pub(super) axes: Option<String>,
    /// Sheets that show it, by their place in the file.
    pub(super) sheets: Vec<usize>,
    pub(super) evidence: Evidence,
    /// Where level and axes were read.
    pub(super) basis: Vec<Evidence>,
}

/// A title with where it stands.
struct Title {
    text: String,
    sheet: Option<usize>,
    evidence: Evidence,
}

/// Every subject, in the order of building.
pub(super) fn find(ground: &Ground<'_, '_>) -> Vec<Subject> {
    let titles = titles(ground);
    let mut subjects: Vec<Subject> = Vec::new();
    for parts in [false, true] {
        for title in titles.iter().filter(|title| is_part(&title.text) == parts) {
            // A node or a specification names what others show; alone it must do.
            if parts && !subjects.is_empty() {
                break;
            }
            add(ground, &mut subjects, title);
        }
    }
    if subjects.is_empty() {
        subjects.extend(of_cover(ground));
    }
    merge_general(&mut subjects);
    for title in titles.iter().filter(|title| is_part(&title.text)) {
        let named = named(&title.text);
        for subject in subjects.iter_mut().filter(|subject| named.as_ref().is_some_and(|(one, ..)| one == &subject.one))
        {
            subject.sheets.extend(title.sheet);
        }
    }
    give_axes(ground, &mut subjects);
    subjects.sort_by_key(|subject| (subject.rank > 2, subject.level, subject.rank));
    subjects.truncate(MOST);
    subjects
}

fn titles(ground: &Ground<'_, '_>) -> Vec<Title> {
    let of_blocks = ground.blocks.iter().filter_map(|block| {
        let text = block.block.title.clone()?;
        let sheet = ground.sheet_of_page(block.block.page);
        Some(Title { text, sheet, evidence: block.block.evidence.clone() })
    });
    let of_list = ground.drawings.iter().map(|entry| Title {
        text: entry.name.clone(),
        sheet: None,
        evidence: entry.evidence.clone(),
    });
    of_blocks.chain(of_list).filter(|title| !fold(&title.text).starts_with("общие данные")).collect()
}

/// Whether the title is of something that shows a part of a structure, or counts it.
fn is_part(title: &str) -> bool {
    let folded = fold(title);
    ["узел", "узлы", "разрез", "сечен", "детал", "фрагмент", "спецификац", "ведомост", "вид "]
        .iter()
        .any(|beginning| folded.starts_with(beginning))
}

fn named(title: &str) -> Option<(String, String, String, u32)> {
    let found: Vec<&Structure> = knowledge().structures_in(&words_of(title));
    let join = |part: fn(&Structure) -> &String| {
        let parts: Vec<&str> = found.iter().map(|structure| part(structure).as_str()).collect();
        match parts.as_slice() {
            [head @ .., last] if !head.is_empty() => format!("{} и {last}", head.join(", ")),
            _ => parts.concat(),
        }
    };
    let rank = found.iter().map(|structure| structure.rank).min()?;
    Some((join(|one| &one.one), join(|one| &one.of), join(|one| &one.under), rank))
}

fn add(ground: &Ground<'_, '_>, subjects: &mut Vec<Subject>, title: &Title) {
    let Some((one, of, under, rank)) = named(&title.text) else { return };
    let level = levels::in_title(&title.text);
    let axes = axes_in_title(&title.text);
    let known = subjects.iter().position(|subject| {
        subject.one == one && (subject.level == level || level.is_none() || subject.level.is_none())
    });
    match known.and_then(|at| subjects.get_mut(at)) {
        Some(subject) => {
            subject.sheets.extend(title.sheet);
            if subject.level.is_none() && level.is_some() {
                subject.level = level;
                subject.basis.push(title.evidence.clone());
            }
            if subject.axes.is_none() {
                subject.axes = axes;
            }
        }
        None => subjects.push(Subject {
            one,
            of,
            under,
            rank,
            level,
            axes,
            sheets: title.sheet.into_iter().collect(),
            evidence: title.evidence.clone(),
            basis: ground.sheets.is_empty().then(|| title.evidence.clone()).into_iter().collect(),
        }),
    }
}

/// The structure that the cover names in the title of the volume.
fn of_cover(ground: &Ground<'_, '_>) -> Option<Subject> {
    ground.sheets.iter().take(4).find_map(|sheet| {
        sheet.lines.iter().find_map(|line| {
            let (one, of, under, rank) = named(&line.text)?;
            Some(Subject {
                one,
                of,
                under,
                rank,
                level: levels::in_title(&line.text),
                axes: None,
                sheets: Vec::new(),
                evidence: sheet.evidence(vec![line.bounds], line.text.clone(), 0.6),
                basis: Vec::new(),
            })
        })
    })
}

/// «Плита» beside «фундаментная плита» is the same one.
fn merge_general(subjects: &mut Vec<Subject>) {
    let names: Vec<String> = subjects.iter().map(|subject| subject.one.clone()).collect();
    let is_general = |subject: &Subject| {
        names.iter().any(|name| name != &subject.one && name.split(' ').any(|word| word == subject.one))
    };
    let (general, mut kept): (Vec<Subject>, Vec<Subject>) = std::mem::take(subjects).into_iter().partition(is_general);
    for one in general {
        let same = kept.iter_mut().find(|subject| {
            subject.one.split(' ').any(|word| word == one.one) && (one.level.is_none() || subject.level == one.level)
        });
        match same {
            Some(subject) => subject.sheets.extend(one.sheets),
            None if one.level.is_some() => kept.push(one),
            None => {}
        }
    }
    *subjects = kept;
}

fn give_axes(ground: &Ground<'_, '_>, subjects: &mut [Subject]) {
    let all: Vec<Option<&Axes>> = (0..ground.sheets.len()).map(|sheet| ground.axes_of(sheet)).collect();
    for subject in subjects.iter_mut().filter(|subject| subject.axes.is_none()) {
        let own =
            subject.sheets.iter().filter_map(|sheet| all.get(*sheet).copied().flatten().map(|axes| (*sheet, axes)));
        let own = own.max_by_key(|(_, axes)| axes.count());
        let any = || {
            let all = all.iter().enumerate().filter_map(|(sheet, axes)| axes.map(|axes| (sheet, axes)));
            all.max_by_key(|(_, axes)| axes.count())
        };
        if let Some((sheet, axes)) = own.or_else(any) {
            subject.axes = Some(axes.text());
            subject.basis.extend(ground.axes_evidence(sheet, axes));
        }
    }
}

/// «в осях 1-5/А-Г» of a title.
pub(super) fn axes_in_title(title: &str) -> Option<String> {
    let (_, rest) = title.split_once("осях ").or_else(|| title.split_once("в/о "))?;
    let mut axes = String::new();
    for word in rest.split_whitespace() {
        let fits = word.chars().all(|letter| letter.is_ascii_digit() || "/-–—.,;÷".contains(letter) || is_axis(letter));
        if !fits {
            break;
        }
        axes.push_str(word.trim_end_matches(['.', ';']));
    }
    let axes = axes.trim_end_matches(',').replace(['–', '—', '÷'], "-");
    (axes.len() > 2).then_some(axes)
}

fn is_axis(letter: char) -> bool {
    matches!(letter, 'А'..='Я' | '\'' | '’')
}

/// Axes of all plans, when the plans agree on them.
pub(super) fn common_axes<'g>(ground: &'g Ground<'_, '_>) -> Option<(usize, &'g axes::Axes)> {
    let mut found: Option<(usize, &axes::Axes)> = None;
    for sheet in 0..ground.sheets.len() {
        let Some(axes) = ground.axes_of(sheet) else { continue };
        match found {
            Some((_, known)) if known.text() == axes.text() => {}
            Some((_, known)) if known.count() >= axes.count() + 3 => {}
            Some((_, known)) if axes.count() >= known.count() + 3 => found = Some((sheet, axes)),
            Some(_) => return None,
            None => found = Some((sheet, axes)),
        }
    }
    found
}
