use domain::percent_encoded;

/// Media type of an object by the ending of its key.
pub(crate) fn media_type(key: &str) -> &'static str {
    let ending = key.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    match ending.as_str() {
        "pdf" => "application/pdf",
        "json" => "application/json",
        "zip" => "application/zip",
        "png" => "image/png",
        "webp" => "image/webp",
        "jpg" | "jpeg" => "image/jpeg",
        "xml" => "application/xml",
        "csv" => "text/csv; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    }
}

/// `Content-Disposition` under which a browser saves the file as `file_name` (RFC 6266): an ASCII name for the old, the
/// whole one in UTF-8 for all others. It has no character that could end the header or the quotation.
pub(crate) fn attachment(file_name: &str) -> String {
    let ascii: String = file_name
        .chars()
        .map(|letter| {
            if letter.is_ascii_graphic() && !matches!(letter, '"' | '\\' | '%') || letter == ' ' { letter } else { '_' }
        })
        .collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", percent_encoded(file_name, b""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_follows_the_ending() {
        assert_eq!(media_type("local/x/r1/bundle/bundle.zip"), "application/zip");
        assert_eq!(media_type("local/План.PDF"), "application/pdf");
        assert_eq!(media_type("local/0123abcd"), "application/octet-stream");
        assert_eq!(media_type("v1.2/file"), "application/octet-stream");
    }

    #[test]
    fn a_russian_file_name_is_given_whole_and_in_ascii() {
        assert_eq!(
            attachment("Акт № 1.pdf"),
            "attachment; filename=\"___ _ 1.pdf\"; filename*=UTF-8''%D0%90%D0%BA%D1%82%20%E2%84%96%201.pdf"
        );
    }

    #[test]
    fn a_file_name_cannot_leave_its_quotation() {
        let header = attachment("a\"; x=\\\r\nSet-Cookie: b%41'*.pdf");
        assert!(header.is_ascii() && !header.contains(['\r', '\n', '\\']), "{header}");
        assert_eq!(header.matches('"').count(), 2, "{header}");
        assert!(
            header.ends_with("filename*=UTF-8''a%22%3B%20x%3D%5C%0D%0ASet-Cookie%3A%20b%2541%27%2A.pdf"),
            "{header}"
        );
    }
}
