use crate::cli::DataOptions;
use crate::engine::{Unopened, data_folder, open_host};
use crate::output::say;
use crate::summary::count;
use crate::{AppError, Exit};
use domain::{DocumentId, DocumentRef, TenantId};
use host_local::LocalHost;
use pdf::testkit::{SetOptions, drawing_set};
use pdf::{Document, Limits};
use ports::{Host, Question, WhyUnanswered};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tesseract::Tesseract;

/// How long a model may take for a few words.
const MODEL_WITHIN: Duration = Duration::from_secs(60);

/// What a check found.
enum Finding {
    Good(String),
    Warning(String, &'static str),
    Bad(String, String),
}

/// `pto doctor`: is everything ready for work? Exit 5 when something is missing, 3 with warnings.
pub(crate) async fn run(options: DataOptions) -> Result<Exit, AppError> {
    let mut checks = vec![("Ядра", cores())];
    checks.extend(stores(&options).await);
    checks.extend([("Чтение PDF", reading()), ("Распознавание", recognition().await), ("Печать актов", printing())]);
    let mut exit = Exit::Done;
    for (name, finding) in checks {
        match finding {
            Finding::Good(text) => say(format!("[ готово ] {name}: {text}"))?,
            Finding::Warning(text, remedy) => {
                say(format!("[внимание] {name}: {text}\n             Что делать: {remedy}"))?;
                if exit == Exit::Done {
                    exit = Exit::Warnings;
                }
            }
            Finding::Bad(text, remedy) => {
                say(format!("[  нет   ] {name}: {text}\n             Что делать: {remedy}"))?;
                exit = Exit::MissingDependency;
            }
        }
    }
    Ok(exit)
}

fn cores() -> Finding {
    match std::thread::available_parallelism() {
        Ok(cores) => Finding::Good(format!("{cores}")),
        Err(error) => Finding::Warning(format!("число ядер неизвестно: {error}"), "Работа пойдёт на одном ядре."),
    }
}

/// The data folder and its queues.
async fn stores(options: &DataOptions) -> Vec<(&'static str, Finding)> {
    let folder = match data_folder(options) {
        Ok(folder) => folder.display().to_string(),
        Err(error) => return vec![("Папка данных", Finding::Bad(error.message, error.remedy))],
    };
    let host = match open_host(options) {
        Ok(host) => host,
        Err(Unopened { in_use: true, .. }) => {
            let text = format!("«{folder}» занята: с ней работает другой процесс pto, это не ошибка");
            let remedy = "Чтобы проверить очереди, остановите его и повторите.";
            return vec![("Папка данных", Finding::Warning(text, remedy))];
        }
        Err(Unopened { error, .. }) => return vec![("Папка данных", Finding::Bad(error.message, error.remedy))],
    };
    let checked = if host.last_stop_was_clean() {
        ""
    } else {
        " (проверена после аварийной остановки)"
    };
    vec![
        ("Папка данных", Finding::Good(format!("«{folder}»{checked}"))),
        ("Очереди", queues(&host).await),
        ("Модель", model(&host).await),
    ]
}

/// Asks the model something that it was never asked.
async fn model(host: &LocalHost) -> Finding {
    let (model, now_ms) = match (host.model(), host.clock()) {
        (Ok(model), Ok(clock)) => (model, clock.now_ms()),
        (Err(error), _) | (_, Err(error)) => {
            return Finding::Bad(format!("не запускается: {error}"), "Проверьте переменные PTO_MODEL_….".to_owned());
        }
    };
    if !model.is_configured() {
        return Finding::Good("не настроена, комплекты разбираются по правилам".to_owned());
    }
    let material = format!("Бетон B25, проверка {now_ms}");
    let question = Question {
        document: DocumentRef { tenant: TenantId::local(), document: DocumentId::of(material.as_bytes()) },
        instructions: "Ответь объектом JSON: number — есть ли в тексте число.".to_owned(),
        material,
        schema_name: "has_number",
        schema: serde_json::json!({
            "type": "object", "additionalProperties": false, "required": ["number"],
            "properties": {"number": {"type": "boolean"}},
        }),
        largest_answer_tokens: 256,
        within: MODEL_WITHIN,
    };
    let began = Instant::now();
    let remedy = "Проверьте PTO_MODEL_… (docs/model.md); пока модель молчит, комплекты разбираются по правилам.";
    let trouble = match model.ask(&question).await.map(|reply| reply.outcome) {
        Ok(Ok(answer)) => {
            return Finding::Good(format!("{} отвечает за {:.1} с", answer.model, began.elapsed().as_secs_f32()));
        }
        Ok(Err(why)) => match why {
            WhyUnanswered::NoModel => "сервер не указан",
            WhyUnanswered::Forbidden => "документы нельзя отправлять за границу, а другого сервера нет",
            WhyUnanswered::CapReached => "исчерпан предел расходов",
            WhyUnanswered::OutOfTime => "не отвечает вовремя",
            WhyUnanswered::Unreachable => "сервер недоступен, или не подходит ключ",
            WhyUnanswered::Refused => "отказывается отвечать",
            WhyUnanswered::Malformed => "отвечает не по форме",
        },
        Err(_) => "хранилище в папке данных не отвечает",
    };
    Finding::Warning(trouble.to_owned(), remedy)
}

async fn queues(host: &LocalHost) -> Finding {
    match host.queue_depths().await {
        Ok(depths) => {
            let waiting: u64 = depths.iter().map(|depth| depth.waiting + depth.running).sum();
            let dead: u64 = depths.iter().map(|depth| depth.dead).sum();
            let text = format!("задач в очереди {waiting}, отложенных после сбоев {dead}");
            if dead > 0 {
                Finding::Warning(
                    text,
                    "Обработайте незавершённые файлы заново; если сбой повторится, сообщите разработчику.",
                )
            } else {
                Finding::Good(text)
            }
        }
        Err(error) => Finding::Bad(format!("не читаются: {error}"), "Проверьте место на диске и права.".to_owned()),
    }
}

fn reading() -> Finding {
    let set = drawing_set(&SetOptions { pages: 4, seed: 1, faults: false });
    match Document::open(Arc::new(set.pdf), &Limits::default()) {
        Ok(document) => {
            let words: usize = (1..=document.page_count()).map(|page| document.read_page(page).words.len()).sum();
            if words == 0 {
                return Finding::Bad(
                    "учебный комплект прочитан без слов".to_owned(),
                    "Переустановите программу.".to_owned(),
                );
            }
            Finding::Good(format!(
                "{} учебного комплекта, слов: {words}",
                count(document.page_count() as usize, ["страница", "страницы", "страниц"])
            ))
        }
        Err(error) => {
            Finding::Bad(format!("учебный комплект не открывается: {error}"), "Переустановите программу.".to_owned())
        }
    }
}

/// Without Tesseract everything works but scans.
async fn recognition() -> Finding {
    let remedy = "Поставьте пакеты: apt-get install tesseract-ocr tesseract-ocr-rus hunspell-ru";
    let tesseract = Tesseract::new(PathBuf::from("tesseract"), 1);
    match tesseract.missing_packages().await {
        Ok(missing) if missing.is_empty() && !tesseract.has_dictionary() => {
            Finding::Warning("нет словаря русского языка: неверно распознанные слова не отмечаются".to_owned(), remedy)
        }
        Ok(missing) if missing.is_empty() => Finding::Good("Tesseract, русский и английский, словарь".to_owned()),
        Ok(missing) => Finding::Warning(format!("нет языков: {}", missing.join(", ")), remedy),
        Err(_) => Finding::Warning("Tesseract не найден, сканы не распознаются".to_owned(), remedy),
    }
}

fn printing() -> Finding {
    match forms::act_pdf(&domain::Act::default()) {
        Ok(act) => Finding::Good(format!("пустой бланк АОСР, {} стр.", act.pages)),
        Err(error) => {
            Finding::Bad(format!("бланк АОСР не печатается: {error}"), "Переустановите программу.".to_owned())
        }
    }
}
