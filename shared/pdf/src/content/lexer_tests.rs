use super::{Block, CLASS, Lexer, Operand, Operands, STEP, unescape_hex, unescape_literal};

fn operators(content: &[u8]) -> Vec<String> {
    let mut lexer = Lexer::new(content);
    let mut found = Vec::new();
    while let Some(operation) = lexer.next_operation() {
        found.push(String::from_utf8_lossy(operation.operator).into_owned());
        if operation.operator == b"BI" {
            lexer.skip_inline_image();
        }
    }
    found
}

#[test]
fn operators_are_found_between_all_kinds_of_operands() {
    let content =
        b"q 1 0 0 1 5 5 cm % S f B\n/P <</MCID 0/X(a)b)>>BDC BT/F1 12 Tf(a\\)S)Tj[<41 4a>-20(b(c)d)]TJ T* ET EMC Q";
    assert_eq!(operators(content), ["q", "cm", "BDC", "BT", "Tf", "Tj", "TJ", "T*", "ET", "EMC", "Q"]);
}

#[test]
fn operators_of_lines_are_passed_and_counted() {
    let mut lexer = Lexer::new(b"1 2 m 3 4 l S 0 0 5 5 re 9 9 m 1 1 l f 1 0 0 rg BT");
    let operation = lexer.next_operation().unwrap();
    assert_eq!((operation.operator, operation.operands), (&b"BT"[..], &b" "[..]));
    assert_eq!(lexer.take_passed(), 8);
    assert_eq!(lexer.take_passed(), 0);
    assert_eq!(lexer.take_colour(), Some(&b" 1 0 0 rg"[..]));
    assert_eq!(lexer.take_colour(), None);
}

#[test]
fn paths_of_rectangles_come_out_when_they_fill_or_clip() {
    let mut lexer =
        Lexer::new(b"0 0 5 5 re f 1 2 m 3 4 l f 0 0 5 5 re 1 1 2 2 re W n 0 0 5 5 re S 1 1 2 2 re f* 0 0 m W n");
    let mut found = Vec::new();
    while let Some(operation) = lexer.next_operation() {
        found.push((operation.operator, Operands::new(operation.operands).count()));
    }
    assert_eq!(found, [(&b"f"[..], 4), (&b"W"[..], 8), (&b"f*"[..], 4), (&b"W"[..], 0)]);
    assert_eq!(lexer.take_fills(), 1);
}

#[test]
fn few_lines_come_out_whole_when_they_fill_or_clip() {
    let content = b"0 0 m 5 0 l 5 5 l 0 5 l h f 1 2 m 3 4 l 5 6 l f 0 0 m 5 0 l 5 5 l 0 5 l 0 0 l W n 9 9 m 1 1 l S";
    let mut lexer = Lexer::new(content);
    let mut found = Vec::new();
    while let Some(operation) = lexer.next_operation() {
        found.push((operation.operator, Operands::new(operation.operands).count()));
    }
    let numbers = |operands: &[u8]| Operands::new(operands).count();
    let (filled, clip) = (numbers(b" 0 0 m 5 0 l 5 5 l 0 5 l h "), numbers(b" 0 0 m 5 0 l 5 5 l 0 5 l 0 0 l W "));
    assert_eq!(found, [(&b"f"[..], filled), (&b"W"[..], clip)]);
    assert_eq!(lexer.take_fills(), 1);
}

#[test]
fn plain_bytes_are_passed_up_to_the_first_that_may_matter() {
    for stop in (0..=255u8).filter(|&byte| CLASS[usize::from(byte)] != STEP) {
        for place in 0..20 {
            let mut content = *b"0 -1.5\n2 3\r4.25 6 7 89";
            content[place] = stop;
            let mut block = Block::at(&content, 0);
            assert_eq!(block.next(&content), Some(place), "{stop}");
            assert_eq!(block.next(&content), None, "{stop}");
        }
    }
    for plain in [&b"0123456789 -.\r\n\t 12"[..], b""] {
        assert_eq!(Block::at(plain, 0).next(plain), None);
    }
}

#[test]
fn a_place_is_gone_to_within_its_block_and_beyond() {
    let content = b"1 l 2 m 3 S 4 f 5 n";
    let letters = |from: usize| {
        let mut block = Block::at(content, 0);
        block.go_to(content, from);
        std::iter::from_fn(|| block.next(content)).collect::<Vec<_>>()
    };
    for from in 0..content.len() {
        let want: Vec<usize> = [2, 6, 10, 14, 18].into_iter().filter(|&place| place >= from).collect();
        assert_eq!(letters(from), want, "{from}");
    }
}

#[test]
fn an_inline_image_with_operators_in_its_data_is_stepped_over() {
    let content = b"q BI /W 2 /H 2 ID \x00EI\x80\xff BT EI Q BT ET";
    assert_eq!(operators(content), ["q", "BI", "Q", "BT", "ET"]);
    assert_eq!(operators(b"BT ET BI /W 1 ID never ended BT"), ["BT", "ET", "BI"]);
}

#[test]
fn numbers_are_read_with_all_their_bad_habits() {
    let numbers: Vec<_> = Operands::new(b"1 -2.5 +.75 --3 4.5.6 -.002 12345678901 7-8")
        .map(|operand| match operand {
            Operand::Number(number) => number,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(numbers, [1.0, -2.5, 0.75, -3.0, 4.5, -0.002, 12345678901.0, 7.0]);
    assert_eq!(Operands::last_numbers::<2>(b"9 8 7"), Some([8.0, 7.0]));
    assert_eq!(Operands::last_numbers::<3>(b"8 7"), None);
}

#[test]
fn strings_lose_their_escapes() {
    let mut out = Vec::new();
    unescape_literal(b"a\\(b\\)\\101\\7x\\\r\ny\\\\", &mut out);
    assert_eq!(out, b"a(b)A\x07xy\\");
    unescape_hex(b"48 656C 7", &mut out);
    assert_eq!(out, b"Help");
    unescape_hex(b"00410f", &mut out);
    assert_eq!(out, b"\0A\x0f");
    unescape_hex(b"004", &mut out);
    assert_eq!(out, b"\0@");
}
