//! `pto cost estimate`: what an installation in a cloud costs a month, from a dated price file and from the measured work
//! of the stages. No network and no account: what is not known is refused, never guessed.

mod amount;
mod bill;
mod prices;
mod report;
mod usage;
mod work;

use crate::output::{reason, say};
use crate::{AppError, Exit};
use clap::{Args, Subcommand, ValueEnum};
use prices::PriceList;
use std::path::{Path, PathBuf};
use usage::Load;
use work::Work;

/// Options of `pto cost`.
#[derive(Debug, Args)]
pub struct CostOptions {
    /// What to reckon.
    #[command(subcommand)]
    pub command: CostCommand,
}

/// What `pto cost` reckons.
#[derive(Debug, Subcommand)]
pub enum CostCommand {
    /// Оценить расходы на облако в месяц по числу документов
    Estimate(EstimateOptions),
}

/// A cloud whose prices are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Cloud {
    /// Amazon Web Services, как описано в template.yaml; доллары
    Aws,
    /// Yandex Cloud, как описано в infra/yandex; рубли
    Yandex,
}

/// Options of `pto cost estimate`.
#[derive(Debug, Args)]
pub struct EstimateOptions {
    /// Сколько документов (комплектов РД) в день
    #[arg(long, value_name = "ЧИСЛО", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub docs_per_day: u32,
    /// Сколько страниц в документе
    #[arg(long, value_name = "ЧИСЛО", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub pages: u32,
    /// Доля страниц-сканов (без текста), в процентах
    #[arg(long, value_name = "ПРОЦЕНТ", value_parser = percent)]
    pub scanned: u8,
    /// Размер файла документа, МБ [по умолчанию: по замерам]
    #[arg(long, value_name = "МБ", value_parser = positive)]
    pub file_mb: Option<f64>,
    /// Облако
    #[arg(long, value_enum, value_name = "ОБЛАКО", default_value_t = Cloud::Aws)]
    pub cloud: Cloud,
    /// Вычесть бесплатный ежемесячный объём
    #[arg(long)]
    pub free_tier: bool,
    /// Курс: рублей за доллар, чтобы сравнить рублёвую сумму с бюджетом
    #[arg(long, value_name = "ЧИСЛО", value_parser = positive)]
    pub rub_per_usd: Option<f64>,
    /// Свой файл цен вместо встроенного
    #[arg(long, value_name = "ФАЙЛ")]
    pub prices: Option<PathBuf>,
    /// Свой файл замеров вместо встроенного
    #[arg(long, value_name = "ФАЙЛ")]
    pub measured: Option<PathBuf>,
    /// Итог в JSON
    #[arg(long)]
    pub json: bool,
}

const AWS_PRICES: &str = include_str!("../../../docs/prices/aws-2026.json");
const YANDEX_PRICES: &str = include_str!("../../../docs/prices/yandex-2026.json");
const MEASURED: &str = include_str!("../../../docs/prices/measured.json");

/// `pto cost`. Exit 5 when a figure that the estimate needs has not been measured, 4 when a file cannot be read.
pub fn run(options: &CostOptions) -> Result<Exit, AppError> {
    let CostCommand::Estimate(options) = &options.command;
    let (built_in, name) = match options.cloud {
        Cloud::Aws => (AWS_PRICES, "docs/prices/aws-2026.json"),
        Cloud::Yandex => (YANDEX_PRICES, "docs/prices/yandex-2026.json"),
    };
    let (prices_text, prices_name) = text_of(options.prices.as_deref(), built_in, name)?;
    let (work_text, work_name) = text_of(options.measured.as_deref(), MEASURED, "docs/prices/measured.json")?;
    let prices = PriceList::parse(&prices_text).map_err(|error| unreadable(&prices_name, &error))?;
    let work = Work::parse(&work_text).map_err(|error| unreadable(&work_name, &error))?;
    if prices.cloud != options.cloud.name() {
        return Err(AppError::bad_input(
            format!("файл цен «{prices_name}» — для облака «{}», а спрошено «{}».", prices.cloud, options.cloud.name()),
            "Укажите файл цен того же облака или другое --cloud.",
        ));
    }
    let load = Load {
        documents_per_day: f64::from(options.docs_per_day),
        pages: options.pages,
        scanned_percent: options.scanned,
        file_mb: options.file_mb,
    };
    let estimate = bill::estimate(options.cloud, &load, &work, &prices, options.free_tier)
        .map_err(|unknown| unknown.into_refusal(&work_name, &prices_name))?;
    if options.json {
        say(report::in_json(&estimate, &load, &work, &prices, options.rub_per_usd))?;
    } else {
        say(report::in_words(&estimate, &load, &work, &prices, options.rub_per_usd).trim_end())?;
    }
    Ok(Exit::Done)
}

impl Cloud {
    /// Its name in the price file and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Yandex => "yandex",
        }
    }
}

fn text_of(file: Option<&Path>, built_in: &str, name: &str) -> Result<(String, String), AppError> {
    let Some(path) = file else { return Ok((built_in.to_owned(), name.to_owned())) };
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        AppError::bad_input(format!("файл «{shown}» не читается: {}.", reason(&error)), "Проверьте путь и права.")
    })?;
    Ok((text, shown))
}

fn unreadable(name: &str, error: &serde_json::Error) -> AppError {
    AppError::bad_input(
        format!("файл «{name}» не понят: {error}."),
        "Сверьте его с docs/prices/README.md: там сказано, какие в нём поля.",
    )
}

fn percent(text: &str) -> Result<u8, String> {
    match text.trim().trim_end_matches('%').trim_end().parse::<u8>() {
        Ok(percent) if percent <= 100 => Ok(percent),
        _ => Err("нужны целые проценты от 0 до 100: 20, а не 0,2".to_owned()),
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.replace(',', ".").parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err("нужно число больше нуля".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built_in(cloud: Cloud) -> PriceList {
        PriceList::parse(if cloud == Cloud::Aws { AWS_PRICES } else { YANDEX_PRICES }).unwrap()
    }

    #[test]
    fn the_files_of_the_repository_are_read_and_have_every_price_that_is_asked_for() {
        let work = Work::parse(MEASURED).unwrap().with_unmeasured_as(1.0);
        for cloud in [Cloud::Aws, Cloud::Yandex] {
            let prices = built_in(cloud);
            assert_eq!(prices.cloud, cloud.name());
            let load = Load { documents_per_day: 200.0, pages: 100, scanned_percent: 20, file_mb: None };
            let estimate = bill::estimate(cloud, &load, &work, &prices, false).map_err(|unknown| unknown.list());
            let estimate = estimate.unwrap();
            assert!(estimate.rows.iter().all(|row| row.month_1 >= 0.0 && row.month_12 >= row.month_1 - 1e-9));
            assert!(estimate.month_12() > 0.0);
        }
    }

    #[test]
    fn every_stage_of_the_program_has_its_row_of_work() {
        let work = Work::parse(MEASURED).unwrap();
        for stage in domain::StageName::ALL {
            assert!(work.stages.contains_key(stage.name()), "{stage}");
        }
    }

    #[test]
    fn every_price_says_where_it_is_from() {
        for cloud in [Cloud::Aws, Cloud::Yandex] {
            for (name, price) in &built_in(cloud).prices {
                assert!(!price.source.is_empty() && price.per > 0.0, "{name}");
            }
        }
    }

    #[test]
    fn numbers_are_taken_as_russians_write_them() {
        assert_eq!((percent("20"), percent("20 %"), percent("100%")), (Ok(20), Ok(20), Ok(100)));
        assert!(percent("0.2").is_err() && percent("101").is_err() && percent("-1").is_err());
        assert_eq!(positive("92,5"), Ok(92.5));
        assert!(positive("0").is_err() && positive("-1").is_err() && positive("x").is_err());
    }
}
