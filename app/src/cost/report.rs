use super::Cloud;
use super::bill::Estimate;
use super::prices::{Currency, PriceList};
use super::usage::Load;
use super::work::Work;
use serde_json::{Value, json};
use std::fmt::Write;

/// Budgets a month in dollars, by how many people work with an installation; the model's tokens included.
const BUDGETS_USD: [(f64, f64, &str); 3] =
    [(50.0, 100.0, "10–50 человек"), (200.0, 300.0, "100–300 человек"), (500.0, 1000.0, "300–1 000 человек и больше")];

const OCR: &str = "Распознавание (OCR) посчитано для страниц-сканов; страницы, на которых недостоверна часть текста, тоже \
                   распознаются, но их число неизвестно, и в сумму они входят как текст.";
const NO_MODEL: &str =
    "Модель (LLM) программа пока не вызывает: анализ и акты — по правилам; токены в сумму не входят.";

/// The estimate as a Russian table with what must be known about it.
pub(crate) fn in_words(
    estimate: &Estimate,
    load: &Load,
    work: &Work,
    prices: &PriceList,
    rub_per_usd: Option<f64>,
) -> String {
    let cloud = cloud_of(prices);
    let mut text = String::new();
    let mut line = |of: String| {
        // Writing into a String does not fail.
        let _infallible = writeln!(text, "{of}");
    };
    let name = if cloud == Cloud::Aws { "AWS" } else { "Yandex Cloud" };
    line(format!("Расход в месяц: {name}, {}, цены на {}", prices.region, date(&prices.date)));
    line(format!(
        "Нагрузка: {} документов в день по {} стр. и {} МБ ({} в месяц), сканов {} %",
        grouped(load.documents_per_day, 0),
        load.pages,
        grouped(estimate.file_mb, 1),
        grouped(load.documents_per_month(), 0),
        load.scanned_percent
    ));
    line(String::new());
    let money = |sum: f64| money(sum, estimate.currency);
    line(format!("  {:<36}{:>16}{:>16}", "", "1-й месяц", "12-й месяц"));
    for row in &estimate.rows {
        line(format!("  {:<36}{:>16}{:>16}", row.kind.title(cloud), money(row.month_1), money(row.month_12)));
    }
    line(format!("  {:<36}{:>16}{:>16}", "Итого", money(estimate.month_1()), money(estimate.month_12())));
    line(String::new());
    if let Some(row) = estimate.dominant() {
        let share = share(row.month_12, estimate.month_12());
        line(format!("Больше всего стоит: «{}» — {share} % двенадцатого месяца.", row.kind.title(cloud)));
    }
    line(if estimate.free_tier {
        format!("Бесплатный объём вычтен: {} в месяц.", money(estimate.free_tier_saves))
    } else {
        format!("Бесплатный объём не вычтен; с --free-tier меньше на {} в месяц.", money(estimate.free_tier_saves))
    });
    match total_in_usd(estimate, rub_per_usd) {
        Some(total) => {
            for (from, to, people) in BUDGETS_USD {
                let verdict = if total <= to {
                    "хватает".to_owned()
                } else {
                    format!("не хватает {} $", grouped(total - to, 2))
                };
                line(format!("Бюджет {}–{} $ ({people}): {verdict}.", grouped(from, 0), grouped(to, 0)));
            }
        }
        None => line("Бюджет задан в долларах; чтобы сравнить, укажите курс: --rub-per-usd ЧИСЛО.".to_owned()),
    }
    line(String::new());
    for note in notes(estimate, load, work, prices) {
        line(format!("— {note}"));
    }
    text
}

/// The same as one JSON object.
pub(crate) fn in_json(
    estimate: &Estimate,
    load: &Load,
    work: &Work,
    prices: &PriceList,
    rub_per_usd: Option<f64>,
) -> Value {
    let rows = estimate
        .rows
        .iter()
        .map(|row| json!({ "row": row.kind.name(), "month_1": cents(row.month_1), "month_12": cents(row.month_12) }));
    let lines = estimate.lines.iter().map(|line| {
        json!({
            "price": line.price, "row": line.kind.name(), "source": line.source, "to_check": line.to_check,
            "month_1": { "quantity": line.quantity.0, "sum": cents(line.sum.0) },
            "month_12": { "quantity": line.quantity.1, "sum": cents(line.sum.1) },
        })
    });
    let stages = estimate.stages.iter().map(|stage| {
        json!({
            "stage": stage.stage, "tasks": stage.tasks, "billed_seconds": stage.billed_seconds,
            "gb_seconds": stage.gb_seconds,
        })
    });
    let budgets = BUDGETS_USD.map(|(from, to, people)| {
        let fits = total_in_usd(estimate, rub_per_usd).map(|total| total <= to);
        json!({ "from_usd": from, "to_usd": to, "people": people, "fits": fits })
    });
    json!({
        "cloud": prices.cloud, "region": prices.region, "currency": currency_code(estimate.currency),
        "prices_date": prices.date,
        "load": {
            "documents_per_day": load.documents_per_day, "pages": load.pages, "scanned_percent": load.scanned_percent,
            "file_mb": estimate.file_mb,
        },
        "rows": rows.collect::<Vec<_>>(),
        "total": { "month_1": cents(estimate.month_1()), "month_12": cents(estimate.month_12()) },
        "dominant": estimate.dominant().map(|row| row.kind.name()),
        "free_tier": { "subtracted": estimate.free_tier, "saves": cents(estimate.free_tier_saves) },
        "budgets": budgets,
        "lines": lines.collect::<Vec<_>>(),
        "per_document": stages.collect::<Vec<_>>(),
        "notes": notes(estimate, load, work, prices),
    })
}

fn notes(estimate: &Estimate, load: &Load, work: &Work, prices: &PriceList) -> Vec<String> {
    let mut notes = Vec::new();
    let scanned = load.scanned_pages();
    if scanned > 0 {
        notes.push(format!("Сканов {scanned} из {} страниц. {OCR}", load.pages));
    } else {
        notes.push(OCR.to_owned());
    }
    notes.push(NO_MODEL.to_owned());
    if load.file_mb.is_none() {
        notes.push(
            "Размер файла взят по замеренным документам; от него больше всего зависит хранение. Свой размер: --file-mb ЧИСЛО."
                .to_owned(),
        );
    }
    let to_check: Vec<_> = estimate.lines.iter().filter(|line| !line.to_check.is_empty()).collect();
    if !to_check.is_empty() {
        let sum: f64 = to_check.iter().map(|line| line.sum.1).sum();
        notes.push(format!(
            "Цен не со страницы поставщика (по памяти, проверить): {} из {}, на них приходится {} % суммы: {}.",
            to_check.len(),
            estimate.lines.len(),
            share(sum, estimate.month_12()),
            to_check.iter().map(|line| line.price.as_str()).collect::<Vec<_>>().join(", ")
        ));
    }
    let measured = &work.measured;
    let told = |text: &Option<String>| text.clone().unwrap_or_else(|| "не указано".to_owned());
    notes.push(format!(
        "Замеры: {}; машина: {}; документы: {}.",
        measured.date.as_deref().map_or_else(|| "дата не указана".to_owned(), date),
        told(&measured.hardware),
        told(&measured.documents)
    ));
    notes.push(work.assumed.note_ru.clone());
    notes.extend(prices.notes_ru.iter().cloned());
    notes
}

fn cloud_of(prices: &PriceList) -> Cloud {
    if prices.cloud == Cloud::Yandex.name() { Cloud::Yandex } else { Cloud::Aws }
}

fn total_in_usd(estimate: &Estimate, rub_per_usd: Option<f64>) -> Option<f64> {
    match estimate.currency {
        Currency::Usd => Some(estimate.month_12()),
        Currency::Rub => rub_per_usd.map(|rate| estimate.month_12() / rate),
    }
}

fn share(part: f64, whole: f64) -> String {
    grouped(if whole > 0.0 { 100.0 * part / whole } else { 0.0 }, 0)
}

fn cents(sum: f64) -> f64 {
    (sum * 100.0).round() / 100.0
}

fn currency_code(currency: Currency) -> &'static str {
    match currency {
        Currency::Usd => "USD",
        Currency::Rub => "RUB",
    }
}

/// «1 234,50 $».
fn money(sum: f64, currency: Currency) -> String {
    let sign = match currency {
        Currency::Usd => '$',
        Currency::Rub => '₽',
    };
    format!("{} {sign}", grouped(sum, 2))
}

/// A number with a decimal comma and thousands apart.
fn grouped(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(whole, part)| (whole, Some(part)));
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        let left = whole.len() - index;
        if index > 0 && left % 3 == 0 && !out.ends_with('-') {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push(',');
        out.push_str(fraction);
    }
    out
}

/// «2026-11-22» as «22.11.2026»; anything else as it is.
fn date(iso: &str) -> String {
    match iso.split('-').collect::<Vec<_>>().as_slice() {
        [year, month, day] => format!("{day}.{month}.{year}"),
        _ => iso.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_are_written_as_russians_write_them() {
        assert_eq!(grouped(1234567.891, 2), "1\u{a0}234\u{a0}567,89");
        assert_eq!(grouped(999.0, 0), "999");
        assert_eq!(grouped(0.004, 2), "0,00");
        assert_eq!(money(12.5, Currency::Rub), "12,50 ₽");
        assert_eq!(date("2026-11-22"), "22.11.2026");
    }
}
