use crate::legible::{LONGEST_FIELD_CHARS, composed, is_invisible, is_no_break_space};

/// A value as text that other programs open: white space is one space, signs that nobody sees or that turn the direction
/// of writing are dropped, and so are those that XML 1.0 forbids. A field without end is cut, and says so.
pub fn plain_text(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = 0_usize;
    let mut space_is_due = false;
    for sign in text.chars() {
        if sign.is_whitespace() && !is_no_break_space(sign) {
            space_is_due = !plain.is_empty();
            continue;
        }
        // U+FFFE, U+FFFF and their like in the other planes are no characters.
        if is_invisible(sign) || u32::from(sign) & 0xfffe == 0xfffe {
            continue;
        }
        if chars + usize::from(space_is_due) >= LONGEST_FIELD_CHARS {
            let all = text.chars().count();
            plain.push_str(&format!(" … [текст сокращён: {LONGEST_FIELD_CHARS} знаков из {all}]"));
            break;
        }
        if space_is_due {
            plain.push(' ');
            chars += 1;
            space_is_due = false;
        }
        if let Some(letter) = plain.chars().next_back().and_then(|before| composed(before, sign)) {
            plain.pop();
            plain.push(letter);
            continue;
        }
        plain.push(sign);
        chars += 1;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_invisible_is_left_and_everything_else_is() {
        assert_eq!(
            plain_text(" а\u{0}б\u{202e}в\u{feff}\r\n\tг\u{ffff}\u{1fffe} =1+1 <b>&amp; "),
            "абв г =1+1 <b>&amp;"
        );
        assert_eq!(plain_text("и\u{306}"), "й");
        let cut = plain_text(&"я".repeat(10_001));
        assert!(cut.ends_with("10000 знаков из 10001]") && cut.starts_with("яяя"));
    }
}
