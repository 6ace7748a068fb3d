use std::fmt::Write;

/// A text as it stands in links and headers: percent-encoded byte by byte, but for RFC 3986's unreserved characters (2.3)
/// and those of `kept`.
pub fn percent_encoded(text: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || kept.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            write!(encoded, "%{byte:02X}").unwrap_or_default();
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_byte_by_byte() {
        assert_eq!(percent_encoded("1-КЖ.pdf", b""), "1-%D0%9A%D0%96.pdf");
        assert_eq!(percent_encoded("a/b\"c", b""), "a%2Fb%22c");
    }
}
