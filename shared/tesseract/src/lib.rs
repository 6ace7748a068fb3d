//! Tesseract as a recogniser. It runs as a process of its own, with limits of time and memory: a picture that brings it
//! down brings down nothing else, and nothing is linked that is not there.

mod dictionary;
mod tiff;
mod tsv;

use async_trait::async_trait;
use dictionary::Dictionary;
use ports::{LinePicture, PortError, ReadWord, Recognizer, Script};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::OnceLock;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::{OnceCell, Semaphore};

/// Address space of the process: three times what it needs for the largest batch.
const MAX_MEMORY_KB: u64 = 2 << 20;
/// What a batch may take: many times what it takes on a loaded machine.
const BATCH_SECONDS: u64 = 20;
const LINE_SECONDS: f32 = 0.5;

/// A picture without a darker pixel is blank.
const DARKEST_PAPER: u8 = 200;

/// Why Tesseract did not read.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("start `tesseract` (Debian packages tesseract-ocr and tesseract-ocr-rus): {0}")]
    Start(#[source] std::io::Error),
    #[error("talk to `tesseract`: {0}")]
    Talk(#[from] std::io::Error),
    #[error("put {0} pictures into one file")]
    TooLarge(usize),
    #[error("end within {0} s")]
    TooSlow(u64),
    #[error("end by itself")]
    Killed,
    #[error("read: `tesseract` ended with {0}: {1}")]
    Ended(std::process::ExitStatus, String),
}

impl From<Trouble> for PortError {
    fn from(trouble: Trouble) -> Self {
        PortError::new("recognise lines", trouble)
    }
}

/// Tesseract 4 or newer.
pub struct Tesseract {
    program: PathBuf,
    /// Whether it was found with its languages; asked once.
    ready: OnceCell<bool>,
    /// Processes at once: each keeps a core busy.
    places: Semaphore,
    /// The words of Russian, read when the first is asked for.
    dictionary: OnceLock<Option<Dictionary>>,
}

impl Tesseract {
    /// Runs `program`, at most `at_once` processes at a time.
    pub fn new(program: PathBuf, at_once: usize) -> Self {
        Self { program, ready: OnceCell::new(), places: Semaphore::new(at_once.max(1)), dictionary: OnceLock::new() }
    }

    /// Whether a dictionary of Russian is there (Debian package `hunspell-ru`): without it wrong words are not doubted.
    pub fn has_dictionary(&self) -> bool {
        self.dictionary().is_some()
    }

    fn dictionary(&self) -> Option<&Dictionary> {
        self.dictionary.get_or_init(|| Dictionary::of(&self.program)).as_ref()
    }

    /// Whether the program is there with the languages that are needed: what is missing, as the names of Debian packages.
    ///
    /// # Errors
    /// When it cannot be started at all.
    pub async fn missing_packages(&self) -> Result<Vec<&'static str>, PortError> {
        let output = Command::new(&self.program).arg("--list-langs").stdin(Stdio::null()).output().await;
        let output = output.map_err(Trouble::Start)?;
        let listed = String::from_utf8_lossy(&output.stdout);
        let has = |language: &str| listed.lines().any(|line| line.trim() == language);
        let needed = [("rus", "tesseract-ocr-rus"), ("eng", "tesseract-ocr-eng")];
        Ok(needed.into_iter().filter(|(language, _)| !has(language)).map(|(_, package)| package).collect())
    }

    fn start(&self, script: Script, seconds: u64) -> Result<Child, Trouble> {
        let language = match script {
            Script::Russian => "rus",
            Script::Latin => "eng",
        };
        // The shell sets the limits, since a process cannot be given any from outside without unsafe code.
        Command::new("sh")
            .arg("-c")
            .arg(format!("ulimit -v {MAX_MEMORY_KB} -t {seconds} 2>/dev/null; exec \"$0\" \"$@\""))
            .arg(&self.program)
            .args(["stdin", "stdout", "-l", language, "--psm", "7", "--dpi", "300"])
            // Pictures of lines are dark on white: a second look at what it is not sure of, in negative, shows nothing.
            .args(["-c", "invert_threshold=0", "tsv", "quiet"])
            // One thread: what is gained by more is less than they cost.
            .env("OMP_THREAD_LIMIT", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(Trouble::Start)
    }

    async fn run(&self, lines: &[LinePicture], script: Script) -> Result<Vec<Vec<ReadWord>>, Trouble> {
        let file = tiff::tiff(lines).ok_or(Trouble::TooLarge(lines.len()))?;
        // Never closed, so waiting for a place cannot fail.
        let _place = self.places.acquire().await;
        let seconds = BATCH_SECONDS + (lines.len() as f32 * LINE_SECONDS) as u64;
        let mut child = self.start(script, seconds)?;
        let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let write = async {
            if let Some(mut input) = input {
                input.write_all(&file).await?;
            }
            Ok::<_, std::io::Error>(())
        };
        let read = async {
            let mut text = Vec::new();
            if let Some(mut output) = output {
                output.read_to_end(&mut text).await?;
            }
            Ok::<_, std::io::Error>(text)
        };
        let complain = async {
            let mut text = Vec::new();
            if let Some(mut errors) = errors {
                errors.read_to_end(&mut text).await?;
            }
            Ok::<_, std::io::Error>(text)
        };
        let talk = async { tokio::join!(write, read, complain, child.wait()) };
        let talked = tokio::time::timeout(Duration::from_secs(seconds), talk).await;
        let (written, text, complaint, status) = talked.map_err(|_| Trouble::TooSlow(seconds))?;
        let status = status?;
        if status.code().is_none() {
            return Err(Trouble::Killed);
        }
        if !status.success() {
            let complaint = String::from_utf8_lossy(&complaint?).trim().to_owned();
            return Err(Trouble::Ended(status, complaint));
        }
        written?;
        let mut words = tsv::words(&String::from_utf8_lossy(&text?), lines.len());
        for (words, line) in words.iter_mut().zip(lines) {
            // On blank paper it sees a letter all the same.
            if line.grey.iter().all(|&grey| grey > DARKEST_PAPER) {
                words.clear();
            }
        }
        Ok(words)
    }
}

#[async_trait]
impl Recognizer for Tesseract {
    async fn read(&self, lines: &[LinePicture], script: Script) -> Result<Vec<Vec<ReadWord>>, PortError> {
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        let halves = &mut vec![lines];
        let mut words = Vec::with_capacity(lines.len());
        while let Some(batch) = halves.pop() {
            match self.run(batch, script).await {
                Ok(read) => words.extend(read),
                // One picture brought it down or holds it up: it is found by halving, and set aside.
                Err(Trouble::Killed | Trouble::TooSlow(_)) if batch.len() > 1 => {
                    let (first, second) = batch.split_at(batch.len() / 2);
                    halves.extend([second, first]);
                }
                Err(Trouble::Killed | Trouble::TooSlow(_)) => words.push(Vec::new()),
                Err(trouble) => return Err(trouble.into()),
            }
        }
        Ok(words)
    }

    fn is_russian(&self, word: &str) -> Option<bool> {
        self.dictionary().map(|dictionary| dictionary.has(word))
    }

    async fn is_ready(&self) -> bool {
        let ask = async || self.missing_packages().await.is_ok_and(|missing| missing.is_empty());
        *self.ready.get_or_init(ask).await
    }
}
