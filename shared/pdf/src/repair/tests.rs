use super::mend;
use domain::{Fault, FaultKind, Rect, Word};

fn page(text: &str) -> Vec<Word> {
    text.split(' ')
        .zip(0u16..)
        .map(|(word, place)| Word {
            text: word.to_owned(),
            bounds: Rect { x0: f32::from(place) * 40.0, y0: 0.0, x1: f32::from(place) * 40.0 + 35.0, y1: 10.0 },
            size_pt: 10.0,
            rotation_deg: 0,
            confidence: Word::SURE,
        })
        .collect()
}

fn mended(text: &str) -> (String, Vec<Fault>) {
    let mut words = page(text);
    let faults = mend(&mut words);
    (words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "), faults)
}

/// What a reader sees that takes the bytes of Windows-1251 for Latin-1.
fn misread(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            'А'..='я' => char::from_u32(u32::from(letter) - 0x410 + 0xc0).unwrap(),
            'Ё' => '\u{a8}',
            'ё' => '\u{b8}',
            '№' => '\u{b9}',
            other => other,
        })
        .collect()
}

#[test]
fn misread_windows_1251_is_read_anew_beside_good_words() {
    let good = "Ведомость листов";
    let source = "Кладка стен из кирпича, ГОСТ 530-2012; № 5 в ёмкости А-III Ø12 75×6 и Широкий";
    let (text, faults) = mended(&format!("{good} {}", misread(source)));
    assert_eq!(text, format!("{good} {source}"));
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].kind, FaultKind::Cp1251AsLatin1);
    assert!(faults[0].repaired && faults[0].count == 11, "{faults:?}");
}

#[test]
fn western_words_and_signs_are_no_misread_russian() {
    for text in ["Größe für Röhren", "Ø12 ±0,5 20° 5×6 м²", "Saint-Gobain café Knauf", "é"] {
        let (mended, faults) = mended(text);
        assert_eq!(mended, text);
        assert!(faults.is_empty(), "{text}: {faults:?}");
    }
}

#[test]
fn latin_look_alikes_are_folded_in_russian_words_only() {
    let (text, faults) = mended(
        "Уcmpoйcmвo рабочuх швов беmонuрованuя выполняmь ГOCT u cваи om края no месту ux высотам npu низких A500C B25 W8 F200 кН/m ISO",
    );
    assert_eq!(
        text,
        "Устройство рабочих швов бетонирования выполнять ГОСТ и сваи от края по месту их высотам при низких A500C B25 W8 F200 кН/m ISO"
    );
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].kind, FaultKind::Homoglyphs);
}

#[test]
fn letters_that_russian_does_not_have_are_read_as_those_that_are_printed() {
    let (text, faults) = mended("Объѐм плѐнки ЁЛКИ ѝод Зелены\u{438}\u{306} ее\u{308} ѐ");
    assert_eq!(text, "Объём плёнки ЁЛКИ йод Зелены\u{439} её ѐ");
    assert_eq!((faults[0].kind, faults[0].count), (FaultKind::Homoglyphs, 5));
}

#[test]
fn numbers_have_zeros_and_foreign_words_their_own_letters() {
    let (text, faults) = mended("20О 1О5 2О0 сold МODEL Нigh 1О О5 Ду50 Dу50 О O 5О/2");
    assert_eq!(text, "200 105 200 cold MODEL High 1О О5 Ду50 Dу50 О O 5О/2");
    assert_eq!((faults[0].kind, faults[0].count), (FaultKind::Homoglyphs, 6));
}

#[test]
fn marks_units_and_foreign_names_keep_their_letters() {
    let text = "бетон В25 W8 F200 арматура A500C по ISO 9001 кНм кН/m DN50 PN16 Dу50 USB-кабель Wi-Fi м3/h";
    let (mended, faults) = mended(text);
    assert_eq!(mended, text);
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn shifted_glyph_numbers_become_russian_again() {
    let source = "Москва устройство монолитных железобетонных конструкций фундаментной плиты";
    let shifted: String = source
        .chars()
        .map(|letter| match letter {
            'А'..='я' => char::from_u32(u32::from(letter) - 0x1d6).unwrap(),
            other => other,
        })
        .collect();
    assert!(shifted.starts_with("Ɇɨɫɤɜɚ"));
    let (text, faults) = mended(&shifted);
    assert_eq!(text, source);
    assert_eq!(faults[0].kind, FaultKind::GlyphShift);
    assert_eq!(faults[0].count, 7);
}

#[test]
fn letters_without_a_system_stay_as_they_are() {
    let text = "ƀƂƄɃɅɇɉɋɍɏɑɓɕɗəɛɝɟɡɣɥɧɩɫɭɯɱɳɵɷɹɻɽɿʁʃʅʇʉʋ";
    let (mended, faults) = mended(text);
    assert_eq!(mended, text);
    assert!(faults.is_empty());
}

#[test]
fn a_font_of_sixty_thousand_nameless_glyphs_is_judged_at_once() {
    let codes = (0x100..0xf000).filter_map(|code| char::from_u32(0xf_0000 | code));
    let (text, faults) = mended(&codes.collect::<String>());
    assert!(text.chars().all(|letter| letter == '\u{fffd}'));
    assert_eq!(faults, []);
}

#[test]
fn a_glyph_before_diameters_of_bars_is_the_sign_of_the_diameter() {
    let glyph = char::from_u32(super::unknown_letter(0x4e)).unwrap();
    let other = char::from_u32(super::unknown_letter(0x4f)).unwrap();
    let (text, faults) = mended(&format!("{glyph}16 шаг {glyph} 25 и 8{glyph}10А500С {glyph}8 {other}16 {other}"));
    assert_eq!(text, "Ø16 шаг Ø 25 и 8Ø10А500С Ø8 \u{fffd}16 \u{fffd}");
    assert_eq!((faults[0].kind, faults[0].count, faults[0].repaired), (FaultKind::Unmapped, 4, true));
    // Fonts of one byte a letter say only that there is none; one of six such places may be another sign.
    let (text, _) = mended("\u{fffd}16 \u{fffd} 25 \u{fffd}10 \u{fffd} 32 \u{fffd}12 \u{fffd}");
    assert_eq!(text, "Ø16 Ø 25 Ø10 Ø 32 Ø12 Ø");
    // Before numbers of any kind it may be «№», before few of them anything.
    for other in ["16 {}25 {}12 {}17 {}19", "16 {}25", "1 {}2 {}3 {}4 {}5 {}6", "16,5 {}25,1 {}12,2"] {
        let source = format!("{glyph}{}", other.replace("{}", &glyph.to_string()));
        assert!(mended(&source).0.starts_with('\u{fffd}'), "{source}");
    }
}

#[test]
fn zeros_before_a_mark_are_mended_and_formulas_are_left_alone() {
    for (damaged, right) in
        [("5О*", "50*"), ("81О*", "810*"), ("20О", "200"), ("О*", "О*"), ("coomвemcmвuu", "соответствии")]
    {
        assert_eq!(mended(damaged).0, right);
    }
    for formula in ["l*nл+р*nп", "Kупл=0,95", "b+cв", "nл-кол-во,", "nп"] {
        assert_eq!(mended(formula).0, formula);
    }
}

#[test]
fn legal_forms_on_the_wrong_keyboard_are_mended_where_others_were() {
    assert_eq!(mended("Заказчик (OOO «Камень») и OOO Plast").0, "Заказчик (ООО «Камень») и OOO Plast");
    let (text, _) = mended("cвaй пecoк бeтoн пoдгoтoвкa cтeнa ведёт (OOO «Камень» и Plast OOO Stroy");
    assert!(text.ends_with("ведёт (ООО «Камень» и Plast OOO Stroy"), "{text}");
}
