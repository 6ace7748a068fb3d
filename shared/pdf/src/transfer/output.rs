use lopdf::{Object, Writer};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{self, Write};

/// Objects that one bundle may have.
const MAX_OBJECTS: usize = 4_000_000;

/// The file that is being written: object numbers, offsets, contents seen.
pub(crate) struct Output<W> {
    out: W,
    written: u64,
    offsets: Vec<u64>,
    seen: HashMap<[u8; 32], u32>,
    /// Digest of the objects' digests: the file's /ID comes from it.
    digest: Sha256,
    shared_objects: u32,
    shared_bytes: u64,
    buffer: Vec<u8>,
}

impl<W: Write> Output<W> {
    pub(crate) fn new(out: W) -> io::Result<Self> {
        let mut output = Self {
            out,
            written: 0,
            offsets: Vec::new(),
            seen: HashMap::new(),
            digest: Sha256::new(),
            shared_objects: 0,
            shared_bytes: 0,
            buffer: Vec::new(),
        };
        output.put(b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")?;
        Ok(output)
    }

    /// Takes the next object number.
    pub(crate) fn reserve(&mut self) -> u32 {
        self.offsets.push(0);
        u32::try_from(self.offsets.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn is_full(&self) -> bool {
        self.offsets.len() >= MAX_OBJECTS
    }

    /// Writes an object under a number of its own.
    pub(crate) fn write(&mut self, id: u32, object: &Object) -> io::Result<()> {
        let mut body = std::mem::take(&mut self.buffer);
        body.clear();
        Writer::write_object(&mut body, object)?;
        self.write_body(id, &body, &Sha256::digest(&body).into())?;
        self.buffer = body;
        Ok(())
    }

    /// Writes an object under the next number.
    pub(crate) fn add(&mut self, object: &Object) -> io::Result<u32> {
        let id = self.reserve();
        self.write(id, object)?;
        Ok(id)
    }

    /// Writes an object unless the same content stands already in the file; gives its number.
    pub(crate) fn share(&mut self, object: &Object) -> io::Result<u32> {
        let mut body = std::mem::take(&mut self.buffer);
        body.clear();
        Writer::write_object(&mut body, object)?;
        let digest: [u8; 32] = Sha256::digest(&body).into();
        let id = if let Some(id) = self.seen.get(&digest) {
            self.shared_objects += 1;
            self.shared_bytes += body.len() as u64;
            *id
        } else {
            let id = self.reserve();
            self.write_body(id, &body, &digest)?;
            self.seen.insert(digest, id);
            id
        };
        self.buffer = body;
        Ok(id)
    }

    /// Objects and bytes that [`Self::share`] saved.
    pub(crate) fn shared(&self) -> (u32, u64) {
        (self.shared_objects, self.shared_bytes)
    }

    /// What the file is written to.
    pub(crate) fn out(&mut self) -> &mut W {
        &mut self.out
    }

    /// Writes the cross-reference table and the trailer; gives the size of the file and what it was written to.
    pub(crate) fn finish(mut self, catalog: u32, information: u32) -> io::Result<(u64, W)> {
        let start = self.written;
        let size = self.offsets.len() + 1;
        let identifier: String =
            self.digest.clone().finalize().iter().take(16).map(|byte| format!("{byte:02X}")).collect();
        let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for offset in &self.offsets {
            table.push_str(&format!("{offset:010} 00000 n \n"));
        }
        table.push_str(&format!(
            "trailer\n<</Size {size}/Root {catalog} 0 R/Info {information} 0 R/ID[<{identifier}><{identifier}>]>>\n\
             startxref\n{start}\n%%EOF\n"
        ));
        self.put(table.as_bytes())?;
        self.out.flush()?;
        Ok((self.written, self.out))
    }

    fn write_body(&mut self, id: u32, body: &[u8], digest: &[u8; 32]) -> io::Result<()> {
        self.digest.update(id.to_le_bytes());
        self.digest.update(digest);
        if let Some(offset) = self.offsets.get_mut((id as usize).wrapping_sub(1)) {
            *offset = self.written;
        }
        self.put(format!("{id} 0 obj\n").as_bytes())?;
        self.put(body)?;
        self.put(b"\nendobj\n")
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}
