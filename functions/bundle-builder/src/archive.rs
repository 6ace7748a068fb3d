use domain::ManifestMember;
use sha2::{Digest, Sha256};
use std::io::{Cursor, Write};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Folder of the archive for PDFs (DOMAIN.md, 6.1).
pub const PDF_FOLDER: &str = "1. Исполнительная документация в формате PDF";

/// A file to be archived.
pub struct Member<'a> {
    /// Path inside the archive.
    pub path: String,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// Writes the members into a ZIP: stored (PDFs do not shrink), sizes and checksums in the headers, names in UTF-8, no
/// time of the clock, so that the same members give the same bytes.
///
/// # Errors
/// When a name is twice the same or the archive would be too large for its format.
pub fn archive(members: &[Member<'_>]) -> Result<(Vec<u8>, Vec<ManifestMember>), ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut listed = Vec::with_capacity(members.len());
    for member in members {
        writer.start_file(member.path.as_str(), options.large_file(member.bytes.len() > u32::MAX as usize))?;
        writer.write_all(member.bytes)?;
        listed.push(manifest_member(member.path.clone(), member.bytes));
    }
    Ok((writer.finish()?.into_inner(), listed))
}

/// A file as the manifest lists it.
pub(crate) fn manifest_member(path: String, bytes: &[u8]) -> ManifestMember {
    let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    ManifestMember { path, size_bytes: bytes.len() as u64, sha256 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_back_under_cyrillic_names_without_data_descriptors() {
        let path = format!("{PDF_FOLDER}/№ 1.pdf");
        let members = [Member { path: path.clone(), bytes: b"first" }, Member { path: "б".to_owned(), bytes: b"" }];
        let (bytes, listed) = archive(&members).unwrap();
        assert_eq!(listed[0].size_bytes, 5);
        let flags = u16::from_le_bytes([bytes[6], bytes[7]]);
        assert_eq!(flags & 0x0808, 0x0800, "UTF-8 names and no data descriptor");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut read = Vec::new();
        std::io::Read::read_to_end(&mut archive.by_name(&path).unwrap(), &mut read).unwrap();
        assert_eq!(read, b"first");
    }

    #[test]
    fn the_same_members_give_the_same_bytes() {
        let archived = || archive(&[Member { path: "а".to_owned(), bytes: b"x" }]).unwrap().0;
        assert_eq!(archived(), archived());
    }
}
