use super::file::PdfFile;
use super::{SetOptions, drawing_set};
use lopdf::{Document, EncryptionState, EncryptionVersion, Permissions};

/// A file that must be refused, or taken with care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// Text that is no PDF at all.
    NotPdf,
    /// No bytes.
    Empty,
    /// The first two thirds of a set of five pages: no cross-reference table, the last streams missing. A reader may
    /// still find the pages whose objects are whole.
    Truncated,
    /// A set of one page under the standard security handler (RC4, 128 bits) that opens with the password
    /// `pto-test` only.
    Encrypted,
    /// A PDF whose page tree is empty.
    NoPages,
    /// Light pages without text, as many as said: 5,000 of them are beyond the limit of an upload.
    ManyPages(u32),
    /// One page 100 m wide.
    HugePage,
    /// A page tree whose node is its own child.
    LoopingPages,
}

/// Writes a file of that kind; the same kind gives the same bytes.
pub fn malformed(kind: Malformed) -> Vec<u8> {
    match kind {
        Malformed::NotPdf => "Это не PDF, а обычный текст.\n".repeat(20).into_bytes(),
        Malformed::Empty => Vec::new(),
        Malformed::Truncated => {
            let mut bytes = drawing_set(&SetOptions { pages: 5, seed: 0, faults: false }).pdf;
            bytes.truncate(bytes.len() / 3 * 2);
            bytes
        }
        Malformed::Encrypted => encrypted(),
        Malformed::NoPages => pages(0, "0 0 595 842", false),
        Malformed::ManyPages(count) => pages(count, "0 0 595 842", false),
        Malformed::HugePage => pages(1, "0 0 283465 842", false),
        Malformed::LoopingPages => pages(0, "0 0 595 842", true),
    }
}

fn pages(count: u32, media_box: &str, looping: bool) -> Vec<u8> {
    let mut file = PdfFile::new();
    let (catalog, tree, information, contents) = (file.reserve(), file.reserve(), file.reserve(), file.reserve());
    file.stream(contents, "", b"q 1 w 72 72 m 300 300 l S Q\n");
    let mut kids = String::new();
    for _ in 0..count {
        let page = file.reserve();
        file.object(page, &format!("<< /Type /Page /Parent {tree} 0 R /Contents {contents} 0 R >>"));
        kids.push_str(&format!("{page} 0 R "));
    }
    if looping {
        kids = format!("{tree} 0 R");
    }
    file.object(
        tree,
        &format!("<< /Type /Pages /Kids [{kids}] /Count {count} /MediaBox [{media_box}] /Resources << >> >>"),
    );
    file.object(catalog, &format!("<< /Type /Catalog /Pages {tree} 0 R >>"));
    file.object(information, "<< /Title (PTO) >>");
    file.finish(catalog, information)
}

/// Gives no bytes only if the library that encrypts refuses our own file; a test watches that.
fn encrypted() -> Vec<u8> {
    let plain = drawing_set(&SetOptions { pages: 1, seed: 0, faults: false }).pdf;
    let Ok(mut document) = Document::load_mem(&plain) else { return Vec::new() };
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "pto-owner",
        user_password: "pto-test",
        key_length: 128,
        permissions: Permissions::all(),
    };
    let Ok(state) = EncryptionState::try_from(version) else { return Vec::new() };
    let mut bytes = Vec::new();
    if document.encrypt(&state).is_err() {
        return Vec::new();
    }
    // The second half of /U is padding that no reader looks at; the library fills it at random.
    let entry = document.trailer.get(b"Encrypt").and_then(lopdf::Object::as_reference);
    if let Ok(dictionary) = entry.and_then(|id| document.get_object_mut(id)).and_then(lopdf::Object::as_dict_mut)
        && let Ok(lopdf::Object::String(check, _)) = dictionary.get_mut(b"U")
    {
        check.iter_mut().skip(16).for_each(|byte| *byte = 0);
    }
    if document.save_to(&mut bytes).is_err() {
        return Vec::new();
    }
    bytes
}
