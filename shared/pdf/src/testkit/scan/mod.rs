//! Scans: sheets that are drawn, put askew under a scanner, worn by it, and written as images without a text layer.

mod paper;
mod sheets;
mod skew;

use super::file::{PdfFile, text_string};
use super::random::Random;
use super::sheet::{MM, Sheet, Zone};
use super::typeface::Typefaces;
use domain::Rect;
use paper::Grey;
use skew::Skew;

/// What a scanned sheet shows. The first three are A4, A3 and A4; tables are A3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScanSheet {
    /// A page of an explanatory note (пояснительная записка), with a form 5 title block.
    Note,
    /// Numbered instructions over the whole width, with a form 3 title block.
    Instructions,
    /// A title sheet with signatures.
    Title,
    /// The specification of equipment (СО, nine columns).
    Equipment,
    /// Specifications of elements (form 7) side by side.
    Elements,
    /// «Общие данные» on A3: drawing list, references, notes, hidden works.
    GeneralDataA3,
    /// «Общие данные» on A2.
    GeneralDataA2,
    /// A drawing on A3.
    DrawingA3,
    /// A drawing on A2.
    DrawingA2,
    /// A drawing on A1.
    DrawingA1,
}

impl ScanSheet {
    /// Its format.
    pub fn format(self) -> &'static str {
        match self {
            Self::Note | Self::Title => "А4",
            Self::DrawingA2 | Self::GeneralDataA2 => "А2",
            Self::DrawingA1 => "А1",
            Self::Instructions | Self::Equipment | Self::Elements | Self::GeneralDataA3 | Self::DrawingA3 => "А3",
        }
    }
}

/// One sheet and how it is scanned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScanPage {
    /// What it shows.
    pub sheet: ScanSheet,
    /// Resolution of the scanner, 50 to 600 dots an inch.
    pub dpi: u32,
    /// How far the sheet is turned under the scanner, in degrees counter-clockwise; at most 10 either way.
    pub skew_deg: f32,
    /// How worn the scan is: 0 is a clean turned drawing, 1 an office scanner, 2 a copy of a copy.
    pub wear: f32,
    /// Whether it is stored in black and white, without greys.
    pub bilevel: bool,
    /// Whether it is lettered with [`ScanOptions::lettering`].
    pub lettered: bool,
    /// Whether the lettering leans to the right, as on many drawings.
    pub slanted: bool,
    /// Chooses words, lines, paper, specks.
    pub seed: u64,
}

/// A set of scans.
#[derive(Debug, Clone, Default)]
pub struct ScanOptions {
    /// Its pages.
    pub pages: Vec<ScanPage>,
    /// A TrueType file for the pages that want it; they get the shipped sans where there is none.
    pub lettering: Option<Vec<u8>>,
}

/// Scans and what is written on them.
#[derive(Debug, Clone, PartialEq)]
pub struct ScannedSet {
    /// The file: one image a page, nothing else.
    pub pdf: Vec<u8>,
    /// What a perfect reader would find, page by page.
    pub pages: Vec<ScanTruth>,
}

/// What a perfect reader would find on a scan.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanTruth {
    /// How it was made.
    pub page: ScanPage,
    /// Width of the page in points: the sheet as it lies askew.
    pub width_pt: f32,
    /// Height of the page in points.
    pub height_pt: f32,
    /// The words in the order they were written, line by line.
    pub words: Vec<ScanWord>,
}

/// A word of a scan.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanWord {
    /// The word.
    pub text: String,
    /// The upright rectangle about the turned word, in points from the upper left corner of the page.
    pub bounds: Rect,
    /// In what part of the sheet.
    pub zone: Zone,
    /// Number of its line on the sheet: words with the same number stand in one line or one line of a cell.
    pub line: u32,
    /// 0 or 90 (reads upwards), before the skew.
    pub rotation_deg: u16,
}

/// Draws, turns and wears the sheets and writes them as images. The same options give the same bytes. A sheet that
/// cannot be drawn comes out as blank paper of one point, without words.
pub fn scanned_set(options: &ScanOptions) -> ScannedSet {
    let mut file = PdfFile::new();
    let (catalog, tree, information) = (file.reserve(), file.reserve(), file.reserve());
    let mut kids = String::new();
    let mut pages = Vec::new();
    for page in &options.pages {
        let (image, truth) = scan(page, options.lettering.as_deref());
        kids.push_str(&format!("{} 0 R ", write_page(&mut file, tree, &image, &truth)));
        pages.push(truth);
    }
    file.object(tree, &format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()));
    file.object(catalog, &format!("<< /Type /Catalog /Pages {tree} 0 R >>"));
    file.object(information, &format!("<< /Title {} >>", text_string("Скан")));
    ScannedSet { pdf: file.finish(catalog, information), pages }
}

fn scan(page: &ScanPage, lettering: Option<&[u8]>) -> (Grey, ScanTruth) {
    let page = ScanPage { dpi: page.dpi.clamp(50, 600), skew_deg: page.skew_deg.clamp(-10.0, 10.0), ..*page };
    let mut faces = match lettering.filter(|_| page.lettered) {
        Some(lettering) => Typefaces::lettered(lettering.to_vec()),
        None => Typefaces::new(),
    };
    let (width, height) = sheets::size_mm(page.sheet);
    let mut sheet = Sheet::new(&mut faces, width, height);
    sheet.slanted = page.slanted;
    sheets::draw(&mut sheet, &page);
    let content = sheet.finish(false);
    let (written, zones) = (std::mem::take(&mut sheet.words), std::mem::take(&mut sheet.zones));
    let pixels_per_point = page.dpi as f32 / 72.0;
    let drawn = paper::drawn(vector_page(&mut faces, &content, width * MM, height * MM), pixels_per_point);
    let skew = Skew::new(page.skew_deg, drawn.width, drawn.height);
    let image = paper::worn(drawn, &skew, &page, &mut Random::for_sheet(page.seed, 2));
    let words = written
        .into_iter()
        .zip(zones)
        .map(|((text, bounds), (zone, line))| ScanWord {
            text,
            bounds: skew.bounds(bounds, pixels_per_point),
            zone,
            line,
            rotation_deg: if zone == Zone::Vertical { 90 } else { 0 },
        })
        .collect();
    let truth = ScanTruth {
        page,
        width_pt: image.width as f32 / pixels_per_point,
        height_pt: image.height as f32 / pixels_per_point,
        words,
    };
    (image, truth)
}

/// The sheet as a file of its own, for the renderer.
fn vector_page(faces: &mut Typefaces, content: &[u8], width_pt: f32, height_pt: f32) -> Vec<u8> {
    let mut file = PdfFile::new();
    let [catalog, tree, page, contents, resources, information] = std::array::from_fn(|_| file.reserve());
    file.stream(contents, "", content);
    let fonts = faces.write(&mut file);
    file.object(resources, &fonts);
    file.object(
        page,
        &format!(
            "<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {width_pt:.3} {height_pt:.3}] /Contents {contents} 0 R \
             /Resources {resources} 0 R >>"
        ),
    );
    file.object(tree, &format!("<< /Type /Pages /Kids [{page} 0 R] /Count 1 >>"));
    file.object(catalog, &format!("<< /Type /Catalog /Pages {tree} 0 R >>"));
    file.object(information, "<< >>");
    file.finish(catalog, information)
}

fn write_page(file: &mut PdfFile, tree: usize, image: &Grey, truth: &ScanTruth) -> usize {
    let (page, contents, picture) = (file.reserve(), file.reserve(), file.reserve());
    let (bits, samples) = if truth.page.bilevel { (1, image.black_and_white()) } else { (8, image.pixels.clone()) };
    file.stream(
        picture,
        &format!(
            "/Type /XObject /Subtype /Image /Width {} /Height {} /ColorSpace /DeviceGray /BitsPerComponent {bits}",
            image.width, image.height
        ),
        &samples,
    );
    let (width, height) = (truth.width_pt, truth.height_pt);
    file.stream(contents, "", format!("q {width:.3} 0 0 {height:.3} 0 0 cm /Im1 Do Q\n").as_bytes());
    file.object(
        page,
        &format!(
            "<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {width:.3} {height:.3}] /Contents {contents} 0 R \
             /Resources << /XObject << /Im1 {picture} 0 R >> >> >>"
        ),
    );
    page
}

#[cfg(test)]
mod tests;
