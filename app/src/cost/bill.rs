use super::Cloud;
use super::amount::Unknown;
use super::prices::{Currency, PriceList};
use super::usage::{Load, StageUse, Used, usage};
use super::work::Work;
use crate::{AppError, Exit};

/// What an installation costs.
#[derive(Debug, Clone)]
pub(crate) struct Estimate {
    /// The unit of money.
    pub(crate) currency: Currency,
    /// Size of a file, MiB.
    pub(crate) file_mb: f64,
    /// The rows of the table, in its order.
    pub(crate) rows: Vec<Row>,
    /// What they are made of.
    pub(crate) lines: Vec<Line>,
    /// Work of the stages for one document.
    pub(crate) stages: Vec<StageUse>,
    /// Whether the free volumes are taken off.
    pub(crate) free_tier: bool,
    /// What the free volumes take off the twelfth month, or would.
    pub(crate) free_tier_saves: f64,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// What.
    pub(crate) kind: Kind,
    /// Money in the first month.
    pub(crate) month_1: f64,
    /// Money in the twelfth month.
    pub(crate) month_12: f64,
}

/// What has one price.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// Name of the price.
    pub(crate) price: String,
    /// Row it belongs to.
    pub(crate) kind: Kind,
    /// Units in the first month and in the twelfth.
    pub(crate) quantity: (f64, f64),
    /// Money in the first month and in the twelfth.
    pub(crate) sum: (f64, f64),
    /// The provider's page with its price.
    pub(crate) source: String,
    /// What is to be checked of its price; empty when it was read on the provider's page.
    pub(crate) to_check: String,
}

/// The rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Functions or containers.
    Compute,
    /// What lies in buckets.
    Storage,
    /// Requests to buckets.
    ObjectRequests,
    /// Queues.
    Queues,
    /// The table.
    Table,
    /// What users fetch.
    Delivery,
    /// Requests to the API.
    Api,
    /// Log, metrics, alarms, dashboard.
    Watching,
    /// Secrets.
    Secrets,
}

impl Kind {
    /// All rows, in the order of the table.
    pub(crate) const ALL: [Self; 9] = [
        Self::Compute,
        Self::Storage,
        Self::ObjectRequests,
        Self::Queues,
        Self::Table,
        Self::Delivery,
        Self::Api,
        Self::Watching,
        Self::Secrets,
    ];

    /// The row of a price; `None` for a name that no row knows.
    pub(crate) fn of_price(name: &str) -> Option<Self> {
        Some(match name {
            "gb_second" | "gb_hour" | "core_hour" | "run" => Self::Compute,
            "storage_standard" | "storage_infrequent" | "storage_archive" => Self::Storage,
            "object_put" | "object_get" | "move_infrequent" | "move_archive" => Self::ObjectRequests,
            "queue_request" => Self::Queues,
            "table_read_unit"
            | "table_write_unit"
            | "table_request_unit"
            | "table_gb_month"
            | "table_backup_gb_month" => Self::Table,
            "cdn_gb" | "cdn_request" => Self::Delivery,
            "api_request" => Self::Api,
            "logs_gb" | "logs_stored_gb_month" | "metric_month" | "alarm_month" | "dashboard_month" => Self::Watching,
            "secret_month" => Self::Secrets,
            _ => return None,
        })
    }

    /// Its name in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Compute => "compute",
            Self::Storage => "storage",
            Self::ObjectRequests => "object_requests",
            Self::Queues => "queues",
            Self::Table => "table",
            Self::Delivery => "delivery",
            Self::Api => "api",
            Self::Watching => "watching",
            Self::Secrets => "secrets",
        }
    }

    /// Its title in a cloud.
    pub(crate) fn title(self, cloud: Cloud) -> &'static str {
        match (self, cloud) {
            (Self::Compute, Cloud::Aws) => "Вычисления (Lambda)",
            (Self::Compute, Cloud::Yandex) => "Вычисления (Serverless Containers)",
            (Self::Storage, Cloud::Aws) => "Хранение (S3)",
            (Self::Storage, Cloud::Yandex) => "Хранение (Object Storage)",
            (Self::ObjectRequests, _) => "Обращения к хранилищу",
            (Self::Queues, Cloud::Aws) => "Очереди (SQS)",
            (Self::Queues, Cloud::Yandex) => "Очереди (Message Queue)",
            (Self::Table, Cloud::Aws) => "Реестр (DynamoDB)",
            (Self::Table, Cloud::Yandex) => "Реестр (YDB)",
            (Self::Delivery, Cloud::Aws) => "Выдача файлов (CloudFront)",
            (Self::Delivery, Cloud::Yandex) => "Выдача файлов (CDN)",
            (Self::Api, _) => "Запросы к API",
            (Self::Watching, Cloud::Aws) => "Журнал и оповещения (CloudWatch)",
            (Self::Watching, Cloud::Yandex) => "Журнал (Cloud Logging)",
            (Self::Secrets, _) => "Секреты",
        }
    }
}

impl Estimate {
    /// Money in the first month.
    pub(crate) fn month_1(&self) -> f64 {
        self.rows.iter().map(|row| row.month_1).sum()
    }

    /// Money in the twelfth month.
    pub(crate) fn month_12(&self) -> f64 {
        self.rows.iter().map(|row| row.month_12).sum()
    }

    /// The row that costs most in the twelfth month.
    pub(crate) fn dominant(&self) -> Option<&Row> {
        self.rows.iter().max_by(|one, other| one.month_12.total_cmp(&other.month_12))
    }
}

/// Reckons the bill; everything that is missing comes back at once.
pub(crate) fn estimate(
    cloud: Cloud,
    load: &Load,
    work: &Work,
    prices: &PriceList,
    free_tier: bool,
) -> Result<Estimate, Unknown> {
    let mut unknown = Unknown::default();
    let Used { usage: used, stages, file_mb } = usage(cloud, load, work, &mut unknown);
    let mut lines = Vec::new();
    let mut free_tier_saves = 0.0;
    for (name, quantity) in used {
        let found = Kind::of_price(&name).zip(prices.prices.get(&name));
        let Some(((kind, price), (month_1, month_12))) = found.and_then(|(kind, price)| {
            let sum = (price.of(quantity.0, free_tier)?, price.of(quantity.1, free_tier)?);
            free_tier_saves += price.of(quantity.1, false)? - price.of(quantity.1, true)?;
            Some(((kind, price), sum))
        }) else {
            unknown.prices.push(name);
            continue;
        };
        let (source, to_check) = (price.source.clone(), price.to_check.clone());
        lines.push(Line { price: name, kind, quantity, sum: (month_1, month_12), source, to_check });
    }
    if unknown != Unknown::default() {
        return Err(unknown);
    }
    let rows = Kind::ALL.into_iter().filter_map(|kind| {
        let own = || lines.iter().filter(move |line| line.kind == kind);
        own().next()?;
        let month_1 = own().map(|line| line.sum.0).sum();
        let month_12 = own().map(|line| line.sum.1).sum();
        Some(Row { kind, month_1, month_12 })
    });
    let rows = rows.collect();
    Ok(Estimate { currency: prices.currency, file_mb, rows, lines, stages, free_tier, free_tier_saves })
}

impl Unknown {
    /// Every place, the measurements first.
    #[cfg(test)]
    pub(crate) fn list(&self) -> Vec<String> {
        self.measured.iter().chain(&self.prices).cloned().collect()
    }

    /// What the user reads.
    pub(crate) fn into_refusal(self, work_name: &str, prices_name: &str) -> AppError {
        let shown = |places: &[String]| {
            let some: Vec<_> = places.iter().take(5).map(|place| format!("«{place}»")).collect();
            let left = places.len().saturating_sub(some.len());
            let more = if left > 0 { format!(" и ещё {left}") } else { String::new() };
            format!("{}{more}", some.join(", "))
        };
        let mut said = Vec::new();
        if !self.measured.is_empty() {
            said.push(format!("в файле «{work_name}» не измерено: {}", shown(&self.measured)));
        }
        if !self.prices.is_empty() {
            said.push(format!("в файле «{prices_name}» нет цены: {}", shown(&self.prices)));
        }
        AppError {
            exit: Exit::MissingDependency,
            message: format!("расход не подсчитан: {}.", said.join("; ")),
            remedy: "Измерьте (benches/functions.py) и впишите числа вместо null или дайте свой файл: --measured ФАЙЛ, --prices \
                     ФАЙЛ; размер файла документа можно задать ключом --file-mb. Выдуманных чисел программа не подставляет."
                .to_owned(),
        }
    }
}

#[cfg(test)]
#[path = "bill_tests.rs"]
mod tests;
