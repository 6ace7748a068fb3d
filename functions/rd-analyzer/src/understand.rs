//! All rules over all pages.

use crate::{drawing_list, headings, lines::Sheet, references, title_block};
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
    for page in pages {
        let sheet = Sheet::new(document, page);
        let block = title_block::find(&sheet);
        let headings = headings::find(&sheet);
        let area = block.as_ref().map(|block| block.area);
        analysis.drawing_list.extend(drawing_list::find(&sheet, &headings, area));
        analysis.references.extend(references::find(&sheet, &headings, area));
        analysis.title_blocks.extend(block.map(|block| block.block));
    }
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
