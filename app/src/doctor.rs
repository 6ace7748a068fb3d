use crate::cli::DataOptions;
use crate::engine::{data_folder, open_host};
use crate::{AppError, Exit};
use pdf::testkit::{SetOptions, drawing_set};
use pdf::{Document, Limits};
use std::sync::Arc;

/// What a check found.
enum Finding {
    Good(String),
    Warning(String, &'static str),
    Bad(String, String),
}

/// `pto doctor`: is everything ready for work? Exit 5 when something is missing, 3 with warnings.
pub(crate) async fn run(options: DataOptions) -> Result<Exit, AppError> {
    let checks = [
        ("Ядра", cores()),
        ("Папка данных", data(&options)),
        ("Очереди", queues(&options).await),
        ("Чтение PDF", reading()),
        ("Печать актов", printing()),
    ];
    let mut exit = Exit::Done;
    for (name, finding) in checks {
        match finding {
            Finding::Good(text) => println!("[ готово ] {name}: {text}"),
            Finding::Warning(text, remedy) => {
                println!("[внимание] {name}: {text}\n             Что делать: {remedy}");
                if exit == Exit::Done {
                    exit = Exit::Warnings;
                }
            }
            Finding::Bad(text, remedy) => {
                println!("[  нет   ] {name}: {text}\n             Что делать: {remedy}");
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

fn data(options: &DataOptions) -> Finding {
    match data_folder(options) {
        Ok(folder) => match open_host(options) {
            Ok(host) if host.last_stop_was_clean() => Finding::Good(format!("«{}»", folder.display())),
            Ok(_) => Finding::Good(format!("«{}» (проверена после аварийной остановки)", folder.display())),
            Err(error) => Finding::Bad(error.message, error.remedy),
        },
        Err(error) => Finding::Bad(error.message, error.remedy),
    }
}

async fn queues(options: &DataOptions) -> Finding {
    let host = match open_host(options) {
        Ok(host) => host,
        Err(error) => return Finding::Bad(error.message, error.remedy),
    };
    match host.queue_depths().await {
        Ok(depths) => {
            let waiting: u64 = depths.iter().map(|depth| depth.waiting + depth.running).sum();
            let dead: u64 = depths.iter().map(|depth| depth.dead).sum();
            let text = format!("задач в очереди {waiting}, отложенных после сбоев {dead}");
            if dead > 0 {
                Finding::Warning(
                    text,
                    "Загрузите незавершённые файлы заново; если сбой повторится, сообщите разработчику.",
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
            Finding::Good(format!("{} страниц учебного комплекта, {words} слов", document.page_count()))
        }
        Err(error) => {
            Finding::Bad(format!("учебный комплект не открывается: {error}"), "Переустановите программу.".to_owned())
        }
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
