//! The command `pto` as a user runs it: exit codes, the output contract against its schemas, the server, the kill test.

mod run;

use pdf::testkit::{Malformed, SetOptions, drawing_set, malformed};
use run::{Pto, model_server, read_json, schema_errors};
use std::fs;

fn set(pages: u32, seed: u64) -> pdf::testkit::SyntheticSet {
    drawing_set(&SetOptions { pages, seed, faults: true })
}

#[test]
fn process_writes_the_output_contract() {
    let pto = Pto::new();
    let synthetic = set(10, 11);
    let file = pto.write("КЖ 1.pdf", &synthetic.pdf);
    let out = pto.folder().join("out");
    let done = pto.run(&["process", file.to_str().unwrap(), "--out", out.to_str().unwrap(), "--json"]);
    assert!(matches!(done.code, Some(0 | 3)), "{done:?}");
    let line: serde_json::Value = serde_json::from_str(done.stdout.trim()).unwrap();
    assert_eq!(line["state"], "done");

    for (schema, path) in [
        ("document", "document.json"),
        ("analysis", "analysis.json"),
        ("acts", "acts.json"),
        ("inspection", "inspection.json"),
        ("manifest", "bundle/manifest.json"),
        ("page", "pages/0001.json"),
        ("page", "pages/0003.json"),
        ("page", "pages/0010.json"),
    ] {
        assert_eq!(schema_errors(schema, &read_json(&out.join(path))), Vec::<String>::new(), "{path}");
    }
    let document = read_json(&out.join("document.json"));
    assert_eq!(document["cipher"], synthetic.truth.cipher);
    assert_eq!(document["file"], "КЖ 1.pdf");
    let acts = read_json(&out.join("acts.json"));
    let files: Vec<_> = acts["files"].as_array().unwrap().iter().map(|file| file["file"].as_str().unwrap()).collect();
    let works = read_json(&out.join("analysis.json"))["works"].as_array().unwrap().len();
    assert!(works > 0);
    assert_eq!(files.len(), works);
    for file in files {
        assert!(fs::read(out.join("acts").join(file)).unwrap().starts_with(b"%PDF-"), "{file}");
    }
    let manifest = read_json(&out.join("bundle/manifest.json"));
    for part in ["pdf", "zip"] {
        let bytes = fs::read(out.join("bundle").join(manifest[part]["path"].as_str().unwrap())).unwrap();
        assert_eq!(domain::DocumentId::of(&bytes).as_str(), manifest[part]["sha256"].as_str().unwrap());
    }
    assert!(fs::read(out.join("pages/0001.webp")).unwrap().starts_with(b"RIFF"));
}

#[test]
fn a_second_run_replaces_the_first_and_says_the_same() {
    let pto = Pto::new();
    let file = pto.write("КЖ.pdf", &set(6, 2).pdf);
    let out = pto.folder().join("out");
    let arguments = ["process", file.to_str().unwrap(), "--out", out.to_str().unwrap(), "--json"];
    let first = pto.run(&arguments);
    fs::write(out.join("pages/9999.json"), "{}").unwrap();
    let signed = out.join("acts/скан с подписями.pdf");
    fs::write(&signed, "%PDF-").unwrap();
    let second = pto.run(&arguments);
    assert_eq!((first.code, first.stdout), (second.code, second.stdout));
    assert!(!out.join("pages/9999.json").exists(), "a stale page was left");
    assert!(signed.exists(), "the user's own file was removed");
}

#[test]
fn review_shows_what_is_doubtful_and_no_edit_is_lost() {
    let pto = Pto::new();
    let file = pto.write("КЖ.pdf", &set(8, 3).pdf);
    let out = pto.folder().join("out");
    let process = ["process", file.to_str().unwrap(), "--out", out.to_str().unwrap(), "--json"];
    pto.run(&process);
    let review =
        |more: &[&str]| pto.run(&[&["review", out.to_str().unwrap(), "--json", "--below", "1.1"], more].concat());
    let shown = review(&["--limit", "1000"]);
    let values: Vec<serde_json::Value> = shown.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let sure = |value: &serde_json::Value| value["evidence"]["confidence"].as_f64().unwrap();
    assert!(values.len() > 10 && values.windows(2).all(|pair| sure(&pair[0]) <= sure(&pair[1])), "{shown:?}");

    let address =
        values.iter().find_map(|value| value["address"].as_str().filter(|it| it.starts_with("drawing_list/")));
    let (address, old) =
        (address.unwrap(), &values.iter().find(|value| value["address"] == address.unwrap()).unwrap()["value"]);
    assert_eq!(review(&["--set", &format!("{address}=Другое имя")]).code, Some(3));
    assert_eq!(review(&["--set", "works/нет такой/name=x"]).code, Some(4));
    // The same document again, as after a newer program: the edit stands, the old value and its place with it.
    pto.run(&process);
    let analysis = read_json(&out.join("analysis.json"));
    assert_eq!(schema_errors("analysis", &analysis), Vec::<String>::new());
    let edit = &analysis["edits"][0];
    assert_eq!((&edit["old"], &edit["new"]), (old, &serde_json::json!("Другое имя")));
    assert!(edit["old_evidence"]["page"].as_u64().unwrap() > 0);
    // What is said of a work reaches its act, in the folder and after the same document again.
    let place = analysis["works"][0].as_object().map(|_| ()).and_then(|()| {
        let shown = review(&["--limit", "1000"]).stdout;
        let values = shown.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        values
            .map(|value| value["address"].as_str().unwrap().to_owned())
            .find(|it| it.starts_with("works/") && it.ends_with("/name") && !it.contains("/materials/"))
    });
    let place = place.expect("the set has works");
    assert_eq!(review(&["--set", &format!("{place}=Устройство дренажа из щебня")]).code, Some(3));
    for _ in 0..2 {
        let acts = fs::read_to_string(out.join("acts.json")).unwrap();
        assert!(acts.contains("Устройство дренажа из щебня"), "{acts}");
        pto.run(&process);
    }
    let names: Vec<_> = analysis["drawing_list"].as_array().unwrap().iter().map(|row| &row["name"]).collect();
    assert!(names.contains(&&serde_json::json!("Другое имя")), "{names:?}");
    // A PDF is read and judged without any data folder.
    assert_eq!(pto.run(&["review", file.to_str().unwrap(), "--no-ocr"]).code, Some(3));
}

#[test]
fn pages_prints_one_line_of_json_a_page_in_order() {
    let pto = Pto::new();
    let file = pto.write("КЖ.pdf", &set(9, 4).pdf);
    for jobs in ["1", "4"] {
        let done = pto.run(&["pages", file.to_str().unwrap(), "--json", "--jobs", jobs]);
        assert_eq!(done.code, Some(0), "{done:?}");
        let pages: Vec<serde_json::Value> =
            done.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let numbers: Vec<_> = pages.iter().map(|page| page["page"].as_u64().unwrap()).collect();
        assert_eq!(numbers, (1..=9).collect::<Vec<_>>());
        for page in &pages {
            assert_eq!(schema_errors("page", page), Vec::<String>::new());
        }
    }
}

#[test]
fn exit_codes_tell_bad_input_from_wrong_usage() {
    let pto = Pto::new();
    let out = pto.folder().join("out");
    let out = out.to_str().unwrap();
    let letter = pto.write("письмо.pdf", b"Dear Sir");
    let locked = pto.write("закрыт.pdf", &malformed(Malformed::Encrypted));
    let absent = pto.folder().join("нет такого.pdf");
    for file in [&letter, &locked, &absent] {
        let done = pto.run(&["process", file.to_str().unwrap(), "--out", out]);
        assert_eq!(done.code, Some(4), "{done:?}");
        assert!(done.stderr.contains(file.file_name().unwrap().to_str().unwrap()), "{done:?}");
        assert!(done.stdout.is_empty(), "{done:?}");
    }
    assert_eq!(pto.run(&["pages", locked.to_str().unwrap()]).code, Some(4));
    assert_eq!(pto.run(&["process"]).code, Some(2));
    assert_eq!(pto.run(&["serve", "--listen", "0.0.0.0:0"]).code, Some(4));
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let pto = Pto::new();
    let letter = pto.write("письмо.pdf", b"Dear Sir");
    let good = pto.write("КЖ.pdf", &set(5, 6).pdf);
    let out = pto.folder().join("out");
    let files = [letter.to_str().unwrap(), good.to_str().unwrap()];
    let done = pto.run(&["process", "нет.pdf", files[0], files[1], "--out", out.to_str().unwrap(), "--json"]);
    assert_eq!(done.code, Some(4), "{done:?}");
    let states: Vec<serde_json::Value> = done.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let states: Vec<_> = states.iter().map(|line| line["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["rejected", "rejected", "done"]);
    assert!(out.join("КЖ/document.json").exists(), "{done:?}");
}

#[test]
fn doctor_and_completions_answer() {
    let pto = Pto::new();
    let doctor = pto.run(&["doctor"]);
    assert_eq!(doctor.code, Some(0), "{doctor:?}");
    assert!(doctor.stdout.contains("Чтение PDF") && !doctor.stdout.contains("[  нет"), "{doctor:?}");
    let completions = pto.run(&["completions", "bash"]);
    assert!(completions.stdout.contains("process"), "{completions:?}");
}

#[test]
fn a_model_speaks_beside_the_rules_and_may_be_absent() {
    let pto = Pto::new();
    let file = pto.write("КЖ.pdf", &set(8, 5).pdf);
    let works = |variables: &[(&str, &str)], name: &str| {
        let pto = Pto::new();
        let out = pto.folder().join(name);
        let done = pto.run_with(variables, &["process", file.to_str().unwrap(), "--out", out.to_str().unwrap()]);
        assert!(matches!(done.code, Some(0 | 3)), "{done:?}");
        let analysis = read_json(&out.join("analysis.json"));
        assert_eq!(schema_errors("analysis", &analysis), Vec::<String>::new());
        (analysis["works"].clone(), analysis["model"].clone())
    };
    let (rules, none) = works(&[], "rules");
    assert_eq!(none, serde_json::Value::Null);
    let invented = r#"{"additions": [{"page": 1, "quote": "чего в комплекте нет"}], "doubts": [], "phrasings": []}"#;
    let url = model_server(invented);
    let model = [("PTO_MODEL_LOCAL_URL", url.as_str()), ("PTO_MODEL_LOCAL_NAME", "small")];
    let (with_model, opinion) = works(&model, "model");
    assert_eq!(with_model, rules);
    assert_eq!((&opinion["model"], &opinion["dropped"]), (&"small".into(), &1.into()), "{opinion}");
    assert_eq!((&opinion["tokens_in"], &opinion["tokens_out"]), (&700.into(), &30.into()));

    let silent = pto.run_with(&[("PTO_MODEL_LOCAL_URL", url.as_str())], &["doctor"]);
    assert_eq!(silent.code, Some(5), "{silent:?}");
    assert!(
        silent.stdout.contains("PTO_MODEL_LOCAL_NAME") || silent.stderr.contains("PTO_MODEL_LOCAL_NAME"),
        "{silent:?}"
    );
    let url = model_server(r#"{"number": true}"#);
    let ready = pto.run_with(&[("PTO_MODEL_LOCAL_URL", url.as_str()), model[1]], &["doctor"]);
    assert_eq!(ready.code, Some(0), "{ready:?}");
    assert!(ready.stdout.contains("Модель: small отвечает"), "{ready:?}");
}

#[test]
fn two_processes_do_not_share_a_data_folder() {
    let pto = Pto::new();
    let server = pto.serve();
    let done = pto.run(&["doctor"]);
    assert_eq!(done.code, Some(3), "{done:?}");
    assert!(done.stdout.contains("другой процесс"), "{done:?}");
    let refused = pto.run(&["demo", "--out", pto.folder().join("x").to_str().unwrap()]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    drop(server);
    assert_eq!(pto.run(&["doctor"]).code, Some(0));
}

#[test]
fn the_server_takes_a_file_and_gives_its_results() {
    let pto = Pto::new();
    let synthetic = set(6, 9);
    let server = pto.serve();
    let page = server.get("/");
    assert!(page.status == 200 && String::from_utf8_lossy(&page.body).contains("<html lang=\"ru\">"));

    let created = server.post("/v1/jobs?name=%D0%9A%D0%96%201.pdf", &synthetic.pdf);
    assert_eq!(created.status, 202, "{created:?}");
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let job = server.wait_for(&id);
    assert_eq!((job["state"].as_str(), job["pages_read"].as_u64()), (Some("done"), Some(6)), "{job}");
    assert_eq!(job["file"], "КЖ 1.pdf");

    let results = job["results"].as_str().unwrap();
    let analysis = server.get(&format!("{results}analysis.json")).json();
    assert_eq!(schema_errors("analysis", &analysis), Vec::<String>::new());
    assert_eq!(schema_errors("page", &server.get(&format!("{results}pages/0002.json")).json()), Vec::<String>::new());
    assert!(server.get(&format!("{results}bundle.pdf")).body.starts_with(b"%PDF-"));
    assert!(server.get(&format!("{results}bundle.zip")).body.starts_with(b"PK"));
    assert!(server.get(&format!("{results}pages/0001.webp")).body.starts_with(b"RIFF"));
    let nameless = server.post("/v1/jobs", b"%PDF-");
    assert_eq!((nameless.status, nameless.json()["type"].as_str()), (400, Some("urn:pto:problem:bad-request")));
    assert_eq!(server.get("/nowhere").json()["status"], 404);
    for absent in ["acts/нет.pdf", "pages/0099.json", "../../../pto.sqlite", "x"] {
        assert_eq!(server.get(&format!("{results}{}", run::escape(absent))).status, 404, "{absent}");
    }

    let refused = server.post("/v1/jobs?name=x.pdf", b"Dear Sir").json();
    let job = server.wait_for(refused["id"].as_str().unwrap());
    assert_eq!(job["state"], "rejected");
    assert!(job["message"].as_str().unwrap().contains("не PDF"), "{job}");
    assert_eq!(server.get("/v1/jobs").json()["jobs"].as_array().unwrap().len(), 2);
}

#[test]
fn an_announced_file_is_processed_once_its_bytes_have_come() {
    let pto = Pto::new();
    let file = set(4, 5).pdf;
    let server = pto.serve();
    let announcement = serde_json::json!({
        "name": "КЖ 2.pdf", "size_bytes": file.len(), "sha256": domain::DocumentId::of(&file),
    });
    let announce = || {
        let headers = [("Host", server.host()), ("Content-Type", "application/json")];
        server.request("POST", "/v1/uploads", &headers, announcement.to_string().as_bytes())
    };
    let announced = announce();
    assert_eq!(announced.status, 201, "{announced:?}");
    let place = announced.json()["upload"]["url"].as_str().unwrap().to_owned();
    let host = [("Host", server.host())];
    assert_eq!(server.request("PUT", &place, &host, b"%PDF-1.7 another file").status, 422);
    let sent = server.request("PUT", &place, &host, &file);
    assert_eq!(sent.status, 202, "{sent:?}");
    let job = server.wait_for(sent.json()["id"].as_str().unwrap());
    assert_eq!((job["state"].as_str(), job["file"].as_str()), (Some("done"), Some("КЖ 2.pdf")), "{job}");
    let known = announce();
    assert_eq!((known.status, &known.json()["upload"]), (202, &serde_json::Value::Null), "it is done already");
    let links = server.get(&format!("{}links", job["results"].as_str().unwrap())).json();
    for link in links["links"].as_array().unwrap() {
        assert_eq!(server.get(link["url"].as_str().unwrap()).status, 200, "{link}");
    }
}

#[test]
fn the_server_answers_no_foreign_site() {
    let pto = Pto::new();
    let server = pto.serve();
    assert_eq!(server.request("GET", "/v1/jobs", &[("Host", "evil.example")], b"").status, 403);
    let origin = [("Host", server.host()), ("Origin", "http://evil.example")];
    assert_eq!(server.request("POST", "/v1/jobs?name=x.pdf", &origin, b"x").status, 403);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let pto = Pto::new();
    let file = pto.write("КЖ.pdf", &set(30, 3).pdf);
    let script = format!("\"$0\" pages '{}' --json | head -c 100 >/dev/null; exit ${{PIPESTATUS[0]}}", file.display());
    let status = std::process::Command::new("bash")
        .args(["-c", &script, env!("CARGO_BIN_EXE_pto")])
        .env("PTO_DATA", pto.folder().join("data"))
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_project_file_makes_finished_acts_and_a_changed_one_makes_them_anew_but_for_the_signed() {
    let pto = Pto::new();
    let file = pto.write("КЖ.pdf", &set(6, 2).pdf);
    let project = |order: &str, signed: bool| {
        format!(
            "[numbering]\nmask = \"{{n:02}}.{{mark}}\"\n[phrases]\nperformer_representative = \"Не участвует\"\n[[people]]\nrole \
             = \"builder\"\nname = \"Образцов Олег Олегович\"\norder = {{ name = \"приказ\", number = \"{order}\" }}\n[[act]]\nwork = \
             1\ndate = 2025-10-07\nsigned = {signed}\n"
        )
    };
    let first = pto.write("1.toml", project("1-П", false).as_bytes());
    let second = pto.write("2.toml", project("2-П", true).as_bytes());
    let wrong = pto.write("3.toml", "[object]\nадрес = 1\n".as_bytes());
    let out = pto.folder().join("out");
    let (out_text, text) = (out.to_str().unwrap(), |path: &std::path::Path| path.to_str().unwrap().to_owned());

    let refused = pto.run(&["process", &text(&file), "--out", out_text, "--project", &text(&wrong)]);
    assert_eq!(refused.code, Some(4), "{refused:?}");
    assert!(refused.stderr.contains("строка 2"), "{refused:?}");

    let done = pto.run(&["process", &text(&file), "--out", out_text, "--project", &text(&first), "--json"]);
    assert!(matches!(done.code, Some(0 | 3)), "{done:?}");
    let acts = read_json(&out.join("acts.json"));
    assert_eq!(schema_errors("acts", &acts), Vec::<String>::new());
    let act = &acts["acts"][0];
    assert!(act["number"].as_str().unwrap().starts_with("01."), "{act}");
    assert_eq!(act["representatives"]["builder"]["order_number"], "1-П");
    assert_eq!(act["representatives"]["performer"]["phrase"], "Не участвует");
    let name = acts["files"][0]["file"].as_str().unwrap().to_owned();
    let before = fs::read(out.join("acts").join(&name)).unwrap();
    for extension in ["docx", "xlsx", "xml"] {
        assert!(out.join("acts").join(&name).with_extension(extension).exists(), "{extension}");
    }

    let regenerate = ["acts", "regenerate", "--out", out_text, "--project", &text(&second), "--json"];
    let shown = pto.run(&[&regenerate[..], &["--dry-run"]].concat());
    assert_eq!(shown.code, Some(0), "{shown:?}");
    let line: serde_json::Value = serde_json::from_str(shown.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(line["changes"][0]["change"], "locked", "{line}");
    assert_eq!(line["changes"][1]["change"], "changed", "{line}");
    assert_eq!(read_json(&out.join("acts.json")), acts, "only shown");

    let made = pto.run(&regenerate);
    assert!(matches!(made.code, Some(0 | 3)), "{made:?}");
    let anew = read_json(&out.join("acts.json"));
    assert_eq!(anew["acts"][0]["representatives"]["builder"]["order_number"], "1-П", "it is signed");
    assert_eq!(anew["acts"][1]["representatives"]["builder"]["order_number"], "2-П");
    assert!(fs::read(out.join("acts").join(&name)).unwrap() == before, "a signed act changed");
    assert_eq!(read_json(&out.join("versions/0001/acts.json")), acts);

    // The same file of the project again: nothing to do, and the same acts.
    let again = pto.run(&["process", &text(&file), "--out", out_text, "--project", &text(&second), "--json"]);
    assert!(matches!(again.code, Some(0 | 3)), "{again:?}");
    assert_eq!(read_json(&out.join("acts.json")), anew);
    let drafts = pto.run(&["process", &text(&file), "--out", out_text, "--json"]);
    assert!(matches!(drafts.code, Some(0 | 3)), "{drafts:?}");
    assert!(read_json(&out.join("acts.json"))["acts"][0]["date"].is_null(), "without a project file they are drafts");

    let blank = out.join("acts").join(read_json(&out.join("acts.json"))["files"][0]["file"].as_str().unwrap());
    let checked = pto.run(&["acts", "template", &text(&blank.with_extension("xlsx"))]);
    assert!(checked.code == Some(4) && checked.stdout.contains("нет ни одного поля"), "{checked:?}");
    assert!(pto.run(&["acts", "fields"]).stdout.contains("{{works}}"));
    let filled = pto.run(&["acts", "fill", "--out", out_text, "--template", &text(&blank)]);
    assert!(filled.code == Some(4) && filled.stderr.contains("DOCX"), "{filled:?}");
}

#[test]
fn faults_of_a_workbook_are_told_by_sheet_and_cell_before_any_work() {
    let pto = Pto::new();
    let file = pto.write("КЖ.pdf", &set(6, 2).pdf);
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("ВОР").unwrap();
    for (row, texts) in (0..).zip([["Наименование", "Ед. изм.", "Кол-во"], ["Траншея", "м3", "12..5"]])
    {
        for (column, text) in (0..).zip(texts) {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    let book = pto.write("ВОР.xlsx", &book.save_to_buffer().unwrap());
    let out = pto.folder().join("out");
    for (path, words) in
        [(&book, ["лист «вор», ячейка c2", "«12..5» — не число"]), (&file, ["не книга xlsx", "кж.pdf"])]
    {
        let arguments = [&file, &out, path].map(|path| path.to_str().unwrap().to_owned());
        let done = pto.run(&["process", &arguments[0], "--out", &arguments[1], "--specification", &arguments[2]]);
        assert_eq!(done.code, Some(4), "{done:?}");
        let told = done.stderr.to_lowercase();
        assert!(words.into_iter().all(|words| told.contains(words)), "{done:?}");
        assert!(!out.exists(), "work was begun");
    }
}
