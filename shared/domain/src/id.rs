use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// A text that cannot be an id: empty, longer than 64 characters, or with anything but `a-z`, `0-9` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("read id `{0}`: 1 to 64 characters a-z, 0-9 and `-` are allowed")]
pub struct InvalidId(pub String);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as it stands in keys and links.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                let well_formed = (1..=64).contains(&text.len())
                    && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
                if well_formed { Ok(Self(text)) } else { Err(InvalidId(text)) }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

id! {
    /// Whose data it is (организация-пользователь). The first part of every key.
    TenantId
}
id! {
    /// One upload of one file; the same file uploaded twice has two upload ids and one document id.
    UploadId
}
id! {
    /// A document by its content: the SHA-256 of its bytes, in hexadecimal.
    DocumentId
}

id! {
    /// A project file by its content: the SHA-256 of its bytes, in hexadecimal.
    ProjectFileId
}

id! {
    /// What persons added to a document, by its content: the SHA-256 of its bytes, in hexadecimal.
    AmendmentsId
}

id! {
    /// A project of a tenant (объект строительства): what its uploads belong to.
    ProjectId
}

/// A document as one project file and what persons added have it: acts and bundle are made anew for each, and what was
/// made before is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// The document.
    pub document: DocumentRef,
    /// The project file; `None` for drafts.
    pub project_file: Option<ProjectFileId>,
    /// What persons added; `None` for what was read alone.
    pub amendments: Option<AmendmentsId>,
}

/// The drafts of what was read, without a project file.
impl From<&DocumentRef> for Edition {
    fn from(document: &DocumentRef) -> Self {
        Self { document: document.clone(), project_file: None, amendments: None }
    }
}

impl From<&Edition> for Edition {
    fn from(edition: &Edition) -> Self {
        edition.clone()
    }
}

impl TenantId {
    /// The only tenant of an installation without accounts.
    pub fn local() -> Self {
        Self("local".to_owned())
    }
}

impl DocumentId {
    /// The id of a document with these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex(&Sha256::digest(bytes)))
    }
}

impl ProjectFileId {
    /// The id of a project file with these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex(&Sha256::digest(bytes)))
    }
}

impl AmendmentsId {
    /// The id of amendments with these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex(&Sha256::digest(bytes)))
    }
}

/// Makes the id of a document whose bytes come in pieces.
#[derive(Default)]
pub struct DocumentHasher(Sha256);

impl DocumentHasher {
    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The id of all that was taken.
    pub fn finish(self) -> DocumentId {
        DocumentId(hex(&self.0.finalize()))
    }
}

impl UploadId {
    /// An upload id that follows from what was uploaded and how it was named, so that the same upload repeated
    /// after an interruption is the same upload.
    pub fn of(document: &DocumentId, file_name: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(document.as_str());
        hash.update([0]);
        hash.update(file_name);
        let mut text = hex(&hash.finalize());
        text.truncate(UPLOAD_ID_LENGTH);
        Self(text)
    }

    /// The id of an upload into a project: the same file brought into two projects is two uploads of one document.
    pub fn in_project(document: &DocumentId, file_name: &str, project: &ProjectId) -> Self {
        // No file name and no id holds a zero, so no two pairs make one text.
        Self::of(document, &format!("{file_name}\0{project}"))
    }

    /// The id of a file that was put into the bucket of uploads under its user's own name: its key. The same name
    /// again is the same upload, with new content.
    pub fn of_dropped(key: &str) -> Self {
        Self::of(&DocumentId::of(b"dropped"), key)
    }

    /// The id, when the text is one that [`UploadId::of`] makes.
    pub fn server_made(text: &str) -> Option<Self> {
        let hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == UPLOAD_ID_LENGTH && text.bytes().all(hexadecimal)).then(|| Self(text.to_owned()))
    }
}

impl ProjectId {
    /// The id of a project made under a key that its client chose (`Idempotency-Key`): a repeat makes the same project.
    pub fn of_key(tenant: &TenantId, key: &str) -> Self {
        Self::of(tenant, &["key", key])
    }

    /// The id of a project made without such a key.
    pub fn of_name(tenant: &TenantId, name: &str, created_at_ms: u64) -> Self {
        Self::of(tenant, &["name", name, &created_at_ms.to_string()])
    }

    fn of(tenant: &TenantId, parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        hash.update(tenant.as_str());
        for part in parts {
            hash.update([0]);
            hash.update(part);
        }
        let mut text = hex(&hash.finalize());
        text.truncate(UPLOAD_ID_LENGTH);
        Self(text)
    }
}

const UPLOAD_ID_LENGTH: usize = 32;

/// A document of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocumentRef {
    /// Whose it is.
    pub tenant: TenantId,
    /// Which one.
    pub document: DocumentId,
}

/// A project of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProjectRef {
    /// Whose it is.
    pub tenant: TenantId,
    /// Which one.
    pub project: ProjectId,
}

/// An upload of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UploadRef {
    /// Whose it is.
    pub tenant: TenantId,
    /// Which one.
    pub upload: UploadId,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_id_is_the_sha256_of_its_bytes() {
        let id = DocumentId::of(b"abc");
        assert_eq!(id.as_str(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn ids_with_path_characters_are_refused() {
        for text in ["", "../x", "a/b", "A", "ж", &"a".repeat(65)] {
            assert!(TenantId::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn the_same_upload_repeated_has_the_same_id_and_another_name_another() {
        let document = DocumentId::of(b"abc");
        assert_eq!(UploadId::of(&document, "КЖ.pdf"), UploadId::of(&document, "КЖ.pdf"));
        assert_ne!(UploadId::of(&document, "КЖ.pdf"), UploadId::of(&document, "АР.pdf"));
        let tenant = TenantId::local();
        let [one, other] = ["1", "2"].map(|key| ProjectId::of_key(&tenant, key));
        let id = UploadId::in_project(&document, "КЖ.pdf", &one);
        assert_eq!(UploadId::server_made(id.as_str()), Some(id.clone()));
        assert_ne!(id, UploadId::in_project(&document, "КЖ.pdf", &other));
        assert_ne!(id, UploadId::of(&document, "КЖ.pdf"));
    }

    #[test]
    fn a_project_follows_from_its_tenant_and_key_or_from_its_name_and_time() {
        let tenants = ["one", "two"].map(|text| TenantId::try_from(text.to_owned()).unwrap());
        assert_eq!(ProjectId::of_key(&tenants[0], "k"), ProjectId::of_key(&tenants[0], "k"));
        assert_ne!(ProjectId::of_key(&tenants[0], "k"), ProjectId::of_key(&tenants[1], "k"));
        assert_ne!(ProjectId::of_name(&tenants[0], "Дом", 1), ProjectId::of_name(&tenants[0], "Дом", 2));
    }
}
