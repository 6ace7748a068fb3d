use super::*;

fn set(pages: u32, seed: u64, faults: bool) -> SyntheticSet {
    drawing_set(&SetOptions { pages, seed, faults })
}

#[test]
fn the_same_options_give_the_same_bytes() {
    assert!(set(14, 7, true) == set(14, 7, true));
    assert!(set(14, 7, true).pdf != set(14, 8, true).pdf);
}

#[test]
fn a_set_has_the_pages_that_were_asked_for() {
    for pages in [1, 2, 3, 4, 5, 9, 10, 14, 40, 250] {
        let set = set(pages, u64::from(pages), true);
        let document = lopdf::Document::load_mem(&set.pdf).unwrap();
        assert_eq!(document.get_pages().len(), pages as usize);
        assert_eq!(set.truth.pages.len(), pages as usize);
    }
}

#[test]
fn the_drawing_list_has_a_row_for_every_sheet_of_the_set() {
    for pages in [14, 60, 250] {
        let truth = set(pages, 11, true).truth;
        let numbered: Vec<_> = truth
            .pages
            .iter()
            .filter(|page| page.kind != SheetKind::Specification)
            .filter_map(|page| page.sheet.clone())
            .collect();
        let listed: Vec<_> = truth.sheets.iter().map(|(sheet, ..)| sheet.clone()).collect();
        assert_eq!(numbered, listed);
        let names: std::collections::BTreeSet<_> = truth.sheets.iter().map(|(_, name, _)| name).collect();
        assert_eq!(names.len(), truth.sheets.len(), "names repeat");
        // Every row is really written on a sheet of «Общие данные».
        let written: String = truth
            .pages
            .iter()
            .filter(|page| page.kind == SheetKind::GeneralData)
            .flat_map(|page| page.words.iter())
            .map(|(word, _)| format!("{word} "))
            .collect();
        for (sheet, name, note) in &truth.sheets {
            let row = [sheet.as_str(), name, note].join(" ");
            assert!(written.contains(row.trim_end()), "{row}");
        }
    }
}

#[test]
fn the_list_of_hidden_works_is_written_as_the_truth_says() {
    for seed in 0..12 {
        let truth = set(14, seed, true).truth;
        assert!((8..=14).contains(&truth.hidden_works.len()));
        let page = truth.pages.iter().find(|page| page.kind == SheetKind::GeneralData).unwrap();
        let written: String = page.words.iter().map(|(word, _)| format!("{word} ")).collect();
        assert!(written.contains(&truth.hidden_works_heading));
        for item in &truth.hidden_works {
            assert!(written.contains(item.as_str()), "{item}");
        }
    }
}

#[test]
fn words_lie_on_the_page_and_not_on_each_other() {
    for seed in 0..3 {
        for page in set(24, seed, true).truth.pages {
            let (long, short) = match page.format.as_str() {
                "А1" => (841.0, 594.0),
                "А2" => (594.0, 420.0),
                "А3" => (420.0, 297.0),
                _ => (210.0, 297.0),
            };
            for (index, (word, at)) in page.words.iter().enumerate() {
                assert!(at.x0 >= 0.0 && at.y0 >= 0.0, "{word}");
                assert!(at.x1 <= long * MM && at.y1 <= short * MM, "{word} leaves the page {}", page.format);
                for (other, beside) in &page.words[index + 1..] {
                    let width = at.x1.min(beside.x1) - at.x0.max(beside.x0);
                    let height = at.y1.min(beside.y1) - at.y0.max(beside.y0);
                    // Boxes reach from ascent to descent, so lines that follow closely may touch.
                    let overlap = width > 0.5 && height > 0.35 * (at.y1 - at.y0).min(at.x1 - at.x0);
                    assert!(!overlap, "«{word}» over «{other}» on {:?} {:?}", page.kind, page.sheet);
                }
            }
        }
    }
}

#[test]
fn faulty_pages_are_there_when_asked_for() {
    let faults: Vec<_> = set(14, 2, true).truth.pages.iter().filter_map(|page| page.fault).collect();
    assert_eq!(faults, [FaultKind::Cp1251AsLatin1, FaultKind::Homoglyphs, FaultKind::GlyphShift, FaultKind::NoText]);
    assert!(set(14, 2, false).truth.pages.iter().all(|page| page.fault.is_none()));
}

#[test]
fn drawings_are_as_heavy_as_exports_of_cad() {
    let set = set(30, 5, false);
    let document = lopdf::Document::load_mem(&set.pdf).unwrap();
    let pages = document.get_pages();
    for (truth, id) in set.truth.pages.iter().zip(pages.values()) {
        if truth.kind == SheetKind::Drawing {
            let content = document.get_page_content(*id);
            let content = String::from_utf8_lossy(&content);
            let paths =
                content.split_ascii_whitespace().filter(|token| matches!(*token, "m" | "l" | "c" | "re" | "S")).count();
            assert!((2_000..=16_000).contains(&paths), "{paths} on {}", truth.format);
        }
    }
}

#[test]
fn malformed_files_are_what_they_are_called() {
    assert!(!malformed(Malformed::NotPdf).starts_with(b"%PDF"));
    assert!(malformed(Malformed::Empty).is_empty());
    let many = lopdf::Document::load_mem(&malformed(Malformed::ManyPages(5_000))).unwrap();
    assert_eq!(many.get_pages().len(), 5_000);
    assert_eq!(lopdf::Document::load_mem(&malformed(Malformed::NoPages)).unwrap().get_pages().len(), 0);
    let locked = malformed(Malformed::Encrypted);
    assert!(locked == malformed(Malformed::Encrypted));
    let opened = lopdf::Document::load_mem_with_options(&locked, lopdf::LoadOptions::with_password("pto-test"));
    assert_eq!(opened.unwrap().get_pages().len(), 1);
    let wrong = lopdf::Document::load_mem_with_options(&locked, lopdf::LoadOptions::with_password("another"));
    assert!(wrong.is_err());
    assert!(!malformed(Malformed::Truncated).ends_with(b"%%EOF\n"));
}
