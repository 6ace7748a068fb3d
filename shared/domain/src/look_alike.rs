/// The Cyrillic capital that a Latin one looks exactly like, in every typeface. Y and У, b and ь look alike in some
/// typefaces only: whoever wants them adds them.
pub fn cyrillic_capital(latin: char) -> Option<char> {
    Some(match latin {
        'A' => 'А',
        'B' => 'В',
        'C' => 'С',
        'E' => 'Е',
        'H' => 'Н',
        'K' => 'К',
        'M' => 'М',
        'O' => 'О',
        'P' => 'Р',
        'T' => 'Т',
        'X' => 'Х',
        _ => return None,
    })
}
