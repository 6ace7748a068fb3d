//! PDFs put together object by object, without a cross-reference table: the parser finds the objects, the last of a number
//! counts.

/// A file under construction.
#[derive(Clone)]
pub(crate) struct SmallFile(Vec<u8>);

impl SmallFile {
    /// A catalog (1), a tree (2) and a page (3) with further entries; its content is to be written as 4.
    pub(crate) fn with_page(entries: &str) -> Self {
        let mut file = Self(b"%PDF-1.7\n".to_vec());
        file.object(1, "<</Type/Catalog/Pages 2 0 R>>");
        file.object(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>");
        file.object(3, &format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 595 842]{entries}>>"));
        file
    }

    pub(crate) fn object(&mut self, number: u32, body: &str) {
        self.0.extend_from_slice(format!("{number} 0 obj {body} endobj\n").as_bytes());
    }

    /// A stream with further entries of its dictionary.
    pub(crate) fn stream(&mut self, number: u32, entries: &str, data: &[u8]) {
        self.0.extend_from_slice(format!("{number} 0 obj <</Length {}{entries}>>\nstream\n", data.len()).as_bytes());
        self.0.extend_from_slice(data);
        self.0.extend_from_slice(b"\nendstream endobj\n");
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.0.extend_from_slice(b"trailer <</Root 1 0 R>>\n%%EOF\n");
        self.0
    }
}

/// One page with further entries and a content.
pub(crate) fn page_of(entries: &str, content: &[u8]) -> Vec<u8> {
    let mut file = SmallFile::with_page(entries);
    file.stream(4, "", content);
    file.finish()
}
