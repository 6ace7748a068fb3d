/// Longest name of a file or a project, bytes.
pub(crate) const MAX_NAME_BYTES: usize = 255;

/// The name of a file as its client gave it: the last segment of its path, trimmed. `None` when nothing is left, when
/// it is longer than 255 bytes or has control characters.
pub(crate) fn file_name(given: &str) -> Option<String> {
    plain_name(given.rsplit(['/', '\\']).next().unwrap_or_default())
}

/// A name, trimmed. `None` when nothing is left, when it is longer than 255 bytes or has control characters.
pub(crate) fn plain_name(given: &str) -> Option<String> {
    let name = given.trim();
    let good = !name.is_empty() && name.len() <= MAX_NAME_BYTES && !name.chars().any(char::is_control);
    good.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_segment_of_a_path_names_a_file() {
        for (given, name) in [
            ("КЖ 1.pdf", Some("КЖ 1.pdf")),
            ("C:\\объект\\КЖ.pdf", Some("КЖ.pdf")),
            ("../../etc/passwd", Some("passwd")),
            ("  a.pdf ", Some("a.pdf")),
            ("", None),
            ("folder/", None),
            ("a\nb.pdf", None),
            ("a\u{0}b", None),
        ] {
            assert_eq!(file_name(given).as_deref(), name, "{given:?}");
        }
        assert_eq!(file_name(&"ж".repeat(127)).map(|name| name.len()), Some(254));
        assert_eq!(file_name(&"ж".repeat(128)), None);
    }
}
