const LOCAL_HEADER: u32 = 0x0403_4b50;
const CENTRAL_HEADER: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
/// Names are UTF-8.
const FLAGS: u16 = 0x0800;
/// 1 January 1980, the first day that the format knows: no clock is asked, so that the same members give the same bytes.
const DATE: u16 = 0x0021;
/// PKZIP 4.5, the first with sizes of 64 bits.
const VERSION: u16 = 45;
/// Made on Unix, so that the permissions below are read.
const MADE_BY: u16 = 0x0300 | VERSION;
const FILE_MODE: u32 = 0o100_644 << 16;
/// What stands where a number needs 64 bits.
const ELSEWHERE: u32 = u32::MAX;

/// A file to be archived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Path inside the archive.
    pub path: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// CRC-32 of its bytes.
    pub crc32: u32,
}

/// Writes a ZIP forward, for archives larger than memory: what [`Self::begin`] gives, then the bytes of that member, and so
/// on, at the end what [`Self::end`] gives. Members are stored (PDFs do not shrink); sizes and checksums stand in front of
/// them, not behind, for many readers refuse stored members otherwise. The format is PKWARE's APPNOTE 6.3, with 64 bits
/// where they are needed.
#[derive(Debug, Default)]
pub struct Archive {
    central: Vec<u8>,
    offset: u64,
    members: u64,
}

impl Archive {
    /// The header of a member, which its bytes must follow.
    pub fn begin(&mut self, member: &Member) -> Vec<u8> {
        let large = member.size_bytes >= u64::from(ELSEWHERE);
        let size = narrow(member.size_bytes);
        let mut header = Vec::new();
        put_u32(&mut header, LOCAL_HEADER);
        put_common(&mut header, member, size);
        put_u16(&mut header, if large { 20 } else { 0 });
        header.extend_from_slice(name(member));
        if large {
            put_wide(&mut header, &[member.size_bytes, member.size_bytes]);
        }

        let mut wide = Vec::new();
        if large {
            wide.extend([member.size_bytes, member.size_bytes]);
        }
        if self.offset >= u64::from(ELSEWHERE) {
            wide.push(self.offset);
        }
        put_u32(&mut self.central, CENTRAL_HEADER);
        put_u16(&mut self.central, MADE_BY);
        put_common(&mut self.central, member, size);
        put_u16(&mut self.central, if wide.is_empty() { 0 } else { 4 + 8 * wide.len() as u16 });
        // Length of a comment, number of the disk, kind of the file.
        self.central.extend_from_slice(&[0; 6]);
        put_u32(&mut self.central, FILE_MODE);
        put_u32(&mut self.central, narrow(self.offset));
        self.central.extend_from_slice(name(member));
        if !wide.is_empty() {
            put_wide(&mut self.central, &wide);
        }

        self.offset += header.len() as u64 + member.size_bytes;
        self.members += 1;
        header
    }

    /// The list of members that closes the archive.
    pub fn end(self) -> Vec<u8> {
        let Self { central: mut end, offset, members } = self;
        let length = end.len() as u64;
        let few = u16::try_from(members).unwrap_or(u16::MAX);
        if few == u16::MAX || offset >= u64::from(ELSEWHERE) || length >= u64::from(ELSEWHERE) {
            put_u32(&mut end, END_64);
            put_u64(&mut end, 44);
            put_u16(&mut end, MADE_BY);
            put_u16(&mut end, VERSION);
            end.extend_from_slice(&[0; 8]);
            for number in [members, members, length, offset] {
                put_u64(&mut end, number);
            }
            put_u32(&mut end, LOCATOR_64);
            end.extend_from_slice(&[0; 4]);
            put_u64(&mut end, offset + length);
            put_u32(&mut end, 1);
        }
        put_u32(&mut end, END);
        end.extend_from_slice(&[0; 4]);
        put_u16(&mut end, few);
        put_u16(&mut end, few);
        put_u32(&mut end, narrow(length));
        put_u32(&mut end, narrow(offset));
        put_u16(&mut end, 0);
        end
    }
}

/// What stands in both headers of a member between their marks and the length of their extra fields.
fn put_common(header: &mut Vec<u8>, member: &Member, size: u32) {
    put_u16(header, VERSION);
    put_u16(header, FLAGS);
    // Stored; midnight.
    header.extend_from_slice(&[0; 4]);
    put_u16(header, DATE);
    put_u32(header, member.crc32);
    put_u32(header, size);
    put_u32(header, size);
    put_u16(header, u16::try_from(name(member).len()).unwrap_or(u16::MAX));
}

/// Paths longer than the format can say are cut; no file system takes them.
fn name(member: &Member) -> &[u8] {
    let mut end = member.path.len().min(usize::from(u16::MAX));
    while !member.path.is_char_boundary(end) {
        end -= 1;
    }
    member.path.as_bytes().get(..end).unwrap_or_default()
}

/// The extra field of numbers that need 64 bits.
fn put_wide(header: &mut Vec<u8>, numbers: &[u64]) {
    put_u16(header, 1);
    put_u16(header, 8 * numbers.len() as u16);
    for number in numbers {
        put_u64(header, *number);
    }
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(ELSEWHERE)
}

fn put_u16(bytes: &mut Vec<u8>, number: u16) {
    bytes.extend_from_slice(&number.to_le_bytes());
}

fn put_u32(bytes: &mut Vec<u8>, number: u32) {
    bytes.extend_from_slice(&number.to_le_bytes());
}

fn put_u64(bytes: &mut Vec<u8>, number: u64) {
    bytes.extend_from_slice(&number.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Read, Seek, SeekFrom};

    fn member(path: &str, bytes: &[u8]) -> Member {
        Member { path: path.to_owned(), size_bytes: bytes.len() as u64, crc32: crc32fast::hash(bytes) }
    }

    fn archived(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = Archive::default();
        let mut written = Vec::new();
        for (path, bytes) in members {
            written.extend(archive.begin(&member(path, bytes)));
            written.extend_from_slice(bytes);
        }
        written.extend(archive.end());
        written
    }

    #[test]
    fn members_come_back_under_cyrillic_names_without_data_descriptors() {
        let path = "папка/№ 1.pdf";
        let bytes = archived(&[(path, b"first"), ("б", b"")]);
        let flags = u16::from_le_bytes([bytes[6], bytes[7]]);
        assert_eq!(flags & 0x0808, 0x0800, "UTF-8 names and no data descriptor");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut read = Vec::new();
        archive.by_name(path).unwrap().read_to_end(&mut read).unwrap();
        assert_eq!(read, b"first");
        assert_eq!(archive.by_name("б").unwrap().size(), 0);
    }

    #[test]
    fn the_same_members_give_the_same_bytes() {
        assert_eq!(archived(&[("а", b"x")]), archived(&[("а", b"x")]));
    }

    /// An archive of which only the headers are kept: a member of 5 GiB of zeros stands between them.
    struct Sparse {
        parts: Vec<(u64, Vec<u8>)>,
        length: u64,
        at: u64,
    }

    impl Read for Sparse {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let count = into.len().min(usize::try_from(self.length - self.at).unwrap_or(usize::MAX));
            for (place, byte) in into[..count].iter_mut().enumerate() {
                let at = self.at + place as u64;
                let part = self.parts.iter().find(|(start, part)| (*start..start + part.len() as u64).contains(&at));
                *byte = part.map_or(0, |(start, part)| part[usize::try_from(at - start).unwrap()]);
            }
            self.at += count as u64;
            Ok(count)
        }
    }

    impl Seek for Sparse {
        fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
            self.at = match to {
                SeekFrom::Start(at) => at,
                SeekFrom::End(back) => self.length.checked_add_signed(back).unwrap(),
                SeekFrom::Current(on) => self.at.checked_add_signed(on).unwrap(),
            };
            Ok(self.at)
        }
    }

    #[test]
    fn an_archive_beyond_four_gigabytes_is_read_by_others() {
        let mut archive = Archive::default();
        let huge = Member { path: "огромный.pdf".to_owned(), size_bytes: 5 << 30, crc32: 7 };
        let first = archive.begin(&huge);
        let second_at = first.len() as u64 + huge.size_bytes;
        let mut second = archive.begin(&member("малый.pdf", b"small"));
        second.extend_from_slice(b"small");
        second.extend(archive.end());
        let length = second_at + second.len() as u64;
        let sparse = Sparse { parts: vec![(0, first), (second_at, second)], length, at: 0 };
        let mut read = zip::ZipArchive::new(sparse).unwrap();
        assert_eq!(read.by_name("огромный.pdf").unwrap().size(), 5 << 30);
        let mut small = Vec::new();
        read.by_name("малый.pdf").unwrap().read_to_end(&mut small).unwrap();
        assert_eq!(small, b"small");
    }

    #[test]
    fn seventy_thousand_members_are_listed() {
        let mut archive = Archive::default();
        let mut written = Vec::new();
        for number in 0..70_000 {
            written.extend(archive.begin(&member(&number.to_string(), b"")));
        }
        written.extend(archive.end());
        assert_eq!(zip::ZipArchive::new(Cursor::new(written)).unwrap().len(), 70_000);
    }
}
