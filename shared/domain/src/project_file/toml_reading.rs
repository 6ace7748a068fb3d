use crate::ActDate;
use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with a project file, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProjectFileProblem {
    /// Line, from 1.
    pub line: usize,
    /// What, and how to mend it: Russian.
    pub message: String,
}

/// A project file that cannot be used: all its problems, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectFileError {
    /// The problems.
    pub problems: Vec<ProjectFileProblem>,
}

impl std::error::Error for ProjectFileError {}

/// One line a problem.
impl fmt::Display for ProjectFileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(formatter, "{separator}строка {}: {}", problem.line, problem.message)?;
        }
        Ok(())
    }
}

/// Collects what is wrong while a file is read, so that all of it is told at once.
pub(super) struct Problems<'t> {
    text: &'t str,
    found: RefCell<Vec<ProjectFileProblem>>,
}

impl<'t> Problems<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, found: RefCell::new(Vec::new()) }
    }

    pub(super) fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.as_bytes().get(..span.start.min(self.text.len())).unwrap_or_default();
        1 + before.iter().filter(|&&byte| byte == b'\n').count()
    }

    pub(super) fn tell(&self, span: &Range<usize>, message: impl Into<String>) {
        let problem = ProjectFileProblem { line: self.line(span), message: message.into() };
        self.found.borrow_mut().push(problem);
    }

    pub(super) fn into_result<T>(self, value: T) -> Result<T, ProjectFileError> {
        let mut problems = self.found.into_inner();
        if problems.is_empty() {
            return Ok(value);
        }
        problems.sort();
        problems.dedup();
        Err(ProjectFileError { problems })
    }
}

/// What the parser of TOML refuses, told in Russian.
pub(super) fn syntax_problem(error: &toml::de::Error) -> String {
    let message = error.message();
    if message.contains("duplicate key") {
        return "ключ или раздел задан второй раз. Оставьте одну запись; повторяются только разделы в двойных скобках: \
                [[people]], [[act]]."
            .to_owned();
    }
    if message.contains("date") {
        return "дата записана неверно. Пишите без кавычек год-месяц-день: 2025-10-07.".to_owned();
    }
    "запись не читается. Строка имеет вид «ключ = \"текст\"»: проверьте знак «=», обе кавычки вокруг текста (кавычки внутри \
     текста пишите «ёлочками»), запятые и скобки."
        .to_owned()
}

/// A table of the file while it is read. Keys that nobody asks for are told of at its end.
pub(super) struct Section<'a, 't> {
    problems: &'a Problems<'t>,
    table: &'a DeTable<'t>,
    name: String,
    pub(super) span: Range<usize>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a, 't> Section<'a, 't> {
    pub(super) fn new(problems: &'a Problems<'t>, table: &'a DeTable<'t>, name: &str, span: Range<usize>) -> Self {
        Self { problems, table, name: name.to_owned(), span, asked: RefCell::new(Vec::new()) }
    }

    pub(super) fn line(&self) -> usize {
        self.problems.line(&self.span)
    }

    pub(super) fn tell(&self, span: &Range<usize>, message: impl Into<String>) {
        self.problems.tell(span, message);
    }

    pub(super) fn get(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    /// Tells of a value of the wrong kind.
    pub(super) fn wrong(&self, key: &str, value: &Spanned<DeValue<'t>>, wanted: &str) {
        let path = self.path(key);
        self.tell(&value.span(), format!("{path}: нужно {wanted}, а записано {}.", kind(value.get_ref())));
    }

    fn path(&self, key: &str) -> String {
        if self.name.is_empty() { format!("«{key}»") } else { format!("«{key}» в разделе {}", self.name) }
    }

    fn dotted(&self, key: &str) -> String {
        let name = self.name.trim_matches(['[', ']']);
        if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") }
    }

    /// A text without white space around it; `None` when the key is not there.
    pub(super) fn text(&self, key: &'static str) -> Option<String> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(text.trim().to_owned()),
            // A number of a document without letters is easily written without quotes.
            DeValue::Integer(number) => Some(number.as_str().to_owned()),
            _ => {
                self.wrong(key, value, "текст в кавычках");
                None
            }
        }
    }

    /// A text that must not be empty.
    pub(super) fn filled(&self, key: &'static str) -> Option<String> {
        let text = self.text(key)?;
        if text.is_empty() {
            let span = self.get(key).map_or(self.span.clone(), Spanned::span);
            self.tell(&span, format!("{}: пусто. Впишите текст или удалите строку.", self.path(key)));
            return None;
        }
        Some(text)
    }

    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        if value.get_ref().as_bool().is_none() {
            self.wrong(key, value, "true (да) или false (нет) без кавычек");
        }
        value.get_ref().as_bool()
    }

    /// A whole number within bounds.
    pub(super) fn number(&self, key: &'static str, allowed: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let value = self.get(key)?;
        let number = value.get_ref().as_integer().and_then(|number| number.as_str().parse().ok());
        let number = number.filter(|number| allowed.contains(number));
        if number.is_none() {
            self.wrong(key, value, &format!("целое число от {} до {} без кавычек", allowed.start(), allowed.end()));
        }
        number
    }

    /// A date: 2025-10-07, or the text «07.10.2025».
    pub(super) fn date(&self, key: &'static str) -> Option<ActDate> {
        let value = self.get(key)?;
        let date = match value.get_ref() {
            DeValue::Datetime(moment) if moment.time.is_none() => {
                moment.date.and_then(|date| ActDate::of_calendar(date.year, date.month, date.day))
            }
            DeValue::String(text) => date_in_figures(text),
            _ => None,
        };
        if date.is_none() {
            let shown = match value.get_ref() {
                DeValue::String(text) => format!("«{}»", text.trim()),
                other => kind(other).to_owned(),
            };
            let path = self.path(key);
            self.tell(&value.span(), format!("{path}: {shown} — не дата. Пишите год-месяц-день: {key} = 2025-10-07."));
        }
        date
    }

    /// One of several words, each with what it means.
    pub(super) fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = choices.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let span = self.get(key).map_or(self.span.clone(), Spanned::span);
            let words = choices.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
            let path = self.path(key);
            self.tell(&span, format!("{path}: «{text}» не подходит. Возможные значения: {words}."));
        }
        found
    }

    /// A table below this one.
    pub(super) fn section(&self, key: &'static str) -> Option<Section<'a, 't>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => {
                let name = format!("[{}]", self.dotted(key));
                Some(Section::new(self.problems, table, &name, value.span()))
            }
            _ => {
                self.wrong(key, value, &format!("раздел [{}]", self.dotted(key)));
                None
            }
        }
    }

    /// The tables of a list (`[[key]]`).
    pub(super) fn sections(&self, key: &'static str) -> Vec<Section<'a, 't>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let name = format!("[[{}]]", self.dotted(key));
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(key, value, &format!("раздел в двойных скобках {name}"));
            return Vec::new();
        };
        let mut sections = Vec::with_capacity(items.len());
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(table) => sections.push(Section::new(self.problems, table, &name, item.span())),
                _ => self.wrong(key, item, &format!("раздел {name}")),
            }
        }
        sections
    }

    /// The items of a list, each a text or a table; `None` when the key is not there.
    pub(super) fn items(&self, key: &'static str) -> Option<Vec<Item<'a, 't>>> {
        let value = self.get(key)?;
        let DeValue::Array(array) = value.get_ref() else {
            self.wrong(key, value, "список в квадратных скобках");
            return None;
        };
        let mut items = Vec::with_capacity(array.len());
        for item in array.iter() {
            match item.get_ref() {
                DeValue::String(text) if !text.trim().is_empty() => items.push(Item::Text(text.trim().to_owned())),
                DeValue::Table(table) => {
                    let name = format!("{}.{key}", self.name);
                    items.push(Item::Section(Section::new(self.problems, table, &name, item.span())));
                }
                _ => self.wrong(key, item, "непустой текст в кавычках или {таблица}"),
            }
        }
        Some(items)
    }

    /// The items of a list of texts; `None` when the key is not there.
    pub(super) fn texts(&self, key: &'static str) -> Option<Vec<String>> {
        let items = self.items(key)?;
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Item::Text(text) => texts.push(text),
                Item::Section(section) => {
                    self.tell(
                        &section.span,
                        format!("{}: нужен текст в кавычках, а записана таблица.", self.path(key)),
                    );
                }
            }
        }
        Some(texts)
    }

    /// All pairs of a table whose keys are the user's own.
    pub(super) fn own_pairs(&self) -> Vec<(String, Range<usize>, String)> {
        let mut pairs = Vec::new();
        for (key, value) in self.table.iter() {
            match value.get_ref() {
                DeValue::String(text) => pairs.push((key.get_ref().to_string(), key.span(), text.trim().to_owned())),
                DeValue::Integer(number) => {
                    pairs.push((key.get_ref().to_string(), key.span(), number.as_str().to_owned()));
                }
                _ => self.wrong(key.get_ref(), value, "текст в кавычках"),
            }
        }
        pairs
    }

    /// Ends the reading: tells of every key that is none.
    pub(super) fn end(self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table.iter() {
            let name: &str = key.get_ref();
            if asked.contains(&name) {
                continue;
            }
            let place = if self.name.is_empty() { String::new() } else { format!(" в разделе {}", self.name) };
            let remedy = match nearest(name, &asked) {
                Some(known) => format!("Вероятно, имелось в виду «{known}»."),
                None => {
                    let mut known: Vec<_> = asked.iter().map(|known| format!("«{known}»")).collect();
                    known.sort();
                    known.dedup();
                    format!("Возможны: {}.", known.join(", "))
                }
            };
            self.tell(&key.span(), format!("неизвестный ключ «{name}»{place}. {remedy}"));
        }
    }
}

/// An item of a list.
pub(super) enum Item<'a, 't> {
    Text(String),
    Section(Section<'a, 't>),
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "текст",
        DeValue::Integer(_) => "целое число",
        DeValue::Float(_) => "дробное число",
        DeValue::Boolean(_) => "да/нет",
        DeValue::Datetime(_) => "дата или время",
        DeValue::Array(_) => "список",
        DeValue::Table(_) => "раздел",
    }
}

/// «07.10.2025», «07.10.2025 г.».
fn date_in_figures(text: &str) -> Option<ActDate> {
    let text = text.trim().trim_end_matches("г.").trim_end();
    let mut parts = text.split('.').map(|part| part.parse::<u16>().ok());
    let (day, month, year) = (parts.next()??, parts.next()??, parts.next()??);
    let whole = parts.next().is_none() && year >= 1900;
    ActDate::of_calendar(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?).filter(|_| whole)
}

/// The known word that differs in at most two letters.
pub(super) fn nearest<'w>(word: &str, known: &[&'w str]) -> Option<&'w str> {
    let far = word.chars().count().div_ceil(3).min(2);
    let distances = known.iter().map(|known| (distance(word, known), *known));
    distances.filter(|(distance, _)| *distance <= far).min().map(|(_, known)| known)
}

/// Letters to put in, take out or change.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        let mut next = vec![left];
        for (above, wanted) in row.iter().skip(1).zip(&other) {
            let changed = diagonal + usize::from(letter != *wanted);
            left = changed.min(above + 1).min(left + 1);
            next.push(left);
            diagonal = *above;
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
