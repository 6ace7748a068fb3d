use domain::{ChunkPlan, PageKind, PagePlan};

/// A chunk is closed when its pages weigh this much: about a second of one core.
pub const CHUNK_WEIGHT: f32 = 24.0;

/// No chunk has more pages than this, however light they are.
pub const MAX_CHUNK_PAGES: u32 = 25;

const A4_AREA_PT: f32 = 595.0 * 842.0;

/// What a page costs to read and to draw small, in A4 text pages.
pub fn page_weight(page: &PagePlan) -> f32 {
    let sheets_of_a4 = (page.width_pt * page.height_pt / A4_AREA_PT).clamp(0.1, 32.0);
    match page.kind {
        PageKind::Text => 0.7 + 0.3 * sheets_of_a4,
        PageKind::Lines => 0.5 + 0.5 * sheets_of_a4,
        PageKind::Scan => 2.0 + sheets_of_a4,
        PageKind::Broken => 1.0,
    }
}

/// Cuts the pages into runs of about [`CHUNK_WEIGHT`], none longer than [`MAX_CHUNK_PAGES`], each of at least one page.
pub fn plan_chunks(pages: &[PagePlan]) -> Vec<ChunkPlan> {
    let mut chunks: Vec<ChunkPlan> = Vec::new();
    let mut weight = f32::INFINITY;
    for (number, page) in (1..).zip(pages) {
        let added = page_weight(page);
        match chunks.last_mut() {
            Some(chunk) if weight + added <= CHUNK_WEIGHT && chunk.pages < MAX_CHUNK_PAGES => {
                chunk.pages += 1;
                weight += added;
            }
            _ => {
                chunks.push(ChunkPlan { first_page: number, pages: 1 });
                weight = added;
            }
        }
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(kind: PageKind, width_pt: f32, height_pt: f32) -> PagePlan {
        PagePlan { kind, width_pt, height_pt }
    }

    #[test]
    fn every_page_is_in_one_chunk_in_order() {
        let kinds = [PageKind::Text, PageKind::Lines, PageKind::Scan, PageKind::Broken];
        let pages: Vec<_> = (0..250).map(|n| page(kinds[n % 4], 595.0 * (1 + n % 5) as f32, 842.0)).collect();
        let chunks = plan_chunks(&pages);
        let mut next = 1;
        for chunk in &chunks {
            assert_eq!(chunk.first_page, next);
            assert!((1..=MAX_CHUNK_PAGES).contains(&chunk.pages));
            next += chunk.pages;
        }
        assert_eq!(next, 251);
    }

    #[test]
    fn text_goes_by_many_pages_and_large_scans_by_few() {
        let text = plan_chunks(&vec![page(PageKind::Text, 595.0, 842.0); 100]);
        let scans = plan_chunks(&vec![page(PageKind::Scan, 2384.0, 1684.0); 100]);
        assert!(text[0].pages >= 20 && scans[0].pages <= 3, "{} {}", text[0].pages, scans[0].pages);
    }

    #[test]
    fn a_page_of_absurd_size_is_a_chunk_and_no_more() {
        let chunks = plan_chunks(&[page(PageKind::Lines, 283_465.0, 283_465.0), page(PageKind::Text, 0.0, f32::NAN)]);
        assert_eq!(chunks.iter().map(|chunk| chunk.pages).sum::<u32>(), 2);
    }
}
