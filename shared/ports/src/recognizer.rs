use crate::PortError;
use async_trait::async_trait;

/// A grey picture of one line of writing, level and upright, dark on light, with a white margin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinePicture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width × height` values, rows from the top, 0 black to 255 white.
    pub grey: Vec<u8>,
}

/// A word that was recognised in a picture of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadWord {
    /// Its letters.
    pub text: String,
    /// Left edge, upper edge, right edge, lower edge, in pixels of the picture.
    pub bounds: [u32; 4],
    /// How sure the recogniser is, 0 to 1.
    pub confidence: f32,
}

/// Which letters a recogniser expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Script {
    /// Russian: Cyrillic, digits and signs.
    Russian,
    /// Latin: designations, marks and names of makers.
    Latin,
}

/// Reads the letters of pictures (OCR). It knows nothing of pages: where lines are is found before.
#[async_trait]
pub trait Recognizer: Send + Sync {
    /// Reads every picture; the answer has as many entries, in the same order, empty where nothing was recognised.
    /// Many lines in one call cost far less than many calls. Harmless to repeat.
    ///
    /// # Errors
    /// When the recogniser is not there, breaks down, or takes too long.
    async fn read(&self, lines: &[LinePicture], script: Script) -> Result<Vec<Vec<ReadWord>>, PortError>;

    /// Whether Russian has a word, written with Cyrillic letters alone, in any of its forms. `None` without a dictionary.
    fn is_russian(&self, _word: &str) -> Option<bool> {
        None
    }

    /// Whether it can read here at all. Where it cannot, pages stay as their text layer has them, with their faults.
    async fn is_ready(&self) -> bool {
        true
    }
}

/// Of a host where nothing recognises pictures.
pub struct NoRecognizer;

#[async_trait]
impl Recognizer for NoRecognizer {
    async fn read(&self, _lines: &[LinePicture], _script: Script) -> Result<Vec<Vec<ReadWord>>, PortError> {
        Err(PortError::plain("find a recogniser on this host"))
    }

    async fn is_ready(&self) -> bool {
        false
    }
}
