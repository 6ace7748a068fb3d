use super::entries::act_entry;
use super::sections::{bundle, defaults, dictionary, files, numbering, parties, people, phrases};
use super::toml_reading::{Problems, Section, syntax_problem};
use super::{LARGEST_PROJECT_FILE_BYTES, ProjectFile, ProjectFileError, ProjectFileProblem, WorkChoice};
use toml::de::DeTable;

/// Most acts that one file may speak of.
const MOST_ACTS: usize = 5000;

pub(super) fn parse(bytes: &[u8]) -> Result<ProjectFile, ProjectFileError> {
    let whole = |message: &str| ProjectFileError {
        problems: vec![ProjectFileProblem { line: 1, message: message.to_owned() }],
    };
    if bytes.len() > LARGEST_PROJECT_FILE_BYTES {
        return Err(whole("файл проекта больше 1 МБ. Это не файл проекта: нужен текст в формате TOML."));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        let message = "знаки не в кодировке UTF-8. Сохраните файл как текст в кодировке UTF-8.".to_owned();
        ProjectFileError { problems: vec![ProjectFileProblem { line, message }] }
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let problems = Problems::of(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        problems.tell(&error.span().unwrap_or(0..0), syntax_problem(error));
    }
    if !errors.is_empty() {
        return problems.into_result(ProjectFile::default());
    }
    let file = project_file(Section::new(&problems, table.get_ref(), "", 0..0));
    problems.into_result(file)
}

fn project_file(root: Section<'_, '_>) -> ProjectFile {
    let mut file = ProjectFile::default();
    if let Some(object) = root.section("object") {
        let parts = [object.filled("name"), object.filled("address")];
        file.object = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        object.end();
    }
    if let Some(documentation) = root.section("documentation") {
        file.documentation = documentation.filled("text").unwrap_or_default();
        file.cipher = documentation.filled("cipher").unwrap_or_default();
        documentation.end();
    }
    file.parties = parties(&root);
    file.people = people(&root, &file.parties);
    file.numbering = numbering(&root);
    file.defaults = defaults(&root);
    file.phrases = phrases(&root);
    file.dictionary = dictionary(&root);
    file.bundle = bundle(&root);
    let entries = root.sections("act");
    if let Some(first_too_many) = entries.get(MOST_ACTS) {
        let message = format!("разделов [[act]] больше {MOST_ACTS}. Разделите проект на несколько файлов.");
        first_too_many.tell(&first_too_many.span, message);
    }
    let mut seen: Vec<(WorkChoice, usize)> = Vec::new();
    for entry in entries.into_iter().take(MOST_ACTS) {
        let span = entry.span.clone();
        let problem = |message: String| root.tell(&span, message);
        let Some(entry) = act_entry(entry) else { continue };
        let twice = seen.iter().find(|(work, _)| *work == entry.work && !matches!(work, WorkChoice::Added { .. }));
        if let Some((_, line)) = twice {
            problem(format!("об этой работе уже сказано в строке {line}. Оставьте один раздел [[act]] на работу."));
        }
        seen.push((entry.work.clone(), entry.line));
        file.acts.push(entry);
    }
    file.files = files(&root);
    root.end();
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project_file::{BundleLayout, BundleOrder, PhraseField, Role, Segment, Side};
    use crate::{ActDate, ActDocumentKind, PrintedForm, Wording};

    fn told(text: &str) -> String {
        parse(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn the_documented_example_is_good() {
        let file = parse(include_bytes!("../../../../docs/project-file.example.toml")).unwrap();
        assert!(file.object.contains("Примерск"));
        assert_eq!(file.bundle.layout, BundleLayout::Repeated);
        assert_eq!(file.bundle.order, BundleOrder::ByAct);
        assert!(file.people.iter().any(|person| person.role == Role::BuilderControl));
        assert!(file.phrases.contains_key(&PhraseField::PerformerRepresentative));
        assert!(!file.acts.is_empty());
    }

    #[test]
    fn an_empty_file_leaves_everything_as_drafted() {
        assert_eq!(parse(b"").unwrap(), ProjectFile::default());
        assert_eq!(parse("\u{feff}# только пояснение\r\n".as_bytes()).unwrap(), ProjectFile::default());
    }

    #[test]
    fn an_act_has_its_dates_documents_and_form() {
        let text = r#"
            [acts]
            wording = "РД-11-02-2006"
            [numbering]
            mask = "№{n}-{mark}/{corpus}"
            segments = { corpus = "К1" }
            [[act]]
            work = "Бетонирование"
            date = 2025-10-07
            finished = "06.10.2025 г."
            form = "АООК"
            materials = ["Песок", { name = "Бетон В25", amount = "12,5 м³", documents = [
              { name = "Документ о качестве", number = 17, date = 2025-10-01, sheets = 2 },
            ] }]
            [[act]]
            add = true
            after = 2
            name = "Уход за бетоном"
        "#;
        let file = parse(text.as_bytes()).unwrap();
        assert_eq!(file.defaults.wording, Wording::Rd11022006);
        assert_eq!(file.numbering.segments[&Segment::Corpus], "К1");
        let act = &file.acts[0];
        assert_eq!(act.work, WorkChoice::Named("Бетонирование".to_owned()));
        assert_eq!(act.finished, Some(ActDate { year: 2025, month: 10, day: 6 }));
        assert_eq!(act.form, Some(PrintedForm::Structures));
        let document = &act.materials.as_ref().unwrap()[1].documents[0];
        assert_eq!((&*document.number, document.sheets, document.kind), ("17", Some(2), ActDocumentKind::Quality));
        assert_eq!(document.material, "Бетон В25");
        assert_eq!(file.acts[1].work, WorkChoice::Added { beside: Some((Side::After, Box::new(WorkChoice::At(2)))) });
    }

    #[test]
    fn people_get_initials_and_the_words_of_their_organisation() {
        let text = r#"
            [parties.designer]
            name = "ООО «Проект»"
            ogrn = "1000000000003"
            [[people]]
            role = "designer"
            name = "Чертежов Чеслав Чеславович"
            organisation = "designer"
            order = { name = "приказ", number = "1-П", date = 2025-01-09 }
        "#;
        let who = parse(text.as_bytes()).unwrap().people.remove(0).who;
        assert_eq!((&*who.name, &*who.full_name), ("Чертежов Ч.Ч.", "Чертежов Чеслав Чеславович"));
        assert_eq!(who.organisation, "ООО «Проект», ОГРН 1000000000003");
        assert_eq!((&*who.order, &*who.order_number), ("приказ", "1-П"));
        assert_eq!(who.order_date, Some(ActDate { year: 2025, month: 1, day: 9 }));
    }

    #[test]
    fn every_problem_is_told_with_its_line_and_a_remedy() {
        let text = "[object]\nnmae = \"Дом\"\n\n[bundle]\nlayout = \"обычный\"\nyear = \"2025\"\n[parties.builder]\nname = \"\"\ninn = \"12\"\n";
        let told = told(text);
        let lines: Vec<&str> = told.lines().collect();
        assert!(lines[0].starts_with("строка 2: неизвестный ключ «nmae»") && lines[0].contains("«name»"), "{told}");
        assert!(lines[1].starts_with("строка 5: ") && lines[1].contains("\"repeated\""), "{told}");
        assert!(lines[2].starts_with("строка 6: ") && lines[2].contains("целое число"), "{told}");
        assert!(lines[3].starts_with("строка 8: ") && lines[3].contains("пусто"), "{told}");
        assert!(lines[4].starts_with("строка 9: ") && lines[4].contains("10 или 12 цифр"), "{told}");
        assert_eq!(lines.len(), 5, "{told}");
    }

    #[test]
    fn what_is_no_toml_is_told_in_russian() {
        for (text, line, words) in [
            ("[object]\nname = Дом\n", 2, "кавычки"),
            ("[object]\nname = \"Дом\n", 2, "кавычки"),
            ("[object]\nname = \"а\"\nname = \"б\"\n", 3, "второй раз"),
            ("[[act]]\nwork = 1\ndate = 2025-13-40\n", 3, "дат"),
            ("[[act]]\nwork = 1\ndate = \"31.02.2025\"\n", 3, "не дата"),
            ("[numbering]\nmask = \"{mark}\"\n", 2, "{n}"),
            ("[[act]]\ndate = 2025-10-07\n", 1, "work"),
            ("[[act]]\nwork = 1\n[[act]]\nwork = 1\n", 3, "строке 1"),
            ("[[act]]\nadd = true\nname = \"А\"\nbefore = 1\nafter = 2\n", 1, "before"),
            ("[phrases]\nmaterials = \"\"\n", 2, "пусто"),
            ("[[people]]\nrole = \"bilder\"\nname = \"А\"\n", 2, "\"builder\""),
            ("[[people]]\nrole = \"builder\"\nname = \"А Б\"\nfrom = 2025-02-01\nto = 2025-01-01\n", 4, "раньше"),
        ] {
            let told = told(text);
            assert!(told.starts_with(&format!("строка {line}: ")) && told.contains(words), "{text}\n{told}");
            assert!(!told.contains("expected"), "{told}");
        }
        assert!(parse(b"\xff").unwrap_err().to_string().contains("UTF-8"));
        assert!(parse(&vec![b' '; LARGEST_PROJECT_FILE_BYTES + 1]).is_err());
    }

    /// Cut, doubled and changed in every way, a file is read or refused; every problem names a line of it.
    #[test]
    fn a_damaged_file_is_refused_and_never_more() {
        let whole = include_bytes!("../../../../docs/project-file.example.toml");
        let mut dice = 0x2545_f491_4f6c_dd1d_u64;
        let mut roll = |below: usize| {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            usize::try_from(dice % below as u64).unwrap()
        };
        let signs = b"[]{}=\"\\'\n#.,-0\xd0\xff";
        for _ in 0..1500 {
            let mut bytes = whole.to_vec();
            for _ in 0..=roll(4) {
                let (from, length) = (roll(bytes.len()), roll(60));
                let to = (from + length).min(bytes.len());
                match roll(3) {
                    0 => drop(bytes.drain(from..to)),
                    1 => bytes.extend_from_within(from..to),
                    _ => bytes[from] = signs[roll(signs.len())],
                }
            }
            if let Err(error) = parse(&bytes) {
                let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() + 1;
                assert!(!error.problems.is_empty());
                assert!(error.problems.iter().all(|problem| (1..=lines).contains(&problem.line)), "{error}");
            }
        }
        let deep = format!("a = {}", "[".repeat(200_000));
        assert!(parse(deep.as_bytes()).is_err());
        assert!(parse(format!("{} = 1", ["a"; 100_000].join(".")).as_bytes()).is_err());
    }
}
