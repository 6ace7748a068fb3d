//! The acts of a set after they were formed: signed, edited in their workbook, brought back.

#![expect(clippy::unwrap_used, reason = "a test: a failure is its result")]

mod run;

use domain::{Act, ActDate, ActSet, PrintedForm};
use forms::{act_form, forms_xlsx};
use pdf::testkit::{SetOptions, drawing_set, marked_set};
use run::Pto;
use std::fs;
use std::path::{Path, PathBuf};

fn set() -> Vec<u8> {
    drawing_set(&SetOptions { pages: 6, seed: 2, faults: true }).pdf
}

fn acts_in(out: &Path) -> ActSet {
    serde_json::from_slice(&fs::read(out.join("acts.json")).unwrap()).unwrap()
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// The workbook of these acts with other values in it, as an engineer sends it back.
fn edited(pto: &Pto, acts: &[Act], edit: impl Fn(&mut [Act])) -> PathBuf {
    let mut changed = acts.to_vec();
    edit(&mut changed);
    let forms: Vec<_> =
        acts.iter().zip(&changed).map(|(act, changed)| (format!("№ {}", act.number), act_form(changed))).collect();
    pto.write("acts-edited.xlsx", &forms_xlsx(&forms).unwrap())
}

#[test]
fn acts_signed_as_drafts_stay_byte_for_byte_when_the_first_project_file_comes() {
    let pto = Pto::new();
    let file = pto.write("КЖ.pdf", &set());
    let out = pto.folder().join("out");
    let done = pto.run(&["process", &text(&file), "--out", &text(&out)]);
    assert!(matches!(done.code, Some(0 | 3)), "{done:?}");
    let drafts = acts_in(&out);
    let before = fs::read(out.join("acts").join(&drafts.files[0].file)).unwrap();
    let project = pto.write("1.toml", "[acts]\ncopies = \"3\"\n[[act]]\nwork = 1\nsigned = true\n".as_bytes());
    let made = pto.run(&["acts", "regenerate", "--out", &text(&out), "--project", &text(&project)]);
    assert!(matches!(made.code, Some(0 | 3)), "{made:?}");
    assert!(made.stdout.contains(&format!("= акт № {}: подписан", drafts.acts[0].number)), "{made:?}");
    let after = acts_in(&out);
    assert_eq!(after.acts[0], Act { signed: true, ..drafts.acts[0].clone() });
    assert!(fs::read(out.join("acts").join(&after.files[0].file)).unwrap() == before, "a signed act changed");
    assert_eq!(after.acts[1].copies, "3");
}

#[test]
fn an_edited_workbook_comes_back_shown_first_and_is_kept_when_applied() {
    let pto = Pto::new();
    let file = pto.write("КЖ.pdf", &set());
    let out = pto.folder().join("out");
    let project = pto.write(
        "объект.toml",
        "# Наш объект\n[acts]\ncopies = \"2\" # по договору\n\n[[act]]\nwork = 1\ndate = 2025-10-07 # по журналу\n"
            .as_bytes(),
    );
    let (out_text, project_text) = (text(&out), text(&project));
    let done = pto.run(&["process", &text(&file), "--out", &out_text, "--project", &project_text]);
    assert!(matches!(done.code, Some(0 | 3)), "{done:?}");
    let before = acts_in(&out);
    assert!(before.acts.len() > 1);

    let untouched =
        pto.run(&["acts", "import", &text(&out.join("acts.xlsx")), "--out", &out_text, "--project", &project_text]);
    assert_eq!((untouched.code, untouched.stdout.trim()), (Some(0), "Изменений нет."), "{untouched:?}");

    let book = edited(&pto, &before.acts, |acts| {
        acts[0].date = Some(ActDate { year: 2025, month: 10, day: 9 });
        acts[0].additional = "Работы выполнены в зимних условиях".to_owned();
        acts[1].norms = vec!["СП 48.13330.2019".to_owned(), "ППР (раздел 2; лист 3)".to_owned()];
    });
    let import = ["acts", "import", &text(&book), "--out", &out_text, "--project", &project_text];
    let shown = pto.run(&import);
    assert_eq!(shown.code, Some(0), "{shown:?}");
    for words in [
        "«07» октября 2025 г.",
        "«09» октября 2025 г.",
        "Дополнительные сведения",
        "зимних условиях",
        "раздел 2; лист 3",
    ] {
        assert!(shown.stdout.contains(words), "{words}: {shown:?}");
    }
    assert!(shown.stderr.contains("--apply"), "{shown:?}");
    let kept = fs::read_to_string(&project).unwrap();
    assert!(kept.contains("2025-10-07"), "only shown");

    let applied = pto.run(&[&import[..], &["--apply"]].concat());
    assert_eq!((applied.code, &applied.stdout), (Some(0), &shown.stdout), "{applied:?}");
    let written = fs::read_to_string(&project).unwrap();
    assert!(written.starts_with("# Наш объект\n[acts]\ncopies = \"2\" # по договору\n"), "{written}");
    assert!(written.contains("date = 2025-10-09 # по журналу\n"), "{written}");

    let made = pto.run(&["acts", "regenerate", "--out", &out_text, "--project", &project_text]);
    assert!(matches!(made.code, Some(0 | 3)), "{made:?}");
    let after = acts_in(&out);
    assert_eq!(after.acts[0].date, Some(ActDate { year: 2025, month: 10, day: 9 }));
    assert_eq!(after.acts[0].additional, "Работы выполнены в зимних условиях");
    assert_eq!(after.acts[1].norms, ["СП 48.13330.2019", "ППР (раздел 2; лист 3)"]);
    let again =
        pto.run(&["acts", "import", &text(&out.join("acts.xlsx")), "--out", &out_text, "--project", &project_text]);
    assert_eq!(again.stdout.trim(), "Изменений нет.", "{again:?}");
}

#[test]
fn what_cannot_be_taken_is_refused_whole_and_says_where() {
    let pto = Pto::new();
    let file = pto.write("КЖ.pdf", &set());
    let out = pto.folder().join("out");
    let toml = "[[act]]\nwork = 1\nsigned = true\n\n[[act]]\nwork = 2\nmaterials = [{ name = \"Бетон\", documents = [{ name = \
                \"Паспорт\", number = \"1\" }] }]\n";
    let project = pto.write("объект.toml", toml.as_bytes());
    let (out_text, project_text) = (text(&out), text(&project));
    let done = pto.run(&["process", &text(&file), "--out", &out_text, "--project", &project_text]);
    assert!(matches!(done.code, Some(0 | 3)), "{done:?}");
    let acts = acts_in(&out).acts;
    let import = |book: &Path| {
        pto.run(&["acts", "import", &text(book), "--out", &out_text, "--project", &project_text, "--apply", "--json"])
    };
    type Spoil = fn(&mut [Act]);
    let cases: [(Spoil, &str); 3] = [
        (|acts| acts[0].copies = "5".to_owned(), "подписан и не меняется"),
        (|acts| acts[1].object = "Другой дом".to_owned(), "[object]"),
        (|acts| acts[1].materials = vec!["Бетон В30".to_owned()], "строке 5"),
    ];
    for (edit, words) in cases {
        // A change that could be taken goes with it: nothing of both is.
        let book = edited(&pto, &acts, |acts| {
            edit(acts);
            acts[1].additional = "Сведения".to_owned();
        });
        let refused = import(&book);
        assert_eq!(refused.code, Some(4), "{refused:?}");
        let line: serde_json::Value = serde_json::from_str(refused.stdout.lines().next().unwrap()).unwrap();
        let told = line["refused"].to_string();
        assert!(told.contains(words) && told.contains("ячейка"), "{words}: {told}");
        assert_eq!(fs::read_to_string(&project).unwrap(), toml);
    }
    let mut other = acts.clone();
    other[1].number = "77".to_owned();
    let refused = import(&edited(&pto, &other, |_| {}));
    assert!(refused.code == Some(4) && refused.stdout.contains("такого акта нет"), "{refused:?}");
    let refused = import(&pto.write("нет.xlsx", b"%PDF"));
    assert!(refused.code == Some(4) && refused.stderr.contains("acts.xlsx"), "{refused:?}");
}

#[test]
fn the_act_of_a_structure_comes_back_from_its_workbook_too() {
    let pto = Pto::new();
    let file = pto.write("КЖ.pdf", &marked_set(12).pdf);
    let out = pto.folder().join("out");
    let project = pto.write("объект.toml", "[acts]\ncopies = \"2\"\n".as_bytes());
    let (out_text, project_text) = (text(&out), text(&project));
    let done = pto.run(&["process", &text(&file), "--out", &out_text, "--project", &project_text]);
    assert!(matches!(done.code, Some(0 | 3)), "{done:?}");
    let before = acts_in(&out);
    let import = |book: &Path, more: &[&str]| {
        let import = ["acts", "import", &text(book), "--out", &out_text, "--project", &project_text];
        pto.run(&[&import[..], more].concat())
    };
    let untouched = import(&out.join("acts.xlsx"), &[]);
    assert_eq!((untouched.code, untouched.stdout.trim()), (Some(0), "Изменений нет."), "{untouched:?}");

    let book = edited(&pto, &before.acts, |acts| {
        let act = acts.last_mut().unwrap();
        act.works.push_str(", бетон В25");
        let facts = act.structures.as_mut().unwrap();
        facts.use_as_intended = "без ограничений".to_owned();
        facts.hidden_works = vec!["Армирование (акт № 5)".to_owned()];
    });
    let applied = import(&book, &["--apply"]);
    assert_eq!(applied.code, Some(0), "{applied:?}");
    let made = pto.run(&["acts", "regenerate", "--out", &out_text, "--project", &project_text]);
    assert!(matches!(made.code, Some(0 | 3)), "{made:?}");
    let after = acts_in(&out);
    assert_eq!(after.acts.len(), before.acts.len());
    let (act, was) = (after.acts.last().unwrap(), before.acts.last().unwrap());
    assert_eq!((act.form, &act.number, &act.evidence), (PrintedForm::Structures, &was.number, &was.evidence));
    assert_eq!(act.works, format!("{}, бетон В25", was.works));
    let facts = act.structures.as_ref().unwrap();
    assert_eq!(
        (&*facts.use_as_intended, &facts.hidden_works[..]),
        ("без ограничений", &["Армирование (акт № 5)".to_owned()][..])
    );
    assert!(facts.hidden_work_acts.is_empty() && act.attachments.is_empty());
    let again = import(&out.join("acts.xlsx"), &[]);
    assert_eq!(again.stdout.trim(), "Изменений нет.", "{again:?}");
}
