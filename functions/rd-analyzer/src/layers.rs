//! Layers of sections and nodes: callouts that name them one under another, with how thick they are.

use crate::lines::{Line, Sheet};
use domain::Rect;

/// A layer (слой): what of, how thick.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    pub(crate) name: String,
    /// In millimetres; `None` of the ground and of whatever is not measured.
    pub(crate) thickness_mm: Option<u32>,
    pub(crate) line: Line,
}

/// Layers of one callout from top to bottom.
#[derive(Debug, Clone)]
pub(crate) struct Stack {
    pub(crate) layers: Vec<Layer>,
}

/// Every stack of two measured layers or more.
pub(crate) fn find(sheet: &Sheet<'_>, keep_out: &[Rect]) -> Vec<Stack> {
    let mut candidates: Vec<(&Line, Option<u32>, String)> = Vec::new();
    for line in &sheet.lines {
        let out = keep_out.iter().any(|area| area.contains(line.centre_x(), line.centre_y()));
        let letters = line.text.chars().filter(|letter| letter.is_alphabetic()).count();
        if out || letters < 4 || line.text.chars().count() > 110 {
            continue;
        }
        let (name, thickness) = split(&line.text);
        candidates.push((line, thickness, name));
    }
    let mut taken = vec![false; candidates.len()];
    let mut stacks = Vec::new();
    for at in 0..candidates.len() {
        if taken.get(at) != Some(&false) || candidates.get(at).is_none_or(|(_, thickness, _)| thickness.is_none()) {
            continue;
        }
        let mut chain = vec![at];
        while let Some((last, ..)) = chain.last().and_then(|last| candidates.get(*last)) {
            let next = candidates
                .iter()
                .enumerate()
                .skip(at + 1)
                .take_while(|(_, (line, ..))| line.bounds.y0 < last.bounds.y1 + 2.4 * last.height)
                .find(|(index, (line, ..))| {
                    taken.get(*index) == Some(&false)
                        && line.bounds.y0 > last.centre_y()
                        && line.bounds.y0 - last.bounds.y1 < 1.6 * last.height
                        && ((line.bounds.x0 - last.bounds.x0).abs() < 6.0
                            || (line.centre_x() - last.centre_x()).abs() < 3.0)
                        && (line.height - last.height).abs() < 0.35 * last.height
                });
            match next {
                Some((index, _)) if chain.len() < 14 => chain.push(index),
                _ => break,
            }
        }
        let measured =
            chain.iter().filter(|index| candidates.get(**index).is_some_and(|(_, thickness, _)| thickness.is_some()));
        if measured.count() < 2 {
            continue;
        }
        for index in &chain {
            if let Some(place) = taken.get_mut(*index) {
                *place = true;
            }
        }
        let layers = chain.iter().filter_map(|index| candidates.get(*index)).map(|(line, thickness, name)| Layer {
            name: name.clone(),
            thickness_mm: *thickness,
            line: (*line).clone(),
        });
        stacks.push(Stack { layers: layers.collect() });
    }
    stacks
}

/// Name and thickness of «Щебень фр.20-40мм – 100мм», «Стяжка t=50», «Утеплитель, 200 мм».
fn split(text: &str) -> (String, Option<u32>) {
    let plain = text.trim().trim_end_matches(['.', ';', ',']);
    for sign in ["t=", "h=", "δ=", "b=", "t =", "h ="] {
        if let Some((name, rest)) = plain.rsplit_once(sign)
            && let Some(mm) = leading_mm(rest)
        {
            return (tidy(name), Some(mm));
        }
    }
    let lower = plain.to_lowercase();
    let Some(at) = lower.rfind("мм") else { return (tidy(plain), None) };
    // Small letters are as long as capitals here; should they not be, the text is left whole.
    let Some(before) = plain.get(..at) else { return (tidy(plain), None) };
    let figures_end = before.trim_end();
    let start = figures_end.rfind(|letter: char| !(letter.is_ascii_digit() || letter == '.' || letter == ','));
    let (name, figures) = match start {
        Some(start) => figures_end
            .split_at(start + figures_end.get(start..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)),
        None => ("", figures_end),
    };
    let after = plain.get(at + "мм".len()..).unwrap_or_default();
    // «фр. 20-40 мм» is the size of stones.
    let is_range = name.trim_end_matches(['-', '–']).len() < name.len()
        && name.trim_end_matches(['-', '–']).ends_with(|letter: char| letter.is_ascii_digit())
        && !name.ends_with(' ');
    match leading_mm(figures) {
        Some(mm) if !name.is_empty() && !is_range && after.chars().count() < 30 => (tidy(name), Some(mm)),
        _ => (tidy(plain), None),
    }
}

fn leading_mm(text: &str) -> Option<u32> {
    let text = text.trim_start();
    let end =
        text.find(|letter: char| !(letter.is_ascii_digit() || letter == ',' || letter == '.')).unwrap_or(text.len());
    let number: f32 = text.get(..end)?.trim_end_matches(['.', ',']).replace(',', ".").parse().ok()?;
    // What is no layer: the length of a bar, a level.
    (1.0..=3000.0).contains(&number).then_some(number.round() as u32)
}

fn tidy(name: &str) -> String {
    let name = name.trim().trim_end_matches(['-', '–', '—', ',', ':', '(', '=', ' ']);
    let name = name.trim_end_matches("толщиной").trim_end_matches("толщ.").trim_end_matches("слоем");
    name.trim_end_matches(['-', '–', '—', ',', ':', '(', '=', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_parted_from_their_thickness() {
        for (text, name, mm) in [
            ("Щебень фр.20-40мм – 100мм", "Щебень фр.20-40мм", Some(100)),
            ("Бетонная подготовка В7,5- 100 мм", "Бетонная подготовка В7,5", Some(100)),
            ("Стяжка из раствора М150, t=50", "Стяжка из раствора М150", Some(50)),
            ("Утеплитель толщиной 200 мм", "Утеплитель", Some(200)),
            ("Уплотненный грунт", "Уплотненный грунт", None),
            ("Щебень фр. 20-40 мм", "Щебень фр. 20-40 мм", None),
        ] {
            assert_eq!(split(text), (name.to_owned(), mm), "{text}");
        }
    }
}
