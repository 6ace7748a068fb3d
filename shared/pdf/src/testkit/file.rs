use libdeflater::{CompressionLvl, Compressor};

/// A PDF under construction: objects are appended as they come, the cross-reference table last.
pub(super) struct PdfFile {
    bytes: Vec<u8>,
    offsets: Vec<usize>,
    compressor: Compressor,
}

impl PdfFile {
    pub(super) fn new() -> Self {
        Self {
            bytes: b"%PDF-1.6\n%\xE2\xE3\xCF\xD3\n".to_vec(),
            offsets: Vec::new(),
            compressor: Compressor::new(CompressionLvl::default()),
        }
    }

    /// Takes the next object number; its object must be written before [`Self::finish`].
    pub(super) fn reserve(&mut self) -> usize {
        self.offsets.push(0);
        self.offsets.len()
    }

    pub(super) fn object(&mut self, id: usize, body: &str) {
        self.open(id);
        self.bytes.extend_from_slice(body.as_bytes());
        self.bytes.extend_from_slice(b"\nendobj\n");
    }

    /// Writes a deflated stream; `entries` are further keys of its dictionary.
    pub(super) fn stream(&mut self, id: usize, entries: &str, data: &[u8]) {
        let mut packed = vec![0; self.compressor.zlib_compress_bound(data.len())];
        let length = self.compressor.zlib_compress(data, &mut packed).unwrap_or(0);
        packed.truncate(length);
        self.open(id);
        let dictionary = format!("<< /Length {length} /Filter /FlateDecode {entries} >>\nstream\n");
        self.bytes.extend_from_slice(dictionary.as_bytes());
        self.bytes.extend_from_slice(&packed);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
    }

    pub(super) fn finish(mut self, catalog: usize, information: usize) -> Vec<u8> {
        let start = self.bytes.len();
        let size = self.offsets.len() + 1;
        let digest = fingerprint(&self.bytes);
        let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for offset in &self.offsets {
            table.push_str(&format!("{offset:010} 00000 n \n"));
        }
        table.push_str(&format!(
            "trailer\n<< /Size {size} /Root {catalog} 0 R /Info {information} 0 R /ID [<{digest}> <{digest}>] >>\n\
             startxref\n{start}\n%%EOF\n"
        ));
        self.bytes.extend_from_slice(table.as_bytes());
        self.bytes
    }

    fn open(&mut self, id: usize) {
        if let Some(offset) = self.offsets.get_mut(id.wrapping_sub(1)) {
            *offset = self.bytes.len();
        }
        self.bytes.extend_from_slice(format!("{id} 0 obj\n").as_bytes());
    }
}

/// A text string as a PDF literal in UTF-16BE.
pub(super) fn text_string(text: &str) -> String {
    let mut hexadecimal = String::from("<FEFF");
    for unit in text.encode_utf16() {
        hexadecimal.push_str(&format!("{unit:04X}"));
    }
    hexadecimal.push('>');
    hexadecimal
}

/// FNV-1a over the bytes, twice with different starts: an identifier, not a safeguard.
fn fingerprint(bytes: &[u8]) -> String {
    let hash = |start: u64| {
        bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3))
    };
    format!("{:016X}{:016X}", hash(0xCBF2_9CE4_8422_2325), hash(0x6C62_272E_07BB_0142))
}
