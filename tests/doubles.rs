use domain::{Bucket, StageName};
use ports::memory::MemoryHost;
use ports::{Blobs, Clock, Compute, Host, Ledger, Links, Missing, Model, Notices, Progress, Queue, Recognizer};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// How long a double may take to listen, on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(60);

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A program of an emulator's virtual environment.
#[must_use]
pub fn emulator(name: &str, program: &str) -> PathBuf {
    let path = root().join("target/emulators").join(name).join("bin").join(program);
    assert!(path.exists(), "{} is not there: run scripts/setup test", path.display());
    path
}

/// A binary of the workspace, built in the same profile as this test.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    let profile = std::env::current_exe().unwrap().parent().and_then(Path::parent).unwrap().to_owned();
    let path = profile.join(name);
    assert!(path.exists(), "{} is not there: build it with --workspace --all-features --bins", path.display());
    path
}

/// A port of the loopback address that is free now.
#[must_use]
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// A process of a test, ended with all its children when dropped.
pub struct Running {
    child: Child,
    log: PathBuf,
}

impl Running {
    /// Starts `command` with both outputs in a file, and waits until `port` listens.
    pub async fn start(mut command: Command, port: u16) -> Self {
        let log = std::env::temp_dir().join(format!("pto-double-{}-{port}.log", std::process::id()));
        let file = std::fs::File::create(&log).unwrap();
        command.process_group(0).stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
        let mut running = Self { child: command.spawn().unwrap(), log };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listens = eventually(START_LIMIT, || async move { TcpStream::connect(address).await.ok() }).await;
        if listens.is_none() {
            panic!("{command:?} does not listen on {port}: {}", running.output());
        }
        assert!(running.child.try_wait().unwrap().is_none(), "{command:?} ended: {}", running.output());
        running
    }

    /// What the process has written so far.
    #[must_use]
    pub fn output(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap()).into_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        let killed = Command::new("kill").args(["-KILL", "--", &group]).status();
        drop((killed, self.child.wait(), std::fs::remove_file(&self.log)));
    }
}

/// Asks again and again, ten times a second, until there is an answer; `None` when there was none in time.
pub async fn eventually<T, F: Future<Output = Option<T>>>(limit: Duration, mut ask: impl FnMut() -> F) -> Option<T> {
    let mut ticks = interval(Duration::from_millis(100));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let end = Instant::now() + limit;
    while Instant::now() < end {
        ticks.tick().await;
        if let Some(answer) = ask().await {
            return Some(answer);
        }
    }
    None
}

/// AWS on this machine: buckets, queues, a table, functions, gateway.
pub struct Ministack {
    /// Where it answers.
    pub url: String,
    running: Running,
}

/// What the template became there.
#[derive(Debug, serde::Deserialize)]
pub struct Deployed {
    /// The stack's outputs.
    pub outputs: BTreeMap<String, String>,
    /// Environment of each function, by the name of its stage.
    pub functions: BTreeMap<String, BTreeMap<String, String>>,
}

impl Deployed {
    /// The environment of a function of the template, with access to the emulator.
    #[must_use]
    pub fn environment(&self, stack: &Ministack, function: &str) -> BTreeMap<String, String> {
        self.functions.get(function).cloned().unwrap().into_iter().chain(stack.access()).collect()
    }
}

impl Ministack {
    /// Starts it empty. With `enforce` it refuses what the functions' roles do not allow.
    pub async fn start(enforce: bool) -> Self {
        let port = free_port();
        let url = format!("http://127.0.0.1:{port}");
        let mut command = Command::new(emulator("ministack", "ministack"));
        command.env("BIND_HOST", "127.0.0.1").env("GATEWAY_PORT", port.to_string());
        // Otherwise it listens on a second port, which two of them would quarrel about.
        command.env("IOT_MTLS_ENABLED", "0").env("AUTH", if enforce { "true" } else { "false" });
        command.env_remove("AWS_PROFILE").envs(access(&url));
        let running = Running::start(command, port).await;
        Self { url, running }
    }

    /// Deploys template.yaml with the binaries of this workspace.
    #[must_use]
    pub fn deploy(&self) -> Deployed {
        let functions = tempfile::tempdir().unwrap();
        for name in StageName::ALL.map(StageName::name).into_iter().chain(["api"]) {
            std::fs::create_dir(functions.path().join(name)).unwrap();
            symlink(binary(name), functions.path().join(name).join("bootstrap")).unwrap();
        }
        let mut command = Command::new(emulator("ministack", "python"));
        command.arg(root().join("infra/aws/deploy_local.py")).arg("--functions").arg(functions.path());
        let output = command.envs(self.access()).output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "template.yaml was not deployed: {complaint}\n{}", self.output());
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// What a client needs to reach it.
    #[must_use]
    pub fn access(&self) -> BTreeMap<String, String> {
        access(&self.url)
    }

    /// What it has logged, the functions' lines among it.
    #[must_use]
    pub fn output(&self) -> String {
        self.running.output()
    }
}

fn access(url: &str) -> BTreeMap<String, String> {
    let pairs = [
        ("AWS_ENDPOINT_URL", url),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// A host that notes what it is asked for, as the variables that a host of the cloud reads for it.
#[derive(Clone, Default)]
pub struct Asked {
    inner: MemoryHost,
    variables: Arc<Mutex<BTreeSet<String>>>,
}

impl Asked {
    /// Names of the variables so far.
    #[must_use]
    pub fn variables(&self) -> BTreeSet<String> {
        self.variables.lock().unwrap().clone()
    }

    fn note(&self, variable: String) {
        self.variables.lock().unwrap().insert(variable);
    }
}

impl Host for Asked {
    fn blobs(&self, bucket: Bucket) -> Result<Arc<dyn Blobs>, Missing> {
        self.note(format!("PTO_BUCKET_{}", bucket.name().to_uppercase()));
        self.inner.blobs(bucket)
    }

    fn queue(&self, stage: StageName) -> Result<Arc<dyn Queue>, Missing> {
        self.note(format!("PTO_QUEUE_{}", stage.name().to_uppercase().replace('-', "_")));
        self.inner.queue(stage)
    }

    fn ledger(&self) -> Result<Arc<dyn Ledger>, Missing> {
        self.note("PTO_TABLE".to_owned());
        self.inner.ledger()
    }

    fn compute(&self) -> Result<Arc<dyn Compute>, Missing> {
        self.inner.compute()
    }

    fn progress(&self) -> Result<Arc<dyn Progress>, Missing> {
        self.inner.progress()
    }

    fn recognizer(&self) -> Result<Arc<dyn Recognizer>, Missing> {
        self.note("PTO_TESSERACT".to_owned());
        self.inner.recognizer()
    }

    fn model(&self) -> Result<Arc<dyn Model>, Missing> {
        // A function is given the name of a secret: whoever may read its variables would read the key among them.
        let given = llm::VARIABLES.into_iter().filter(|name| *name != "PTO_MODEL_KEY").chain(["PTO_MODEL_SECRET"]);
        given.for_each(|name| self.note(name.to_owned()));
        self.inner.model()
    }

    fn links(&self) -> Result<Arc<dyn Links>, Missing> {
        self.inner.links()
    }

    fn notices(&self) -> Result<Arc<dyn Notices>, Missing> {
        self.note("PTO_NOTICES_TOPIC".to_owned());
        self.inner.notices()
    }

    fn clock(&self) -> Result<Arc<dyn Clock>, Missing> {
        self.inner.clock()
    }

    fn largest_file_bytes(&self) -> Result<u64, Missing> {
        self.note("PTO_LARGEST_FILE_MIB".to_owned());
        self.inner.largest_file_bytes()
    }
}
