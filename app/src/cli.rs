//! The command line.

use crate::container::Role;
use crate::cost::CostOptions;
use crate::{AppError, Exit};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Исполнительная документация из рабочих чертежей: чтение комплекта РД, проекты АОСР, комплект ИД.
#[derive(Debug, Parser)]
#[command(
    name = "pto",
    version,
    about,
    after_help = "Коды завершения: 0 готово · 1 сбой · 2 неверные параметры · 3 готово, есть предупреждения · 4 \
                  негодные исходные данные · 5 не хватает зависимости · 130 прервано, повтор той же команды продолжит \
                  работу.\nПеременные: PTO_DATA — папка данных, PTO_LOG — подробность журнала (например, info), \
                  NO_COLOR — без цвета."
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Показать всю работу на встроенном учебном комплекте, без сети и ключей (код завершения 0)
    Demo(DemoOptions),
    /// Обработать комплект РД: страницы, анализ, акты, комплект ИД
    Process(ProcessOptions),
    /// Акты уже обработанного комплекта
    Acts {
        /// What to do with them.
        #[command(subcommand)]
        command: ActsCommand,
    },
    /// Только прочитать страницы: слова с координатами, по строке JSON на страницу
    Pages(PagesOptions),
    /// Показать сомнительные значения анализа, самые сомнительные первыми, с листом и цитатой; исправить значение
    Review(ReviewOptions),
    /// Запустить сервер на этом компьютере: загрузка, ход работы, результаты
    Serve(ServeOptions),
    /// Проверить, всё ли готово к работе
    Doctor(DataOptions),
    /// Оценить расходы на облако
    Cost(CostOptions),
    /// Запустить один этап или API как контейнер Yandex Cloud; настройки — в переменных среды (infra/yandex)
    Container(ContainerOptions),
    /// Вывести подсказки для командной оболочки
    Completions {
        /// Оболочка
        shell: Shell,
    },
}

/// Where the program keeps its stores.
#[derive(Debug, Clone, Args)]
pub struct DataOptions {
    /// Папка данных [по умолчанию: $XDG_DATA_HOME/pto или ~/.local/share/pto]
    #[arg(long, env = "PTO_DATA", value_name = "ПАПКА")]
    pub data: Option<PathBuf>,
}

/// Options of `pto demo`.
#[derive(Debug, Args)]
pub struct DemoOptions {
    /// Куда записать результаты
    #[arg(long, value_name = "ПАПКА", default_value = "pto-demo")]
    pub out: PathBuf,
    /// Сколько страниц в учебном комплекте
    #[arg(long, value_name = "ЧИСЛО", default_value_t = 14, value_parser = clap::value_parser!(u32).range(4..=2000))]
    pub pages: u32,
    /// Where the program keeps its stores.
    #[command(flatten)]
    pub data: DataOptions,
}

/// Options of `pto process`.
#[derive(Debug, Args)]
pub struct ProcessOptions {
    /// Файлы PDF комплектов РД
    #[arg(required = true, value_name = "ФАЙЛ")]
    pub files: Vec<PathBuf>,
    /// Куда записать результаты; при нескольких файлах — по подпапке на файл
    #[arg(long, value_name = "ПАПКА")]
    pub out: PathBuf,
    /// Файл проекта (TOML): стороны, люди, даты, документы; с ним акты готовые, без него — проекты актов
    #[arg(long, value_name = "ФАЙЛ")]
    pub project: Option<PathBuf>,
    /// Спецификация или ВОР отдельной книгой (XLSX): её строки войдут в спецификацию комплекта; можно несколько раз
    #[arg(long, value_name = "ФАЙЛ")]
    pub specification: Vec<PathBuf>,
    /// Итог в JSON: по строке на файл
    #[arg(long)]
    pub json: bool,
    /// Where the program keeps its stores.
    #[command(flatten)]
    pub data: DataOptions,
}

/// What `pto acts` does.
#[derive(Debug, Subcommand)]
pub enum ActsCommand {
    /// Переформировать: показать, что меняет файл проекта, и заново составить все неподписанные акты и комплект ИД
    Regenerate(RegenerateOptions),
    /// Взять правки из книги актов acts.xlsx: показать их, с --apply — записать в файл проекта
    Import(ImportOptions),
    /// Проверить бланк заказчика (DOCX или XLSX с полями {{…}}, именами ячеек или закладками): ячейка или абзац каждой ошибки
    Template(TemplateOptions),
    /// Вывести все поля, которые можно поставить в бланк
    Fields,
    /// Заполнить бланк заказчика: файл на каждый акт, в папку template рядом с результатами
    Fill(FillOptions),
}

/// Options of `pto acts import`.
#[derive(Debug, Args)]
pub struct ImportOptions {
    /// Книга актов, которую правили: acts.xlsx из папки результатов
    #[arg(value_name = "ФАЙЛ")]
    pub workbook: PathBuf,
    /// Папка с результатами «pto process»
    #[arg(long, value_name = "ПАПКА")]
    pub out: PathBuf,
    /// Файл проекта (TOML), с которым сформированы акты; если его нет, --apply создаст его
    #[arg(long, value_name = "ФАЙЛ")]
    pub project: PathBuf,
    /// Записать правки в файл проекта
    #[arg(long)]
    pub apply: bool,
    /// Изменения и отказы в JSON
    #[arg(long)]
    pub json: bool,
}

/// Options of `pto acts template`.
#[derive(Debug, Args)]
pub struct TemplateOptions {
    /// Бланк: DOCX или XLSX
    #[arg(value_name = "ФАЙЛ")]
    pub template: PathBuf,
    /// Поля и ошибки в JSON
    #[arg(long)]
    pub json: bool,
}

/// Options of `pto acts fill`.
#[derive(Debug, Args)]
pub struct FillOptions {
    /// Папка с результатами «pto process»
    #[arg(long, value_name = "ПАПКА")]
    pub out: PathBuf,
    /// Бланк: DOCX или XLSX
    #[arg(long, value_name = "ФАЙЛ")]
    pub template: PathBuf,
}

/// Options of `pto acts regenerate`.
#[derive(Debug, Args)]
pub struct RegenerateOptions {
    /// Папка с результатами «pto process»
    #[arg(long, value_name = "ПАПКА")]
    pub out: PathBuf,
    /// Файл проекта (TOML)
    #[arg(long, value_name = "ФАЙЛ")]
    pub project: PathBuf,
    /// Только показать изменения
    #[arg(long)]
    pub dry_run: bool,
    /// Изменения и итог в JSON
    #[arg(long)]
    pub json: bool,
    /// Where the program keeps its stores.
    #[command(flatten)]
    pub data: DataOptions,
}

/// Options of `pto pages`.
#[derive(Debug, Args)]
pub struct PagesOptions {
    /// Файл PDF
    #[arg(value_name = "ФАЙЛ")]
    pub file: PathBuf,
    /// Слова с координатами: по строке JSON на страницу
    #[arg(long)]
    pub json: bool,
    /// Только текстовый слой: ничего не распознавать
    #[arg(long)]
    pub no_ocr: bool,
    /// Сколько страниц читать одновременно [по умолчанию: по числу ядер]
    #[arg(long, value_name = "ЧИСЛО", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
}

/// Options of `pto review`.
#[derive(Debug, Args)]
pub struct ReviewOptions {
    /// PDF, analysis.json или папка результатов pto process
    #[arg(value_name = "ФАЙЛ")]
    pub file: PathBuf,
    /// Показывать значения с уверенностью ниже этой
    #[arg(long, value_name = "0…1", default_value_t = 0.9)]
    pub below: f32,
    /// Сколько значений показать
    #[arg(long, value_name = "ЧИСЛО", default_value_t = 50)]
    pub limit: usize,
    /// Исправить значение: прежнее и его место на листе сохранятся, акты переформируются. Адрес works/+ добавляет работу
    #[arg(long, value_name = "АДРЕС=ЗНАЧЕНИЕ", value_parser = assignment)]
    pub set: Vec<(String, String)>,
    /// Убрать значение; у работы без названия — всю работу
    #[arg(long, value_name = "АДРЕС")]
    pub remove: Vec<String>,
    /// Кто правит
    #[arg(long, value_name = "ИМЯ", default_value = "пользователь")]
    pub by: String,
    /// По строке JSON на значение
    #[arg(long)]
    pub json: bool,
    /// Только текстовый слой PDF: ничего не распознавать
    #[arg(long)]
    pub no_ocr: bool,
    /// Where the program keeps its stores.
    #[command(flatten)]
    pub data: DataOptions,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (address, value) = text.split_once('=').ok_or("нужно АДРЕС=ЗНАЧЕНИЕ")?;
    Ok((address.trim().to_owned(), value.trim().to_owned()))
}

/// Options of `pto serve`.
#[derive(Debug, Args)]
pub struct ServeOptions {
    /// Адрес; только этот компьютер (127.0.0.1 или ::1)
    #[arg(long, value_name = "АДРЕС:ПОРТ", default_value = "127.0.0.1:8620")]
    pub listen: SocketAddr,
    /// Where the program keeps its stores.
    #[command(flatten)]
    pub data: DataOptions,
}

/// Options of `pto container`.
#[derive(Debug, Args)]
pub struct ContainerOptions {
    /// Этап или api
    #[arg(value_name = "ЭТАП", value_parser = role())]
    pub role: Role,
}

fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::names()).try_map(|name| Role::named(&name).ok_or("no such role"))
}

/// Prints the completions of a shell.
pub(crate) fn completions(shell: Shell) -> Result<Exit, AppError> {
    clap_complete::generate(shell, &mut Arguments::command(), "pto", &mut std::io::stdout());
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
