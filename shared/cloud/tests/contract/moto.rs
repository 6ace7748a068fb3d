//! A moto server of the test's own, by a clock that the test moves.

use cloud::{CloudHost, Dialect, Variables};
use ports::Clock;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// The server, killed when dropped. As a [`Clock`] it goes as that of its queues does, from another zero.
pub(crate) struct Moto {
    process: Child,
    talk: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    url: String,
    now_ms: AtomicU64,
}

impl Moto {
    /// Starts a server and waits until it listens.
    pub(crate) fn start() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = here.join("../../target/emulators/moto/bin/python");
        assert!(python.exists(), "there is no moto: run scripts/setup test");
        let mut command = Command::new(python);
        command.arg(here.join("tests/contract/moto_with_clock.py")).env("MOTO_S3_DEFAULT_MAX_KEYS", "3");
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (orders, answers) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut moto =
            Self { process, talk: Mutex::new((orders, answers)), url: String::new(), now_ms: AtomicU64::new(0) };
        let line = moto.line();
        let port = line.strip_prefix("listening ").unwrap_or_else(|| panic!("moto said `{line}`"));
        moto.url = format!("http://127.0.0.1:{port}");
        moto
    }

    /// Its address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Moves the clock.
    pub(crate) fn advance(&self, milliseconds: u64) {
        self.order(&format!("advance {milliseconds}"));
        self.now_ms.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// Refuses requests whose query string holds this text; an empty text ends that.
    pub(crate) fn refuse(&self, text: &str) {
        self.order(&format!("refuse {text}"));
    }

    /// Serves the next request to this target (`PutItem`), and then answers as if it had not.
    pub(crate) fn lose_the_answer_to(&self, target: &str) {
        self.order(&format!("lose {target}"));
    }

    /// A host whose everything is this server.
    pub(crate) async fn host(&self, dialect: Dialect, more: &[(&str, &str)]) -> CloudHost {
        CloudHost::from_variables(self.variables(more), dialect).await
    }

    /// Variables of a host whose everything is this server.
    pub(crate) fn variables(&self, more: &[(&str, &str)]) -> Variables {
        let all = [
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_ENDPOINT_URL", self.url()),
            ("PTO_BUCKET_UPLOADS", "pto-uploads"),
            ("PTO_BUCKET_PAGES", "pto-results/pages"),
            ("PTO_BUCKET_INDEX", "pto-results/index"),
            ("PTO_BUCKET_RESULTS", "pto-results/results"),
            ("PTO_TABLE", "pto"),
        ];
        all.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn order(&self, order: &str) {
        writeln!(self.talk.lock().unwrap().0, "{order}").unwrap();
        assert_eq!(self.line(), "done");
    }

    fn line(&self) -> String {
        let mut line = String::new();
        self.talk.lock().unwrap().1.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Clock for Moto {
    fn now_ms(&self) -> u64 {
        self.now_ms.load(Ordering::SeqCst)
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}
