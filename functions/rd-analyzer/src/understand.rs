//! All rules over all pages.

use crate::{drawing_list, headings, hidden_works, lines::Sheet, references, title_block};
use domain::{Analysis, DocumentId, DocumentSummary, HiddenWorks, HiddenWorksMode, Page};

/// Reads the set.
pub fn understand(document: &DocumentId, file_name: &str, pages: &[Page]) -> (DocumentSummary, Analysis) {
    let mut analysis = Analysis {
        title_blocks: Vec::new(),
        drawing_list: Vec::new(),
        references: Vec::new(),
        hidden_works: HiddenWorks { mode: HiddenWorksMode::None, heading: None, items: Vec::new() },
        specification: Vec::new(),
        works: Vec::new(),
        warnings: Vec::new(),
    };
    let sheets: Vec<Sheet<'_>> = pages.iter().map(|page| Sheet::new(document, page)).collect();
    let mut areas = Vec::with_capacity(sheets.len());
    let mut tables = Vec::with_capacity(sheets.len());
    for sheet in &sheets {
        let block = title_block::find(sheet);
        let headings = headings::find(sheet);
        let area = block.as_ref().map(|block| block.area);
        let drawings = drawing_list::find(sheet, &headings, area);
        tables.push(drawings.iter().flat_map(|entry| entry.evidence.boxes.iter().copied()).collect());
        areas.push(area);
        analysis.drawing_list.extend(drawings);
        analysis.references.extend(references::find(sheet, &headings, area));
        analysis.title_blocks.extend(block.map(|block| block.block));
    }
    analysis.hidden_works = hidden_works::find(&sheets, &areas, &tables);
    let summary = DocumentSummary {
        file: file_name.to_owned(),
        sha256: String::new(),
        pages: 0,
        cipher: None,
        revision: None,
        mark: None,
        object: None,
        stage: None,
        warnings: Vec::new(),
        faults: Vec::new(),
    };
    (summary, analysis)
}
