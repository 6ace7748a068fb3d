#![expect(clippy::unwrap_used, reason = "a suite of tests: a failure is its result")]

use crate::{LinePicture, Recognizer, Script};

/// Every picture has its answer, in order; blank paper has no words; a repeat answers the same.
pub async fn recognizer(recognizer: &dyn Recognizer) {
    let blank = LinePicture { width: 120, height: 36, grey: vec![255; 120 * 36] };
    assert!(recognizer.is_ready().await, "it is not ready");
    for script in [Script::Russian, Script::Latin] {
        let none = recognizer.read(&[], script).await.unwrap();
        assert!(none.is_empty(), "no pictures have {} answers", none.len());
        let pictures = [blank.clone(), stroke(), blank.clone()];
        let read = recognizer.read(&pictures, script).await.unwrap();
        assert_eq!(read.len(), pictures.len(), "not an answer for each picture");
        for (words, picture) in read.iter().zip(&pictures) {
            assert!(*picture != blank || words.is_empty(), "words on blank paper: {words:?}");
            for word in words {
                let [x0, y0, x1, y1] = word.bounds;
                assert!(
                    x0 <= x1 && y0 <= y1 && x1 <= picture.width && y1 <= picture.height,
                    "out of the picture: {word:?}"
                );
                assert!((0.0..=1.0).contains(&word.confidence) && !word.text.is_empty(), "{word:?}");
            }
        }
        assert_eq!(recognizer.read(&pictures, script).await.unwrap(), read, "a repeat differs");
    }
}

/// A thick upright stroke: a letter to some, nothing to others.
fn stroke() -> LinePicture {
    let (width, height) = (60u32, 36u32);
    let ink = |place: u32| (26..32).contains(&(place % width)) && (6..30).contains(&(place / width));
    LinePicture { width, height, grey: (0..width * height).map(|place| if ink(place) { 0 } else { 255 }).collect() }
}
