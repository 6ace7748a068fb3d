//! Lines of CloudWatch's Embedded Metric Format ("Specification: Embedded metric format", Amazon CloudWatch User
//! Guide): a JSON object on standard output that CloudWatch Logs turns into metrics, without a call to any service.

use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Where the metrics of this program stand in CloudWatch.
pub(crate) const NAMESPACE: &str = "PTO";

/// How many metrics one directive, and how many values one metric, may hold.
const MOST: usize = 100;

/// Measurements of one metric under one set of labels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measured {
    /// Its name.
    pub(crate) name: String,
    /// A unit as CloudWatch calls it: `Count`, `Seconds`, `None`, …
    pub(crate) unit: &'static str,
    /// What was measured.
    pub(crate) values: Values,
}

/// The values of a metric.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values {
    /// Of a counter or a gauge: a number.
    One(f64),
    /// Of a histogram: every single value, as an array.
    Many(Vec<f64>),
}

/// The lines that say what was measured under `labels` at `timestamp_ms` (milliseconds since 1970). One line, unless a
/// metric has more than 100 values, there are more than 100 metrics, or two of them have one name. Every label is a
/// dimension, and all of them together are the one dimension set; CloudWatch takes up to 30, of ASCII, none empty.
/// What JSON has no number for (infinities) is left out.
pub(crate) fn lines(timestamp_ms: u64, labels: &BTreeMap<String, String>, measured: Vec<Measured>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut waiting = measured;
    while !waiting.is_empty() {
        let mut next = Vec::new();
        let mut names = BTreeSet::new();
        let mut definitions = Vec::new();
        let mut root: Map<String, Value> = labels.iter().map(|(name, text)| (name.clone(), json!(text))).collect();
        for mut metric in waiting {
            if definitions.len() == MOST || names.contains(&metric.name) {
                next.push(metric);
                continue;
            }
            let Some(value) = take_value(&mut metric.values) else { continue };
            definitions.push(json!({"Name": metric.name, "Unit": metric.unit}));
            root.insert(metric.name.clone(), value);
            names.insert(metric.name.clone());
            if matches!(&metric.values, Values::Many(rest) if !rest.is_empty()) {
                next.push(metric);
            }
        }
        if !definitions.is_empty() {
            let dimensions: Vec<&String> = labels.keys().collect();
            let directive = json!({"Namespace": NAMESPACE, "Dimensions": [dimensions], "Metrics": definitions});
            root.insert("_aws".to_owned(), json!({"Timestamp": timestamp_ms, "CloudWatchMetrics": [directive]}));
            lines.push(Value::Object(root).to_string());
        }
        waiting = next;
    }
    lines
}

/// Takes from the values as many as one line may hold; `None` when nothing is left that can be written.
fn take_value(values: &mut Values) -> Option<Value> {
    match values {
        Values::One(number) => number.is_finite().then(|| json!(number)),
        Values::Many(numbers) => {
            numbers.retain(|number| number.is_finite());
            let taken: Vec<f64> = numbers.drain(..numbers.len().min(MOST)).collect();
            (!taken.is_empty()).then(|| json!(taken))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    fn count(name: &str, number: f64) -> Measured {
        Measured { name: name.to_owned(), unit: "Count", values: Values::One(number) }
    }

    fn seconds(name: &str, values: Vec<f64>) -> Measured {
        Measured { name: name.to_owned(), unit: "Seconds", values: Values::Many(values) }
    }

    #[test]
    fn a_line_has_every_field_of_the_specification_and_no_other() {
        let measured = vec![count("tasks_total", 2.0), seconds("task_duration_seconds", vec![0.25, 1.5])];
        let lines = lines(1_700_000_000_123, &labels(&[("task_type", "indexer"), ("verdict", "ack")]), measured);
        assert_eq!(lines.len(), 1);
        assert!(!lines[0].contains('\n'), "an event of the log is one line");
        let line: Value = serde_json::from_str(&lines[0]).unwrap();
        let expected = json!({
            "_aws": {
                "Timestamp": 1_700_000_000_123_u64,
                "CloudWatchMetrics": [{
                    "Namespace": "PTO",
                    "Dimensions": [["task_type", "verdict"]],
                    "Metrics": [
                        {"Name": "tasks_total", "Unit": "Count"},
                        {"Name": "task_duration_seconds", "Unit": "Seconds"},
                    ],
                }],
            },
            "task_type": "indexer",
            "verdict": "ack",
            "tasks_total": 2.0,
            "task_duration_seconds": [0.25, 1.5],
        });
        assert_eq!(line, expected);
        assert!(line["_aws"]["Timestamp"].is_u64(), "a whole number of milliseconds");
        assert!(line["tasks_total"].is_number() && line["task_duration_seconds"].is_array());
    }

    #[test]
    fn without_labels_there_is_one_empty_dimension_set() {
        let lines = lines(1, &labels(&[]), vec![count("llm_cost", 0.5)]);
        let line: Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Dimensions"], json!([[]]));
        assert_eq!(line["llm_cost"], json!(0.5));
    }

    #[test]
    fn no_line_holds_more_than_the_limits_and_no_value_is_lost() {
        let many: Vec<f64> = (0..250).map(f64::from).collect();
        let mut measured = vec![seconds("task_duration_seconds", many.clone())];
        measured.extend((0..120).map(|number| count(&format!("metric_{number}"), 1.0)));
        let lines = lines(1, &labels(&[("task_type", "indexer")]), measured);
        assert_eq!(lines.len(), 3);
        let mut values = Vec::new();
        let mut counted = 0;
        for line in &lines {
            let line: Value = serde_json::from_str(line).unwrap();
            let defined = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap();
            assert!(defined.len() <= 100);
            for metric in defined {
                match &line[metric["Name"].as_str().unwrap()] {
                    Value::Array(array) => {
                        assert!(array.len() <= 100);
                        values.extend(array.iter().map(|number| number.as_f64().unwrap()));
                    }
                    number => counted += number.as_f64().unwrap() as usize,
                }
            }
        }
        assert_eq!((values, counted), (many, 120));
    }

    #[test]
    fn one_name_twice_takes_two_lines_and_infinities_none() {
        let lines = lines(1, &labels(&[]), vec![count("a", 1.0), count("a", 2.0), count("b", f64::INFINITY)]);
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| !line.contains('b')));
        assert!(super::lines(1, &labels(&[]), vec![seconds("c", vec![f64::NAN])]).is_empty());
    }
}
