//! The embedded host with all stages running on it, as the commands use it.

use crate::cli::DataOptions;
use crate::{AppError, Exit, catalog};
use api::Api;
use bytes::Bytes;
use domain::{DocumentId, DocumentRecord, DocumentRef, DocumentState, Rejection, TenantId, UploadRef, UploadState};
use host_local::{Changes, LocalHost, LocalOptions, OpenError, RunningWorkers};
pub use pipeline::Standing;
use pipeline::{AmendError, Amending, Announced, AnnouncedFile, Failure, Intake, Records};
use ports::{Host, Missing, compute};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;

/// How often the sweeper looks for documents that stand still.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// How long running tasks may take to end after a Ctrl-C; what does not end is done again later.
const GRACE: Duration = Duration::from_millis(500);

/// The host with its stages.
pub struct Engine {
    host: LocalHost,
    records: Records,
    intake: Intake,
    amending: Amending,
    running: RunningWorkers,
    interrupted: watch::Receiver<bool>,
}

/// How an upload ended.
#[derive(Debug)]
pub enum Outcome {
    /// Everything is there.
    Done {
        /// The document.
        document: DocumentRef,
        /// Its record.
        record: Box<DocumentRecord>,
    },
    /// The user must act.
    Rejected(Rejection),
    /// Given up; a Russian sentence says what is known.
    Failed(String),
    /// The user pressed Ctrl-C.
    Interrupted,
}

impl Engine {
    /// Opens the data folder and starts the stages.
    pub fn open(options: &DataOptions) -> Result<Self, AppError> {
        let host = open_host(options).map_err(|unopened| unopened.error)?;
        let build = |host: &LocalHost| -> Result<_, Missing> {
            let running = catalog::runner(host)?.sweep_every(SWEEP_EVERY).start();
            Ok((Records::new(host.ledger()?), Intake::build(host)?, Amending::build(host)?, running))
        };
        let (records, intake, amending, running) = build(&host).map_err(|error| incomplete(&error))?;
        // One listener for the whole run: a Ctrl-C between two files is not lost.
        let (interrupt, interrupted) = watch::channel(false);
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                interrupt.send_replace(true);
            }
        });
        Ok(Self { host, records, intake, amending, running, interrupted })
    }

    /// The host.
    pub fn host(&self) -> &LocalHost {
        &self.host
    }

    /// Records of uploads and documents.
    pub fn records(&self) -> &Records {
        &self.records
    }

    /// Takes a file. When this returns `Ok`, the file and the intent to process it survive a loss of power. The same
    /// file under the same name is the same upload; one that was refused or given up earlier is tried anew.
    pub async fn accept(
        &self,
        file_name: &str,
        bytes: Bytes,
        project_file: Option<&Bytes>,
    ) -> Result<UploadRef, AppError> {
        self.try_accept(file_name, bytes, project_file).await.map_err(|failure| not_stored(&failure))
    }

    async fn try_accept(
        &self,
        file_name: &str,
        bytes: Bytes,
        project_file: Option<&Bytes>,
    ) -> Result<UploadRef, Failure> {
        let project_file = match project_file {
            Some(file) => Some(self.intake.keep_project_file(&TenantId::local(), file.clone()).await?),
            None => None,
        };
        let hashed = bytes.clone();
        let document = compute(self.host.compute().map_err(missing)?.as_ref(), move || DocumentId::of(&hashed)).await?;
        let file = AnnouncedFile {
            tenant: TenantId::local(),
            name: file_name.to_owned(),
            document,
            size_bytes: bytes.len() as u64,
            project: None,
            project_file,
        };
        self.intake.take(&file, bytes).await
    }

    /// Keeps a file that documents of acts name.
    pub(crate) async fn keep_attachment(&self, content: &DocumentId, bytes: Bytes) -> Result<(), AppError> {
        let kept = self.intake.keep_attachment(&TenantId::local(), content, bytes).await;
        kept.map_err(|failure| not_stored(&failure))
    }

    /// Brings a document again whose bytes are here, with another project file.
    pub async fn bring_again(
        &self,
        file_name: &str,
        document: &DocumentRef,
        record: &DocumentRecord,
        project_file: &Bytes,
    ) -> Result<UploadRef, AppError> {
        let bring = async {
            let project_file = self.intake.keep_project_file(&document.tenant, project_file.clone()).await?;
            let file = AnnouncedFile {
                tenant: document.tenant.clone(),
                name: file_name.to_owned(),
                document: document.document.clone(),
                size_bytes: record.size_bytes,
                project: None,
                project_file: Some(project_file),
            };
            if self.intake.announce(&file).await? == Announced::AwaitsBytes {
                return Err(Failure::not_there("the bytes of the set"));
            }
            Ok(file.upload())
        };
        bring.await.map_err(|failure: Failure| not_stored(&failure))
    }

    /// What takes persons' edits and workbooks.
    pub(crate) fn amending(&self) -> &Amending {
        &self.amending
    }

    /// Adds workbooks to the specification of an upload as soon as it is a document; nothing when it comes to nothing, or
    /// the user presses Ctrl-C.
    pub(crate) async fn add_workbooks(&self, upload: &UploadRef, books: &[(String, Bytes)]) -> Result<(), AppError> {
        let mut changes = self.host.changes();
        let mut interrupted = self.interrupted.clone();
        while !books.is_empty() {
            let standing = self.standing(upload).await.map_err(|failure| not_stored(&failure))?;
            let Some(standing) = standing else { return Ok(()) };
            if let Some((document, _)) = &standing.document {
                for (name, bytes) in books {
                    let added = self.amending.add_workbook(document, name, bytes.clone()).await;
                    added.map_err(|error| match error {
                        AmendError::Store(failure) => not_stored(&failure),
                        other => not_stored(&Failure::retry("add a workbook", other)),
                    })?;
                }
                return Ok(());
            }
            if ended(standing).is_some() || !next_look(&mut changes, &mut interrupted).await {
                return Ok(());
            }
        }
        Ok(())
    }

    /// How far an upload is; `None` when there is no such upload.
    pub async fn standing(&self, upload: &UploadRef) -> Result<Option<Standing>, Failure> {
        let standing = Standing::of(&self.records, upload).await?;
        Ok(standing.map(|standing| standing.with_pages_read(|document| self.host.pages_read(document))))
    }

    /// The HTTP API over the host, with progress by the page. Uploads that an older program took in are listed first.
    pub async fn api(&self) -> Result<Api, AppError> {
        let listed = self.records.list_known_uploads(&TenantId::local()).await;
        listed.map_err(|error| not_stored(&Failure::from(error)))?;
        let host = self.host.clone();
        let api = Api::build(&self.host).map_err(|error| incomplete(&error))?;
        Ok(api.with_pages_read(move |document| host.pages_read(document)))
    }

    /// Waits until an upload has come to its end or the user presses Ctrl-C, showing every step to `show`.
    pub async fn wait(&self, upload: &UploadRef, show: impl Fn(&Standing)) -> Result<Outcome, AppError> {
        let mut changes = self.host.changes();
        let mut interrupted = self.interrupted.clone();
        loop {
            let standing = self.standing(upload).await.map_err(|failure| not_stored(&failure))?;
            let Some(standing) = standing else {
                return Err(AppError::failed("запись о загрузке пропала.", "Запустите «pto doctor»."));
            };
            show(&standing);
            if *self.interrupted.borrow() {
                return Ok(Outcome::Interrupted);
            }
            if let Some(outcome) = ended(standing) {
                return Ok(outcome);
            }
            if !next_look(&mut changes, &mut interrupted).await {
                return Ok(Outcome::Interrupted);
            }
        }
    }

    /// Stops receiving and lets what runs end; what does not end in time is done again by the next process.
    pub async fn stop(self) {
        self.running.stop(GRACE).await;
    }
}

/// Why the data folder could not be opened.
pub(crate) struct Unopened {
    /// Whether another process of ours is using it.
    pub(crate) in_use: bool,
    /// What the user is told.
    pub(crate) error: AppError,
}

/// Opens the data folder alone, without stages.
pub(crate) fn open_host(options: &DataOptions) -> Result<LocalHost, Unopened> {
    let folder = data_folder(options).map_err(|error| Unopened { in_use: false, error })?;
    let model = model_settings().map_err(|error| Unopened { in_use: false, error })?;
    LocalHost::open(&folder, LocalOptions { model, ..LocalOptions::default() })
        .map_err(|error| Unopened { in_use: matches!(error, OpenError::InUse(_)), error: unopened(&error) })
}

/// The servers of a language model, by the variables `PTO_MODEL_…`; `None` when none is named.
pub(crate) fn model_settings() -> Result<Option<llm::Settings>, AppError> {
    llm::Settings::read(|name| std::env::var(name).ok()).map_err(|error| AppError {
        exit: Exit::MissingDependency,
        message: format!("модель настроена не полностью: переменная {} не задана или задана неверно.", error.name),
        remedy: "Исправьте её или уберите все PTO_MODEL_… (docs/model.md).".to_owned(),
    })
}

/// The data folder: the option, else `$XDG_DATA_HOME/pto`, else `~/.local/share/pto`.
pub(crate) fn data_folder(options: &DataOptions) -> Result<PathBuf, AppError> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let chosen = options.data.clone();
    let standard = || absolute("XDG_DATA_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/share")));
    chosen.or_else(|| standard().map(|folder| folder.join("pto"))).ok_or_else(|| AppError {
        exit: Exit::MissingDependency,
        message: "не известно, где хранить данные: переменные XDG_DATA_HOME и HOME не заданы.".to_owned(),
        remedy: "Укажите папку: --data ПАПКА или переменную PTO_DATA.".to_owned(),
    })
}

fn ended(standing: Standing) -> Option<Outcome> {
    match (standing.state, standing.upload.state, standing.document) {
        (_, UploadState::Rejected { rejection }, _) => Some(Outcome::Rejected(rejection)),
        (_, UploadState::Failed { message, .. }, _) => Some(Outcome::Failed(message)),
        (DocumentState::Rejected, _, Some((_, record))) => record.rejection.map(Outcome::Rejected),
        (DocumentState::Failed, _, Some((_, record))) => record.failure.map(|(_, message)| Outcome::Failed(message)),
        (DocumentState::Done, _, Some((document, record))) => {
            Some(Outcome::Done { document, record: Box::new(record) })
        }
        _ => None,
    }
}

/// Waits for a change; `false` on Ctrl-C.
async fn next_look(changes: &mut Changes, interrupted: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        Ok(_) = interrupted.wait_for(|interrupted| *interrupted) => false,
        alive = changes.changed() => alive,
    }
}

fn incomplete(error: &Missing) -> AppError {
    AppError::failed(format!("не удалось собрать программу: {error}."), "Переустановите программу.")
}

fn missing(error: Missing) -> Failure {
    Failure::retry("find a store of the embedded host", error)
}

fn not_stored(failure: &Failure) -> AppError {
    tracing::error!(error = failure as &dyn std::error::Error, "the stores of the data folder failed");
    AppError::failed(
        format!("хранилище в папке данных не отвечает ({failure})."),
        "Проверьте место на диске и права («pto doctor») и повторите ту же команду: принятое не потеряно.",
    )
}

fn unopened(error: &OpenError) -> AppError {
    let cause = std::error::Error::source(error).map(|source| format!(" ({source})")).unwrap_or_default();
    match error {
        OpenError::InUse(path) => AppError::failed(
            format!("папку данных «{}» уже использует другой процесс pto.", path.display()),
            "Дождитесь его окончания, остановите его или укажите другую папку: --data ПАПКА.",
        ),
        OpenError::Files { path, .. } | OpenError::Blobs { path, .. } => AppError::failed(
            format!("папка данных не открывается: «{}»{cause}.", path.display()),
            "Проверьте права и место на диске или укажите другую папку: --data ПАПКА.",
        ),
        OpenError::Database { path, .. } => AppError::failed(
            format!("база данных «{}» не открывается{cause}.", path.display()),
            "Проверьте права и место на диске; если файл повреждён, укажите другую папку: --data ПАПКА.",
        ),
        OpenError::Newer { path, found, known } => AppError::failed(
            format!(
                "база данных «{}» создана более новой программой (версия {found}, известна {known}).",
                path.display()
            ),
            "Обновите pto или укажите другую папку: --data ПАПКА.",
        ),
        OpenError::Damaged { path, finding } => AppError::failed(
            format!("база данных «{}» повреждена: {finding}.", path.display()),
            "Восстановите её из резервной копии или укажите другую папку: --data ПАПКА и загрузите файлы заново.",
        ),
    }
}
