//! The project file as the commands take it: with the files that its documents name.

use crate::AppError;
use crate::engine::Engine;
use crate::output::reason;
use bytes::Bytes;
use domain::DocumentId;
use domain::project_file::{LARGEST_ATTACHMENT_BYTES, ProjectFile};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What may lie beside a file under its name: signatures of it, and the drawing behind a scheme.
const COMPANIONS: [&str; 3] = ["sig", "p7s", "sgn"];
const DRAWINGS: [&str; 2] = ["dwg", "dxf"];

/// A project file that was found good, and the files that it names.
pub(crate) struct Project {
    /// Its text, with the section `[files]`.
    pub(crate) bytes: Bytes,
    /// What it says.
    pub(crate) file: ProjectFile,
    files: Vec<(PathBuf, DocumentId)>,
}

/// What a project file says.
pub(crate) fn parsed(path: &Path, bytes: &[u8]) -> Result<ProjectFile, AppError> {
    ProjectFile::parse(bytes).map_err(|problems| {
        AppError::bad_input(
            format!("файл проекта «{}» не подходит:\n{problems}", path.display()),
            "Исправьте указанные строки; все ключи описаны в docs/project-file.md.",
        )
    })
}

impl Project {
    /// Reads a project file and hashes the files that it names, by paths beside it. A file that cannot be used is refused
    /// before any work is begun, and so are files that are not there.
    pub(crate) fn read(path: &Path) -> Result<Self, AppError> {
        let shown = path.display();
        let bytes = std::fs::read(path).map_err(|error| {
            AppError::bad_input(
                format!("файл проекта «{shown}» не открывается: {}.", reason(&error)),
                "Проверьте путь и права доступа к файлу.",
            )
        })?;
        let file = parsed(path, &bytes)?;
        if !file.files.is_empty() {
            return Err(AppError::bad_input(
                format!("в файле проекта «{shown}» есть раздел [files]: его пишет программа."),
                "Удалите этот раздел: файлы документов берутся по путям из ключей file.",
            ));
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut files = BTreeMap::new();
        let mut problems = String::new();
        for name in file.named_files() {
            match hashed(&folder.join(name)) {
                Ok(found) => {
                    files.insert(name.to_owned(), found);
                    for companion in companions(name) {
                        if let Ok(found) = hashed(&folder.join(&companion)) {
                            files.insert(companion, found);
                        }
                    }
                }
                Err(why) => problems.push_str(&format!("\n  «{name}»: {why}")),
            }
        }
        if !problems.is_empty() {
            return Err(AppError::bad_input(
                format!("файл проекта «{shown}» называет файлы документов, которых нельзя взять:{problems}"),
                "Положите файлы рядом с файлом проекта (пути в ключах file — от его папки) или уберите ключ file.",
            ));
        }
        if files.is_empty() {
            return Ok(Self { bytes: bytes.into(), file, files: Vec::new() });
        }
        let bytes = with_files(&bytes, &files);
        let file = parsed(path, &bytes)?;
        Ok(Self { bytes: bytes.into(), file, files: files.into_values().collect() })
    }

    /// Gives the files to the engine; when this returns, they cannot be lost.
    pub(crate) async fn keep(&self, engine: &Engine) -> Result<(), AppError> {
        for (path, content) in &self.files {
            let changed = || {
                AppError::bad_input(
                    format!("файл «{}» изменился, пока его читали.", path.display()),
                    "Закройте его в других программах и повторите команду.",
                )
            };
            let bytes = std::fs::read(path).map_err(|_error| changed())?;
            if DocumentId::of(&bytes) != *content {
                return Err(changed());
            }
            engine.keep_attachment(content, bytes.into()).await?;
        }
        Ok(())
    }
}

/// Names under which something may lie beside a file.
fn companions(name: &str) -> Vec<String> {
    let stem = Path::new(name).with_extension("");
    let drawings = DRAWINGS.iter().map(|extension| format!("{}.{extension}", stem.display()));
    let signatures = COMPANIONS.iter().map(|extension| format!("{name}.{extension}"));
    signatures.chain(drawings.filter(|drawing| drawing != name)).collect()
}

fn hashed(path: &Path) -> Result<(PathBuf, DocumentId), String> {
    let size = std::fs::metadata(path).map_err(|error| reason(&error))?;
    if !size.is_file() {
        return Err("это не файл".to_owned());
    }
    if size.len() > LARGEST_ATTACHMENT_BYTES {
        return Err(format!("он больше {} МБ", LARGEST_ATTACHMENT_BYTES >> 20));
    }
    let bytes = std::fs::read(path).map_err(|error| reason(&error))?;
    Ok((path.to_owned(), DocumentId::of(&bytes)))
}

/// The text with a section that says which files are meant, so that another content is another edition.
fn with_files(text: &[u8], files: &BTreeMap<String, (PathBuf, DocumentId)>) -> Vec<u8> {
    let mut section = String::from("\n\n# Файлы документов: их имена и SHA-256. Раздел пишет программа.\n[files]\n");
    for (name, (_, content)) in files {
        let name = name.replace('\\', "\\\\").replace('"', "\\\"");
        // Writing into a String cannot fail.
        writeln!(section, "\"{name}\" = \"{content}\"").unwrap_or_default();
    }
    [text, section.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_brings_its_signature_and_its_drawing() {
        let folder = tempfile::tempdir().unwrap();
        let text = "[[act]]\nwork = 1\nschemes = [{ name = \"Схема\", file = 'с\"х.pdf' }]\n";
        let project = folder.path().join("проект.toml");
        std::fs::write(&project, text).unwrap();
        let refused = Project::read(&project).err().unwrap().to_string();
        assert!(refused.contains("«с\"х.pdf»"), "{refused}");
        for (name, content) in [("с\"х.pdf", "1"), ("с\"х.pdf.sig", "2"), ("с\"х.dwg", "3")] {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        let read = Project::read(&project).unwrap();
        assert_eq!(read.file.files.len(), 3);
        assert_eq!(read.file.files.get("с\"х.dwg"), Some(&DocumentId::of(b"3")));
        // Its own output is not taken again: the section would stand twice.
        std::fs::write(&project, &read.bytes).unwrap();
        assert!(Project::read(&project).err().unwrap().to_string().contains("[files]"));
    }
}
