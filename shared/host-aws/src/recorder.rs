//! Collects what the crate `metrics` is told during an invocation. A Lambda is frozen between invocations, so nobody
//! could ask it for its numbers: they are written out before each answer.

use crate::emf::{self, Measured, Values};
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A recorder whose numbers are taken away after every invocation. Clones are the same recorder.
#[derive(Clone, Default)]
pub(crate) struct InvocationRecorder {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    units: Mutex<BTreeMap<String, Unit>>,
    counters: Mutex<BTreeMap<Series, Arc<CounterCell>>>,
    gauges: Mutex<BTreeMap<Series, Arc<GaugeCell>>>,
    histograms: Mutex<BTreeMap<Series, Arc<HistogramCell>>>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Series {
    labels: BTreeMap<String, String>,
    name: String,
}

impl Series {
    fn of(key: &Key) -> Self {
        let labels = key.labels().map(|label| (label.key().to_owned(), label.value().to_owned())).collect();
        Self { labels, name: key.name().to_owned() }
    }
}

impl InvocationRecorder {
    /// Takes all that was recorded since the last call, as lines of the Embedded Metric Format stamped `now_ms`: one
    /// line per set of labels (see [`emf::lines`] for when there are more), none for what was not touched. A counter
    /// is told by how much it grew, a gauge by where it stands.
    pub(crate) fn take_lines(&self, now_ms: u64) -> Vec<String> {
        let mut by_labels: BTreeMap<BTreeMap<String, String>, Vec<Measured>> = BTreeMap::new();
        let units = lock(&self.shared.units);
        let mut note = |series: &Series, values, usual| {
            let unit =
                units.get(&series.name).map_or_else(|| unit_by_name(&series.name, usual), |unit| cloudwatch(*unit));
            let measured = Measured { name: series.name.clone(), unit, values };
            by_labels.entry(series.labels.clone()).or_default().push(measured);
        };
        for (series, cell) in lock(&self.shared.counters).iter() {
            if let Some(growth) = cell.take() {
                note(series, Values::One(growth as f64), "Count");
            }
        }
        for (series, cell) in lock(&self.shared.gauges).iter() {
            if let Some(level) = cell.take() {
                note(series, Values::One(level), "None");
            }
        }
        for (series, cell) in lock(&self.shared.histograms).iter() {
            let values = std::mem::take(&mut *lock(&cell.0));
            if !values.is_empty() {
                note(series, Values::Many(values), "None");
            }
        }
        by_labels.into_iter().flat_map(|(labels, measured)| emf::lines(now_ms, &labels, measured)).collect()
    }
}

impl Recorder for InvocationRecorder {
    fn describe_counter(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }

    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }

    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(Arc::clone(lock(&self.shared.counters).entry(Series::of(key)).or_default()))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(Arc::clone(lock(&self.shared.gauges).entry(Series::of(key)).or_default()))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(Arc::clone(lock(&self.shared.histograms).entry(Series::of(key)).or_default()))
    }
}

impl InvocationRecorder {
    fn describe(&self, name: &KeyName, unit: Option<Unit>) {
        if let Some(unit) = unit {
            lock(&self.shared.units).insert(name.as_str().to_owned(), unit);
        }
    }
}

/// Handles are kept by their users over invocations, so what they point at stays and is only emptied.
#[derive(Default)]
struct CounterCell(Mutex<Count>);

#[derive(Default)]
struct Count {
    total: u64,
    told: u64,
}

impl CounterCell {
    fn take(&self) -> Option<u64> {
        let mut count = lock(&self.0);
        let growth = count.total - count.told;
        count.told = count.total;
        (growth > 0).then_some(growth)
    }
}

impl CounterFn for CounterCell {
    fn increment(&self, value: u64) {
        let mut count = lock(&self.0);
        count.total = count.total.saturating_add(value);
    }

    fn absolute(&self, value: u64) {
        let mut count = lock(&self.0);
        count.total = count.total.max(value);
    }
}

#[derive(Default)]
struct GaugeCell(Mutex<Level>);

#[derive(Default)]
struct Level {
    value: f64,
    touched: bool,
}

impl GaugeCell {
    fn change(&self, change: impl FnOnce(f64) -> f64) {
        let mut level = lock(&self.0);
        level.value = change(level.value);
        level.touched = true;
    }

    fn take(&self) -> Option<f64> {
        let mut level = lock(&self.0);
        std::mem::take(&mut level.touched).then_some(level.value)
    }
}

impl GaugeFn for GaugeCell {
    fn increment(&self, value: f64) {
        self.change(|level| level + value);
    }

    fn decrement(&self, value: f64) {
        self.change(|level| level - value);
    }

    fn set(&self, value: f64) {
        self.change(|_| value);
    }
}

#[derive(Default)]
struct HistogramCell(Mutex<Vec<f64>>);

impl HistogramFn for HistogramCell {
    fn record(&self, value: f64) {
        lock(&self.0).push(value);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unit_by_name(name: &str, usual: &'static str) -> &'static str {
    match name {
        name if name.ends_with("_seconds") => "Seconds",
        name if name.ends_with("_bytes") => "Bytes",
        _ => usual,
    }
}

/// CloudWatch's name of a unit. Its kilobytes are not our kibibytes, so binary multiples go without a unit.
fn cloudwatch(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "Count",
        Unit::Percent => "Percent",
        Unit::Seconds => "Seconds",
        Unit::Milliseconds => "Milliseconds",
        Unit::Microseconds => "Microseconds",
        Unit::Bytes => "Bytes",
        Unit::TerabitsPerSecond => "Terabits/Second",
        Unit::GigabitsPerSecond => "Gigabits/Second",
        Unit::MegabitsPerSecond => "Megabits/Second",
        Unit::KilobitsPerSecond => "Kilobits/Second",
        Unit::BitsPerSecond => "Bits/Second",
        Unit::CountPerSecond => "Count/Second",
        Unit::Nanoseconds | Unit::Tebibytes | Unit::Gibibytes | Unit::Mebibytes | Unit::Kibibytes => "None",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn take(recorder: &InvocationRecorder) -> Vec<Value> {
        recorder.take_lines(7).iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn an_invocation_is_told_once_with_a_line_per_set_of_labels() {
        let recorder = InvocationRecorder::default();
        metrics::with_local_recorder(&recorder, || {
            metrics::describe_counter!("llm_cost_kopecks", Unit::Count, "roubles are whole");
            metrics::counter!("tasks_total", "task_type" => "indexer").increment(2);
            metrics::histogram!("task_duration_seconds", "task_type" => "indexer").record(0.5);
            metrics::histogram!("task_duration_seconds", "task_type" => "indexer").record(1.5);
            metrics::gauge!("queue_size", "queue_name" => "indexer").set(40.0);
        });
        let lines = take(&recorder);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["queue_size"], json!(40.0));
        assert_eq!(lines[0]["_aws"]["CloudWatchMetrics"][0]["Dimensions"], json!([["queue_name"]]));
        assert_eq!(lines[0]["_aws"]["Timestamp"], json!(7));
        assert_eq!(lines[1]["tasks_total"], json!(2.0));
        assert_eq!(lines[1]["task_duration_seconds"], json!([0.5, 1.5]));
        let units = &lines[1]["_aws"]["CloudWatchMetrics"][0]["Metrics"];
        assert_eq!(
            units,
            &json!([{"Name": "tasks_total", "Unit": "Count"}, {"Name": "task_duration_seconds", "Unit": "Seconds"}])
        );
        assert!(take(&recorder).is_empty(), "the next invocation begins with nothing");
    }

    #[test]
    fn a_handle_that_is_kept_goes_on_counting() {
        let recorder = InvocationRecorder::default();
        let (counter, gauge) =
            metrics::with_local_recorder(&recorder, || (metrics::counter!("a"), metrics::gauge!("b")));
        counter.increment(3);
        gauge.increment(2.0);
        assert_eq!(take(&recorder)[0]["a"], json!(3.0));
        counter.increment(1);
        counter.absolute(10);
        counter.absolute(9);
        gauge.decrement(0.5);
        let lines = take(&recorder);
        assert_eq!((&lines[0]["a"], &lines[0]["b"]), (&json!(7.0), &json!(1.5)));
    }

    #[test]
    fn a_described_unit_goes_before_a_guessed_one() {
        let recorder = InvocationRecorder::default();
        metrics::with_local_recorder(&recorder, || {
            metrics::describe_histogram!("wait_seconds", Unit::Milliseconds, "");
            metrics::histogram!("wait_seconds").record(1.0);
        });
        assert_eq!(take(&recorder)[0]["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Unit"], json!("Milliseconds"));
    }
}
