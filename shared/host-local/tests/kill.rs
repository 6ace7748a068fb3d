//! `kill -9` at any moment loses nothing that was accepted. A child process works on a data directory and tells over
//! a pipe what it was answered; it is killed at a random moment, and what is stored is held against what it told.
//! `PTO_KILL_ROUNDS` sets how often (20), `PTO_KILL_SEED` repeats its random choices (not its timing).

#![expect(clippy::panic, clippy::unwrap_used, reason = "tests: a failure is their result")]

use bytes::Bytes;
use domain::{BlobKey, Bucket, StageName};
use host_local::{LocalHost, LocalOptions};
use ports::{Expected, Host, LedgerKey, PutOutcome};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

const CHILD_DIRECTORY: &str = "PTO_KILL_CHILD_DIRECTORY";
const CHILD_ROUND: &str = "PTO_KILL_CHILD_ROUND";
const CHILD_SEED: &str = "PTO_KILL_CHILD_SEED";
const STAGE: StageName = StageName::PageExtractor;
const CONTENDED_BLOB_BYTES: usize = 200_000;

fn main() {
    // Test runners ask for a list first: there is one test, and none that is skipped.
    let asked = |flag: &str| std::env::args().any(|argument| argument == flag);
    if asked("--list") {
        if !asked("--ignored") {
            println!("a_kill_at_any_moment_loses_nothing_accepted: test");
        }
        return;
    }
    match std::env::var_os(CHILD_DIRECTORY) {
        Some(directory) => be_killed(Path::new(&directory)),
        None => kill_again_and_again(),
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// What the child was answered, over all rounds.
#[derive(Default)]
struct Told {
    sent: BTreeSet<String>,
    /// Acknowledgements that were asked for; with no answer the message may be there or not.
    ack_asked: BTreeSet<String>,
    acked: BTreeSet<String>,
    entries: BTreeSet<String>,
    numbers: BTreeSet<u32>,
    blobs: BTreeSet<String>,
    counter: u64,
}

impl Told {
    fn note(&mut self, line: &str) {
        let (kind, what) = line.split_once(' ').unwrap();
        let what = what.to_owned();
        match kind {
            "sent" => drop(self.sent.insert(what)),
            "ack?" => drop(self.ack_asked.insert(what)),
            "ack!" => drop(self.acked.insert(what)),
            "entry" => drop(self.entries.insert(what)),
            "number" => drop(self.numbers.insert(what.parse().unwrap())),
            "blob" => drop(self.blobs.insert(what)),
            "counter" => self.counter = what.parse().unwrap(),
            _ => panic!("the child said: {line}"),
        }
    }
}

fn kill_again_and_again() {
    let rounds = number("PTO_KILL_ROUNDS").unwrap_or(20);
    let seed = number("PTO_KILL_SEED").unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        now.as_secs() ^ u64::from(now.subsec_nanos()) << 20
    });
    println!("PTO_KILL_ROUNDS={rounds} PTO_KILL_SEED={seed}");
    let mut random = Random(seed);
    let data_dir = tempfile::tempdir().unwrap();
    let mut told = Told::default();
    let mut stray_files = 0;
    for round in 0..rounds {
        run_and_kill(data_dir.path(), round, &mut random, &mut told);
        stray_files += count_stray_files(&data_dir.path().join("blobs"));
        check(data_dir.path(), &told);
    }
    println!(
        "{rounds} kills survived: {} messages sent, {} acknowledged, {} entries, {} numbers, {} blobs, counter {}; \
         {stray_files} half-written files met",
        told.sent.len(),
        told.acked.len(),
        told.entries.len(),
        told.numbers.len(),
        told.blobs.len(),
        told.counter
    );
    let too_idle = told.sent.is_empty() || told.acked.is_empty() || told.blobs.is_empty() || told.counter == 0;
    assert!(rounds < 10 || !too_idle, "the children were killed before they did anything: this has shown nothing");
}

fn run_and_kill(data_dir: &Path, round: u64, random: &mut Random, told: &mut Told) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .env(CHILD_DIRECTORY, data_dir)
        .env(CHILD_ROUND, round.to_string())
        .env(CHILD_SEED, random.below(u64::MAX).to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // One round in eight is killed while it opens the directory, the others after so many answers.
    let answers = if random.below(8) == 0 { 0 } else { 1 + random.below(600) };
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..answers {
        if !note_line(&mut lines, told) {
            break;
        }
    }
    for _ in 0..random.below(20_000) {
        std::hint::spin_loop();
    }
    kill(&mut child);
    while note_line(&mut lines, told) {}
}

/// Reads one whole line; a line cut off by the kill was never told.
fn note_line(lines: &mut impl BufRead, told: &mut Told) -> bool {
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    let whole = line.strip_suffix('\n');
    if let Some(line) = whole {
        told.note(line);
    }
    whole.is_some()
}

fn kill(child: &mut Child) {
    let ended_by_itself = child.try_wait().unwrap();
    assert!(ended_by_itself.is_none(), "the child ended by itself: {ended_by_itself:?}");
    child.kill().unwrap();
    child.wait().unwrap();
}

fn count_stray_files(directory: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(directory) else { return 0 };
    let count = |entry: std::fs::DirEntry| {
        if entry.file_type().unwrap().is_dir() {
            count_stray_files(&entry.path())
        } else {
            usize::from(entry.file_name().to_str().unwrap().contains('#'))
        }
    };
    entries.map(|entry| count(entry.unwrap())).sum()
}

fn check(data_dir: &Path, told: &Told) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let host = LocalHost::open(data_dir, LocalOptions { compute_threads: Some(1), ..LocalOptions::default() }).unwrap();
    assert_eq!(count_stray_files(&data_dir.join("blobs")), 0, "half-written files were left");
    runtime.block_on(check_ports(&host, told));
    drop(host);

    let connection = rusqlite::Connection::open(data_dir.join("pto.sqlite")).unwrap();
    let finding: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(finding, "ok");
    let leased: u32 = connection.query_row("SELECT count(lease) FROM messages", [], |row| row.get(0)).unwrap();
    assert_eq!(leased, 0, "a lease of the killed process holds");
    let sql =
        "SELECT body, count(*) FROM (SELECT body FROM messages UNION ALL SELECT body FROM dead_letters) GROUP BY body";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let stored: BTreeMap<String, u32> = rows.map(Result::unwrap).collect();
    for body in &told.acked {
        assert!(!stored.contains_key(body), "{body} was acknowledged and is there again");
    }
    for body in told.sent.difference(&told.ack_asked) {
        assert!(stored.contains_key(body), "{body} was accepted and is lost");
    }
    for (body, copies) in stored {
        assert_eq!(copies, 1, "{body} is there {copies} times");
    }
}

async fn check_ports(host: &LocalHost, told: &Told) {
    let ledger = host.ledger().unwrap();
    for sort in &told.entries {
        let entry = ledger.get(&LedgerKey::new("entries", sort).unwrap()).await.unwrap();
        assert_eq!(entry.unwrap_or_else(|| panic!("entry {sort} is lost")).value, value_of(sort));
    }
    let set = ledger.get_set(&LedgerKey::new("sets", "s").unwrap()).await.unwrap();
    assert!(told.numbers.is_subset(&set), "numbers are lost");
    let counter = ledger.get(&LedgerKey::new("counter", "c").unwrap()).await.unwrap();
    let version = counter.map_or(0, |entry| entry.version);
    assert!((told.counter..=told.counter + 1).contains(&version), "told {}, stored {version}", told.counter);
    let blobs = host.blobs(Bucket::Pages).unwrap();
    for text in &told.blobs {
        let blob = blobs.get(&BlobKey::try_from(text.clone()).unwrap()).await.unwrap();
        assert!(blob.unwrap_or_else(|| panic!("blob {text} is lost")) == value_of(text).as_bytes());
    }
    if let Some(contended) = blobs.get(&contended_blob()).await.unwrap() {
        assert_eq!(contended.len(), CONTENDED_BLOB_BYTES, "a part of an object can be read");
        let first = contended.first();
        assert!(contended.iter().all(|byte| Some(byte) == first), "an object is a mixture of two writes");
    }
}

fn value_of(name: &str) -> String {
    format!("{{\"имя\":\"{name}\"}}").repeat(40)
}

fn contended_blob() -> BlobKey {
    BlobKey::try_from("t/contended".to_owned()).unwrap()
}

fn tell(kind: &str, what: impl std::fmt::Display) {
    let line = format!("{kind} {what}\n");
    let mut out = std::io::stdout().lock();
    // The parent hangs up when it has killed us.
    if out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_err() {
        std::process::abort();
    }
}

fn be_killed(data_dir: &Path) {
    let (round, seed) = (number(CHILD_ROUND).unwrap(), number(CHILD_SEED).unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    runtime.block_on(async {
        let options = LocalOptions { compute_threads: Some(1), ..LocalOptions::default() };
        let host = Arc::new(LocalHost::open(data_dir, options).unwrap());
        for sender in 0..4 {
            tokio::spawn(send_for_ever(Arc::clone(&host), format!("{round}-{sender}")));
        }
        for receiver in 0..3 {
            tokio::spawn(receive_for_ever(Arc::clone(&host), Random(seed ^ receiver)));
        }
        for writer in 0..2_u8 {
            tokio::spawn(overwrite_for_ever(Arc::clone(&host), writer));
        }
        write_for_ever(&host, round).await;
    });
}

async fn send_for_ever(host: Arc<LocalHost>, name: String) {
    let queue = host.queue(STAGE).unwrap();
    for batch in 0_u64.. {
        let bodies: Vec<_> = (0..=batch % 3).map(|number| format!("{name}-{batch}-{number}")).collect();
        queue.send(&bodies).await.unwrap();
        bodies.iter().for_each(|body| tell("sent", body));
    }
}

async fn receive_for_ever(host: Arc<LocalHost>, mut random: Random) {
    let queue = host.stage_queue(STAGE);
    let mut changes = host.changes();
    loop {
        let received = queue.receive(3).await.unwrap();
        if received.is_empty() {
            assert!(changes.changed().await);
        }
        for message in received {
            match random.below(10) {
                0 => {}
                1 => drop(queue.release(message.lease, random.below(3), "it failed").await.unwrap()),
                2 => drop(queue.give_back(message.lease).await.unwrap()),
                _ => {
                    tell("ack?", &message.body);
                    assert!(queue.ack(message.lease).await.unwrap());
                    tell("ack!", &message.body);
                }
            }
        }
    }
}

async fn overwrite_for_ever(host: Arc<LocalHost>, writer: u8) {
    let blobs = host.blobs(Bucket::Pages).unwrap();
    for version in (writer..=u8::MAX).step_by(2).cycle() {
        blobs.put(&contended_blob(), Bytes::from(vec![version; CONTENDED_BLOB_BYTES])).await.unwrap();
    }
}

async fn write_for_ever(host: &LocalHost, round: u64) {
    let ledger = host.ledger().unwrap();
    let blobs = host.blobs(Bucket::Pages).unwrap();
    let counter = LedgerKey::new("counter", "c").unwrap();
    for step in 0_u32.. {
        let name = format!("{round}-{step}");
        ledger.put(&LedgerKey::new("entries", &name).unwrap(), &value_of(&name), Expected::Absent).await.unwrap();
        tell("entry", &name);
        let number = u32::try_from(round).unwrap() * 100_000 + step;
        ledger.add_to_set(&LedgerKey::new("sets", "s").unwrap(), number).await.unwrap();
        tell("number", number);
        let found = ledger.get(&counter).await.unwrap();
        let expected = found.map_or(Expected::Absent, |entry| Expected::Version(entry.version));
        match ledger.put(&counter, "{}", expected).await.unwrap() {
            PutOutcome::Written(version) => tell("counter", version),
            PutOutcome::Conflict => panic!("nobody else writes the counter"),
        }
        let blob = format!("t/{round}/{step}");
        blobs.put(&BlobKey::try_from(blob.clone()).unwrap(), Bytes::from(value_of(&blob))).await.unwrap();
        tell("blob", blob);
    }
}
