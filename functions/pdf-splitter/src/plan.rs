use domain::{ChunkPlan, PageKind, PagePlan};

/// A chunk is closed when its pages weigh this much: about a second of one core, or twenty where pictures are recognised.
pub const CHUNK_WEIGHT: f32 = 24.0;

/// No chunk has more pages than this, however light they are.
pub const MAX_CHUNK_PAGES: u32 = 25;

const A4_AREA_PT: f32 = 595.0 * 842.0;

/// A page as the splitter saw it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProbedPage {
    /// What it is and how large.
    pub plan: PagePlan,
    /// Whether it is to be read from its picture, in whole or in part.
    pub recognize: bool,
}

/// What a page costs, in units of which [`CHUNK_WEIGHT`] make a chunk: a text page of A4 is 1; a picture of A4 is 3, so
/// that 8 of them, 4 of A3, or one of A1 make a chunk of pictures.
pub fn page_weight(page: &ProbedPage) -> f32 {
    let sheets_of_a4 = (page.plan.width_pt * page.plan.height_pt / A4_AREA_PT).clamp(0.1, 32.0);
    if page.recognize {
        return 3.0 * sheets_of_a4.max(0.5);
    }
    match page.plan.kind {
        PageKind::Text => 0.7 + 0.3 * sheets_of_a4,
        PageKind::Lines => 0.5 + 0.5 * sheets_of_a4,
        PageKind::Scan => 2.0 + sheets_of_a4,
        PageKind::Broken => 1.0,
    }
}

/// Cuts the pages into runs of about [`CHUNK_WEIGHT`], none longer than [`MAX_CHUNK_PAGES`], each of at least one page; pages
/// to be recognised and pages of text never share one, so that text waits for no picture.
pub fn plan_chunks(pages: &[ProbedPage]) -> Vec<ChunkPlan> {
    let mut chunks: Vec<ChunkPlan> = Vec::new();
    let mut weight = f32::INFINITY;
    for (number, page) in (1..).zip(pages) {
        let added = page_weight(page);
        match chunks.last_mut() {
            Some(chunk)
                if chunk.recognize == page.recognize
                    && weight + added <= CHUNK_WEIGHT
                    && chunk.pages < MAX_CHUNK_PAGES =>
            {
                chunk.pages += 1;
                weight += added;
            }
            _ => {
                chunks.push(ChunkPlan { first_page: number, pages: 1, recognize: page.recognize });
                weight = added;
            }
        }
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(kind: PageKind, width_pt: f32, height_pt: f32) -> ProbedPage {
        ProbedPage { plan: PagePlan { kind, width_pt, height_pt }, recognize: false }
    }

    fn picture(width_pt: f32, height_pt: f32) -> ProbedPage {
        ProbedPage { recognize: true, ..page(PageKind::Scan, width_pt, height_pt) }
    }

    #[test]
    fn every_page_is_in_one_chunk_in_order() {
        let kinds = [PageKind::Text, PageKind::Lines, PageKind::Scan, PageKind::Broken];
        let mut pages: Vec<_> = (0..250).map(|n| page(kinds[n % 4], 595.0 * (1 + n % 5) as f32, 842.0)).collect();
        for (n, page) in pages.iter_mut().enumerate() {
            page.recognize = n % 7 < 2;
        }
        let chunks = plan_chunks(&pages);
        let mut next = 1;
        for chunk in &chunks {
            assert_eq!(chunk.first_page, next);
            assert!((1..=MAX_CHUNK_PAGES).contains(&chunk.pages));
            for number in next..next + chunk.pages {
                assert_eq!(pages[number as usize - 1].recognize, chunk.recognize);
            }
            next += chunk.pages;
        }
        assert_eq!(next, 251);
    }

    #[test]
    fn text_goes_by_many_pages_and_pictures_by_few() {
        let text = plan_chunks(&vec![page(PageKind::Text, 595.0, 842.0); 100]);
        assert!(text[0].pages >= 20, "{}", text[0].pages);
        let pictures = |width, height| plan_chunks(&vec![picture(width, height); 40])[0].pages;
        assert_eq!([pictures(595.0, 842.0), pictures(1191.0, 842.0), pictures(2384.0, 1684.0)], [8, 3, 1]);
    }

    #[test]
    fn a_page_of_absurd_size_is_a_chunk_and_no_more() {
        let chunks = plan_chunks(&[page(PageKind::Lines, 283_465.0, 283_465.0), page(PageKind::Text, 0.0, f32::NAN)]);
        assert_eq!(chunks.iter().map(|chunk| chunk.pages).sum::<u32>(), 2);
    }
}
