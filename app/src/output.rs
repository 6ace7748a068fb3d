//! What goes to standard output, and how the system's refusals are said in Russian.

use crate::AppError;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

/// Prints a text and a line end. Whoever reads our output may have seen enough, as `head` has: that is no error.
pub(crate) fn say(text: impl std::fmt::Display) -> Result<(), AppError> {
    let mut out = io::stdout().lock();
    unless_closed(writeln!(out, "{text}").and_then(|()| out.flush()))
}

/// Writes a file beside its name and renames it, so that a half-written one never stands there.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = OsString::from(path);
    beside.push(".part");
    std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, path))
}

/// An output that was closed on the other side is no error; any other failure to write is.
pub(crate) fn unless_closed(written: io::Result<()>) -> Result<(), AppError> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(AppError::failed(
            format!("вывод не записывается: {}.", reason(&error)),
            "Проверьте место на диске и повторите.",
        )),
        _ => Ok(()),
    }
}

/// Why the system refused, in Russian where it is one of the usual reasons.
pub(crate) fn reason(error: &io::Error) -> String {
    let known = match error.kind() {
        io::ErrorKind::NotFound => "такого файла или папки нет",
        io::ErrorKind::PermissionDenied => "нет прав доступа",
        io::ErrorKind::IsADirectory => "это папка, а не файл",
        io::ErrorKind::NotADirectory => "часть пути — файл, а не папка",
        io::ErrorKind::AlreadyExists => "такое имя уже занято",
        io::ErrorKind::StorageFull => "на диске нет места",
        io::ErrorKind::ReadOnlyFilesystem => "диск доступен только для чтения",
        io::ErrorKind::AddrInUse => "адрес занят другой программой",
        _ => return error.to_string(),
    };
    known.to_owned()
}
