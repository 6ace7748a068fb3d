use std::fmt;

/// A part of an act's number that a mask names in braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// `{mark}`: the mark of the set, «КЖ1.2».
    Mark,
    /// `{cipher}`: the whole cipher.
    Cipher,
    /// `{kind}`: «АОСР», «АООК».
    Kind,
    /// `{object}`: a short name of the object.
    Object,
    /// `{corpus}`: корпус.
    Corpus,
    /// `{section}`: секция.
    Section,
    /// `{floor}`: этаж.
    Floor,
    /// `{stage}`: очередь, захватка.
    Stage,
    /// `{axes}`: axes.
    Axes,
    /// `{system}`: a system of engineering, «В1».
    System,
    /// `{contract}`: the contract.
    Contract,
    /// `{letter}`: the builder's own letters.
    Letter,
    /// `{month}`: month of the act's date, two figures.
    Month,
    /// `{year}`: year of the act's date.
    Year,
}

impl Segment {
    /// All segments with their names in a mask.
    pub const ALL: [(&'static str, Segment); 14] = [
        ("mark", Self::Mark),
        ("cipher", Self::Cipher),
        ("kind", Self::Kind),
        ("object", Self::Object),
        ("corpus", Self::Corpus),
        ("section", Self::Section),
        ("floor", Self::Floor),
        ("stage", Self::Stage),
        ("axes", Self::Axes),
        ("system", Self::System),
        ("contract", Self::Contract),
        ("letter", Self::Letter),
        ("month", Self::Month),
        ("year", Self::Year),
    ];

    /// The segment of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, segment)| segment)
    }

    /// Its name in a mask.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, segment)| *segment == self).map_or("", |(name, _)| name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Number { width: usize },
    Segment(Segment),
}

/// How the number of an act is made: «{n}-{mark}/{corpus}», «№{n:02}.{mark}». A leading «№» is dropped, because the form
/// prints one itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberMask {
    parts: Vec<Part>,
}

/// A segment of the mask that has no value for this act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingSegment(pub Segment);

impl fmt::Display for MissingSegment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{{{}}}", self.0.name())
    }
}

impl NumberMask {
    /// Reads a mask.
    ///
    /// # Errors
    /// What is wrong and how to mend it, in Russian.
    pub fn parse(mask: &str) -> Result<Self, String> {
        let mut rest = mask.trim().strip_prefix('№').unwrap_or(mask.trim()).trim_start();
        let mut parts = Vec::new();
        while !rest.is_empty() {
            let Some((text, after)) = rest.split_once('{') else {
                parts.push(Part::Text(rest.to_owned()));
                break;
            };
            if !text.is_empty() {
                parts.push(Part::Text(text.to_owned()));
            }
            let (name, after) =
                after.split_once('}').ok_or("скобка «{» не закрыта: после имени части нужна «}».".to_owned())?;
            parts.push(part(name)?);
            rest = after;
        }
        if parts.iter().any(|part| matches!(part, Part::Text(text) if text.contains('}'))) {
            return Err("лишняя скобка «}»: части пишутся в паре скобок, например {n}.".to_owned());
        }
        if !parts.iter().any(|part| matches!(part, Part::Number { .. })) {
            return Err("в маске нет порядкового номера {n}: у всех актов был бы один номер.".to_owned());
        }
        Ok(Self { parts })
    }

    /// The number of the act that is the `n`-th.
    ///
    /// # Errors
    /// When `value` has none for a segment of the mask.
    pub fn number(&self, n: u32, value: impl Fn(Segment) -> Option<String>) -> Result<String, MissingSegment> {
        let mut number = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => number.push_str(text),
                Part::Number { width } => number.push_str(&format!("{n:0width$}", width = *width)),
                Part::Segment(segment) => number.push_str(&value(*segment).ok_or(MissingSegment(*segment))?),
            }
        }
        Ok(number)
    }

    /// The segments that it names.
    pub fn segments(&self) -> impl Iterator<Item = Segment> {
        self.parts.iter().filter_map(|part| match part {
            Part::Segment(segment) => Some(*segment),
            Part::Text(_) | Part::Number { .. } => None,
        })
    }
}

fn part(name: &str) -> Result<Part, String> {
    let unknown = || {
        let known: Vec<_> = Segment::ALL.iter().map(|(name, _)| format!("{{{name}}}")).collect();
        format!("неизвестная часть {{{name}}}. Возможны: {{n}}, {{n:02}}, {}.", known.join(", "))
    };
    match name.trim().split_once(':') {
        Some(("n", width)) => {
            let width = width.parse::<usize>().ok().filter(|width| (1..=9).contains(width));
            width.map(|width| Part::Number { width }).ok_or_else(unknown)
        }
        None if name.trim() == "n" => Ok(Part::Number { width: 1 }),
        _ => Segment::named(name.trim()).map(Part::Segment).ok_or_else(unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(segment: Segment) -> Option<String> {
        let value = match segment {
            Segment::Mark => "КЖ1.2",
            Segment::Corpus => "К9",
            Segment::Contract => "Г",
            Segment::Letter => "А",
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[test]
    fn masks_of_the_field_make_their_numbers() {
        for (mask, number) in [
            ("№{n}.{mark}", "7.КЖ1.2"),
            ("№ {n}/Фасад", "7/Фасад"),
            ("{n}-{mark}/{corpus}", "7-КЖ1.2/К9"),
            ("КЖ4-5/{contract}-{n}", "КЖ4-5/Г-7"),
            ("{n:02}-КЖ6-1", "07-КЖ6-1"),
            ("4.{n}-ОВ2/{corpus}", "4.7-ОВ2/К9"),
            ("{n}{letter}-БСС", "7А-БСС"),
        ] {
            assert_eq!(NumberMask::parse(mask).unwrap().number(7, value).unwrap(), number, "{mask}");
        }
    }

    #[test]
    fn wrong_masks_say_what_is_wrong() {
        for (mask, words) in [
            ("КЖ-{mark}", "нет порядкового номера"),
            ("{n}-{marka}", "{mark}"),
            ("{n", "не закрыта"),
            ("{n}}", "лишняя скобка"),
            ("{n:x}", "{n:02}"),
        ] {
            let message = NumberMask::parse(mask).unwrap_err();
            assert!(message.contains(words), "{mask}: {message}");
        }
        let mask = NumberMask::parse("{n}/{floor}").unwrap();
        assert_eq!(mask.number(1, value).unwrap_err().to_string(), "{floor}");
    }
}
