use super::file::PdfFile;
use super::random::Random;
use super::sheet::{MM, Sheet};

const WIDTH: usize = 1240;
const HEIGHT: usize = 1754;

/// A page that is one grey image of A4 at 150 dpi: paper, specks, rules and dark runs where lines of text would be.
pub(super) fn page(sheet: &mut Sheet<'_>, file: &mut PdfFile, image: usize, random: &mut Random) {
    let mut grey = vec![0xF4u8; WIDTH * HEIGHT];
    for (row, line) in grey.chunks_exact_mut(WIDTH).enumerate() {
        let lettering = row > 160 && row < HEIGHT - 320 && row % 36 < 20;
        for (column, pixel) in line.iter_mut().enumerate() {
            let frame = column.abs_diff(118) < 2
                || column.abs_diff(WIDTH - 30) < 2
                || row.abs_diff(30) < 2
                || row.abs_diff(HEIGHT - 30) < 2;
            let word = (column / 11 + row / 36 * 7) % 9 != 0;
            let stroke = (column * 7 + row / 36 * 13 + row % 36 / 5 * 3) % 11 < 4;
            if frame || (lettering && word && stroke && (190..WIDTH - 120).contains(&column)) {
                *pixel = 0x28;
            }
        }
    }
    for _ in 0..12_000 {
        let at = random.next() as usize % grey.len();
        if let Some(pixel) = grey.get_mut(at) {
            *pixel = pixel.saturating_sub(40);
        }
    }
    file.stream(
        image,
        &format!(
            "/Type /XObject /Subtype /Image /Width {WIDTH} /Height {HEIGHT} /ColorSpace /DeviceGray /BitsPerComponent 8"
        ),
        &grey,
    );
    sheet.raw(&format!("{:.2} 0 0 {:.2} 0 0 cm /Im1 Do\n", sheet.width * MM, sheet.height * MM));
}
