use serde::{Deserialize, Serialize};

/// A section of the bundle: what a first-level bookmark and a heading of the register stand for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleSection {
    /// Name: «Акты освидетельствования скрытых работ».
    pub name: String,
    /// The documents in it, in order.
    pub entries: Vec<BundleEntry>,
}

/// A document of the bundle (комплект ИД) and its row in the general register:
/// № п/п · Наименование документа · Содержание · № документа · Дата · Кол-во листов · Страница.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleEntry {
    /// Name of the document.
    pub name: String,
    /// What it is about.
    pub content: String,
    /// Its number.
    pub number: String,
    /// Its date in print; empty when not dated yet.
    pub date: String,
    /// Number of its pages.
    pub pages: u32,
    /// Number of its sheets of paper (листов): acts are printed on both sides, so two pages are one sheet.
    pub sheets: u32,
    /// Sheet of the bundle on which it begins (страница), from 1; the register is not counted. 0 for a document that is
    /// missing and whose sheets nobody said.
    pub first_sheet: u32,
    /// Page of the bound PDF on which it begins, from 1; 0 for a document that is not bound: it is handed over on paper, or
    /// it is missing.
    #[serde(default)]
    pub first_page: u32,
}

/// One member of the bundle with its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestMember {
    /// Path: of a ZIP member inside the archive, of the PDF and the ZIP beside the manifest.
    pub path: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// `bundle/manifest.json`: what was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleManifest {
    /// Name of the bundle, without extension.
    pub name: String,
    /// The bound PDF.
    pub pdf: ManifestMember,
    /// The archive.
    pub zip: ManifestMember,
    /// Every member of the archive.
    pub members: Vec<ManifestMember>,
    /// The general register.
    pub register: Vec<BundleSection>,
    /// Number of sheets in the bundle, title page and register not counted.
    pub sheets: u32,
}
