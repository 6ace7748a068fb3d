//! The laws of the infrastructure: numbers that depend on numbers, permissions that follow from the code, alarms that
//! mean the same in both worlds. Read from template.yaml, infra/ and the program itself.
#![expect(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test: a failure is its result")]

use app::catalog::handle_once;
use domain::StageName;
use pipeline::{Delivery, Verdict};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use tests::{Asked, root};

fn yaml(path: &str) -> Value {
    let text = fs::read_to_string(root().join(path)).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn template() -> Value {
    yaml("template.yaml")
}

/// The rows of `Mappings.Stages` by the name of their stage, each with the name of its row.
fn rows(template: &Value) -> BTreeMap<String, (String, Value)> {
    let rows = template["Mappings"]["Stages"].as_object().unwrap();
    let named = |(row, of): (&String, &Value)| (of["Name"].as_str().unwrap().to_owned(), (row.clone(), of.clone()));
    rows.iter().map(named).collect()
}

/// The loops of the template: their names and what they make of each row.
fn loops(template: &Value) -> Vec<(Vec<String>, BTreeMap<String, Value>)> {
    let resources = template["Resources"].as_object().unwrap();
    let bodies = resources.iter().filter(|(name, _)| name.starts_with("Fn::ForEach"));
    let of = |body: &Value| {
        let names = body[1].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect();
        (names, body[2].as_object().unwrap().clone().into_iter().collect())
    };
    bodies.map(|(_, body)| of(body)).collect()
}

/// Every resource as (logical name with `${Row}` where a loop makes it, resource).
fn resources(template: &Value) -> BTreeMap<String, Value> {
    let all = template["Resources"].as_object().unwrap();
    let single = all.iter().filter(|(name, _)| !name.starts_with("Fn::ForEach")).map(|(n, r)| (n.clone(), r.clone()));
    single.chain(loops(template).into_iter().flat_map(|(_, made)| made)).collect()
}

/// Every statement of every policy below `value` that allows something.
fn allowing(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(fields) => {
            if fields.get("Effect").is_some_and(|effect| effect == "Allow") {
                found.push(value.clone());
            }
            fields.values().for_each(|field| allowing(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| allowing(item, found)),
        _ => {}
    }
}

/// All texts below `value`.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn actions(statement: &Value) -> Vec<String> {
    texts(&statement["Action"])
}

/// Statements of a stage's own policy.
fn statements_of(template: &Value, row: &str) -> Vec<Value> {
    let mut found = Vec::new();
    allowing(&template["Resources"][format!("{row}Policy")], &mut found);
    found
}

#[test]
fn the_stages_of_the_template_and_of_terraform_are_those_of_the_program() {
    let stages: BTreeSet<String> = StageName::ALL.iter().map(|stage| stage.name().to_owned()).collect();
    let template = template();
    let rows = rows(&template);
    assert_eq!(rows.keys().cloned().collect::<BTreeSet<_>>(), stages);
    let names: BTreeSet<_> = rows.values().map(|(row, _)| row.clone()).collect();
    let over_stages: Vec<_> = loops(&template).into_iter().filter(|(over, _)| over.len() == names.len()).collect();
    assert!(!over_stages.is_empty());
    for (over, made) in over_stages {
        assert_eq!(over.into_iter().collect::<BTreeSet<_>>(), names, "{:?}", made.keys());
    }
    for (stage, (row, _)) in &rows {
        let function = &template["Resources"][format!("{row}Function")];
        assert_eq!(function["Metadata"]["BuildProperties"]["Binary"], stage.as_str());
    }

    let terraform = fs::read_to_string(root().join("infra/yandex/stages.tf")).unwrap();
    let blocks = terraform.lines().filter_map(|line| line.strip_prefix("    ")?.strip_suffix(" = {"));
    assert_eq!(blocks.map(str::to_owned).collect::<BTreeSet<_>>(), stages, "infra/yandex/stages.tf");
}

#[test]
fn the_numbers_that_depend_on_numbers_agree() {
    let template = template();
    for (stage, (row, numbers)) in rows(&template) {
        let number = |name: &str| numbers[name].as_u64().unwrap_or_else(|| panic!("{stage} has no {name}"));
        let name = StageName::ALL.into_iter().find(|known| known.name() == stage).unwrap();
        let timeout = number("Timeout");
        assert_eq!(timeout * 1000, name.limit_ms(), "{stage}: the timeout is the stage's own limit");
        assert!(timeout <= 900, "{stage}: Lambda ends after 15 minutes");
        assert!(number("Visibility") >= 6 * timeout, "{stage}: visibility of at least six timeouts");
        assert_eq!(number("MaxReceiveCount"), u64::from(name.max_attempts()), "{stage}");
        assert!(number("MaxReceiveCount") >= 5, "{stage}");
        assert!((2..=1000).contains(&number("MaximumConcurrency")), "{stage}");
        assert_eq!(number("LongMs"), 800 * timeout, "{stage}: 80 % of the timeout");
        let function = &template["Resources"][format!("{row}Function")]["Properties"];
        let queue = &function["Events"]["Queue"]["Properties"];
        assert_eq!(queue["FunctionResponseTypes"], serde_json::json!(["ReportBatchItemFailures"]), "{stage}");
        for (found, column) in [
            (&function["Timeout"], "Timeout"),
            (&function["MemorySize"], "Memory"),
            (&queue["BatchSize"], "BatchSize"),
            (&queue["ScalingConfig"]["MaximumConcurrency"], "MaximumConcurrency"),
        ] {
            assert_eq!(found["Fn::FindInMap"], serde_json::json!(["Stages", row, column]), "{stage}");
        }
        assert!(queue["FilterCriteria"].is_null(), "{stage}: filters delete messages of a work queue");
    }
}

/// What a function needs beside the files that it holds, MiB: measured at most 85 MB for a whole `pto process` (README).
const BESIDE_FILES_MIB: u64 = 256;

/// How many whole files a stage holds at once, for each message of a batch: the handler copies dropped ones, the extractor
/// keeps one open while it fetches the next, the splitter cuts pages out of one.
fn files_held(stage: StageName) -> u64 {
    match stage {
        StageName::UploadHandler | StageName::PageRecognizer => 1,
        StageName::PdfSplitter | StageName::PageExtractor => 2,
        StageName::Indexer
        | StageName::RdAnalyzer
        | StageName::AosrGenerator
        | StageName::BundleBuilder
        | StageName::Sweeper => 0,
    }
}

#[test]
fn the_largest_file_fits_the_memory_of_whoever_holds_it_whole() {
    let template = template();
    let largest = template["Mappings"]["Limits"]["Files"]["LargestMib"].as_str().unwrap().parse::<u64>().unwrap();
    assert!((1..=domain::MAX_FILE_BYTES >> 20).contains(&largest));
    let rows = rows(&template);
    for row in ["UploadHandler", "Api"] {
        let variable = &template["Resources"][format!("{row}Function")]["Properties"]["Environment"]["Variables"]["PTO_LARGEST_FILE_MIB"];
        assert_eq!(variable["Fn::FindInMap"], serde_json::json!(["Limits", "Files", "LargestMib"]), "{row}");
    }
    let terraform = fs::read_to_string(root().join("infra/yandex/stages.tf")).unwrap();
    let number = |text: &str, name: &str| -> u64 {
        let (_, after) = text.split_once(&format!("{name} = ")).unwrap_or_else(|| panic!("there is no {name}"));
        after.split(|sign: char| !sign.is_ascii_digit()).next().unwrap().parse().unwrap()
    };
    assert_eq!(number(&terraform, "largest_file_mib"), largest, "the same in both clouds");
    for stage in StageName::ALL {
        let held = files_held(stage) * largest;
        if held == 0 {
            continue;
        }
        let row = &rows[stage.name()].1;
        let at_once = row["BatchSize"].as_u64().unwrap();
        assert!(held * at_once + BESIDE_FILES_MIB <= row["Memory"].as_u64().unwrap(), "{stage} on Lambda");
        let block = terraform.split_once(&format!("    {stage} = {{")).unwrap().1;
        let at_once = number(block, "concurrency");
        assert!(held * at_once + BESIDE_FILES_MIB <= number(block, "memory_mb"), "{stage} on Yandex Cloud");
    }
}

/// Redirects of the API lead browsers there with the origin `null`, so whoever has a signed link may read.
#[test]
fn browsers_may_follow_the_links_to_results() {
    let template = template();
    let rule = &template["Resources"]["ResultsBucket"]["Properties"]["CorsConfiguration"]["CorsRules"][0];
    assert_eq!(
        (texts(&rule["AllowedOrigins"]), texts(&rule["AllowedMethods"])),
        (strings(&["*"]), strings(&["GET", "HEAD"]))
    );
    let headers = &template["Resources"]["ResultsHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]["CorsConfig"];
    assert_eq!(texts(&headers["AccessControlAllowOrigins"]), ["*"]);
    assert_eq!(headers["AccessControlAllowCredentials"], false);
    let storage = fs::read_to_string(root().join("infra/yandex/storage.tf")).unwrap();
    let results = storage.split_once("\"yandex_storage_bucket\" \"results\"").unwrap().1;
    let results = results.split_once("\nresource ").map_or(results, |(block, _)| block);
    assert!(results.contains("cors_rule {") && results.contains("allowed_origins = [\"*\"]"));
    let cdn = fs::read_to_string(root().join("infra/yandex/cdn.tf")).unwrap();
    assert!(cdn.contains("access-control-allow-origin = \"*\""), "{cdn}");
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn every_queue_has_dead_letters_and_alarms() {
    let made: BTreeMap<_, _> = loops(&template()).into_iter().flat_map(|(_, made)| made).collect();
    let queue = &made["${Row}Queue"]["Properties"];
    assert!(queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]["Fn::Sub"] == "${Row}DeadLetters");
    let dead = &made["${Row}DeadLetters"]["Properties"];
    assert_eq!(dead["MessageRetentionPeriod"], 1_209_600, "dead letters are kept for two weeks");
    for alarm in ["DeadLettersAlarm", "DepthAlarm", "WaitingNote", "ErrorsAlarm", "ThrottlesAlarm", "DurationAlarm"] {
        let alarm = &made[&format!("${{Row}}{alarm}")];
        assert_eq!(alarm["Type"], "AWS::CloudWatch::Alarm");
        assert!(!alarm["Properties"]["AlarmActions"].as_array().unwrap().is_empty());
    }
}

#[test]
fn nothing_is_allowed_everywhere() {
    let mut statements = Vec::new();
    allowing(&template(), &mut statements);
    assert!(statements.len() > 40, "only {} statements were found", statements.len());
    for statement in statements {
        for action in actions(&statement) {
            assert!(!action.contains('*'), "{statement}");
        }
        for resource in statement.get("Resource").map(texts).unwrap_or_default() {
            assert!(resource != "*" && !resource.ends_with(":*"), "{statement}");
        }
        assert!(statement["Principal"] != "*" && statement["Principal"]["AWS"] != "*", "{statement}");
    }
}

#[test]
fn no_function_can_start_itself() {
    let template = template();
    for (stage, (row, _)) in rows(&template) {
        for statement in statements_of(&template, &row) {
            let resources = texts(&statement["Resource"]);
            let names = |what: &str| resources.iter().any(|resource| resource.contains(what));
            let does = |what: &str| actions(&statement).iter().any(|action| action == what);
            let own_queue = format!("{row}Queue");
            assert!(!(does("sqs:SendMessage") && resources.contains(&own_queue)), "{stage} sends to itself");
            assert!(!(does("s3:PutObject") && names("UploadsBucket")), "{stage} writes where events begin");
        }
    }
    let notified = &template["Resources"]["UploadsBucket"]["Properties"]["NotificationConfiguration"];
    assert_eq!(texts(notified), ["s3:ObjectCreated:*", "UploadHandlerQueue", "Arn"]);
    let others = resources(&template).into_iter().filter(|(name, _)| name != "UploadsBucket");
    for (name, resource) in others {
        assert!(resource["Properties"]["NotificationConfiguration"].is_null(), "{name} has events, too");
    }
}

/// Stages to whose queues a stage of infra/yandex/stages.tf may send.
fn sends_in_terraform(stage: StageName) -> BTreeSet<String> {
    let terraform = fs::read_to_string(root().join("infra/yandex/stages.tf")).unwrap();
    let block = terraform.split_once(&format!("    {stage} = {{")).unwrap().1;
    let sends = block.lines().find_map(|line| line.trim().strip_prefix("sends")?.split_once('[')).unwrap().1;
    let names = sends.trim_end_matches(']').split(',').map(|name| name.trim().trim_matches('"').to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

/// A function has the variables of what its stage asks for, and may send where its variables point; no more, no less.
#[tokio::test]
async fn functions_have_what_their_stages_ask_for_and_no_more() {
    let template = template();
    let rows = rows(&template);
    let by_queue: BTreeMap<String, String> =
        rows.iter().map(|(stage, (row, _))| (format!("{row}Queue"), stage.clone())).collect();
    for stage in StageName::ALL {
        let asked = Asked::default();
        let malformed = Delivery { body: "{".to_owned(), attempt: 1, left_ms: None };
        let verdict = handle_once(&asked, stage, &malformed).await.unwrap();
        assert!(matches!(verdict, Verdict::Dead { .. }));
        let asked = asked.variables();
        // The shell around the stage settles its own messages.
        let own =
            ["PTO_DEAD_LETTERS".to_owned(), format!("PTO_QUEUE_{}", stage.name().to_uppercase().replace('-', "_"))];
        let wanted: BTreeSet<String> = asked.iter().cloned().chain(own).collect();
        let row = &rows[stage.name()].0;
        let function = &template["Resources"][format!("{row}Function")]["Properties"];
        let variables = function["Environment"]["Variables"].as_object().unwrap();
        let given: BTreeSet<String> = variables.keys().cloned().collect();
        assert_eq!(given, wanted, "{stage}");

        let may_send: BTreeSet<String> = statements_of(&template, row)
            .iter()
            .filter(|statement| actions(statement).iter().any(|action| action == "sqs:SendMessage"))
            .flat_map(|statement| texts(&statement["Resource"]))
            .filter_map(|resource| by_queue.get(&resource).cloned())
            .collect();
        let sends = asked.iter().filter_map(|variable| variable.strip_prefix("PTO_QUEUE_"));
        let sends: BTreeSet<String> = sends.map(|name| name.to_lowercase().replace('_', "-")).collect();
        assert_eq!(may_send, sends, "{stage}");
        assert_eq!(sends_in_terraform(stage), sends, "infra/yandex/stages.tf, {stage}");
    }
}

/// Tesseract belongs to one function: its layer, or what is called without one, and nothing of it to the others.
#[test]
fn only_the_recogniser_has_tesseract() {
    let template = template();
    let of = |name: &str| template["Resources"][name]["Properties"].clone();
    for (row, _) in rows(&template).into_values() {
        let function = of(&format!("{row}Function"));
        assert_eq!(function["Layers"].is_null(), row != "PageRecognizer", "{row}");
    }
    let function = of("PageRecognizerFunction");
    let layers = function["Layers"]["Fn::If"].clone();
    assert_eq!((layers[0].as_str(), &layers[1][0]["Ref"]), (Some("HasOcrLayer"), &Value::from("OcrLayerArn")));
    let program = function["Environment"]["Variables"]["PTO_TESSERACT"]["Fn::If"].clone();
    assert_eq!(program, serde_json::json!(["HasOcrLayer", "/opt/bin/tesseract", { "Ref": "TesseractPath" }]));
    let layer = fs::read_to_string(root().join("infra/aws/ocr-layer")).unwrap();
    assert!(layer.contains("root / \"bin/tesseract\", \"/opt\""), "the layer puts it there");
    let terraform = fs::read_to_string(root().join("infra/yandex/stages.tf")).unwrap();
    assert!(terraform.lines().any(|line| line.trim_start().starts_with("PTO_TESSERACT ")), "infra/yandex/stages.tf");
    let image = fs::read_to_string(root().join("infra/yandex/Containerfile")).unwrap();
    for package in ["tesseract-ocr ", "tesseract-ocr-rus ", "tesseract-ocr-eng ", "hunspell-ru "] {
        assert!(image.contains(package), "infra/yandex/Containerfile installs no {package}");
    }
}

/// Key and address of the model belong to one stage, on either cloud, and its answers lie where it may remove them.
#[test]
fn only_the_analyzer_has_the_model() {
    let template = template();
    for (row, _) in rows(&template).into_values() {
        let policy = statements_of(&template, &row);
        let reads_key = policy.iter().any(|statement| texts(statement).contains(&"ModelKeySecretArn".to_owned()));
        let removes = policy.iter().find(|statement| actions(statement).contains(&"s3:DeleteObject".to_owned()));
        let removed = removes.map(|statement| texts(&statement["Resource"]));
        let expected = match row.as_str() {
            "RdAnalyzer" => Some(vec!["${ResultsBucket.Arn}/pages/*/answers/*".to_owned()]),
            "PageRecognizer" => Some(vec!["${ResultsBucket.Arn}/pages/*.source.pdf".to_owned()]),
            _ => None,
        };
        assert_eq!((reads_key, removed), (row == "RdAnalyzer", expected), "{row}");
    }
    let terraform = fs::read_to_string(root().join("infra/yandex/stages.tf")).unwrap();
    let (_, block) = terraform.split_once("model_environment = {").unwrap();
    let names = block.lines().map(str::trim).take_while(|line| *line != "}").filter_map(|line| line.split_once(' '));
    let given: BTreeSet<&str> = names.map(|(name, _)| name).collect();
    // The key is a secret of Lockbox; a container has no server beside it.
    let absent = ["PTO_MODEL_KEY", "PTO_MODEL_LOCAL_URL", "PTO_MODEL_LOCAL_NAME"];
    assert_eq!(given, llm::VARIABLES.into_iter().filter(|name| !absent.contains(name)).collect());
    let guards = terraform.matches("each.key == \"rd-analyzer\" && var.model.url != \"\" ?").count();
    assert_eq!((guards, terraform.matches("PTO_MODEL_KEY").count()), (2, 1), "variables and key, for one stage");
}

/// Rows of infra/monitoring/alarms.json.
fn alarm_rows() -> Vec<Value> {
    let text = fs::read_to_string(root().join("infra/monitoring/alarms.json")).unwrap();
    let table: Value = serde_json::from_str(&text).unwrap();
    table["alarms"].as_array().unwrap().clone()
}

fn prometheus_rules(kind: &str) -> Vec<Value> {
    let file = yaml("infra/monitoring/prometheus/rules/pto.yml");
    let groups = file["groups"].as_array().unwrap().clone();
    let rules = groups.iter().flat_map(|group| group["rules"].as_array().unwrap().clone());
    rules.filter(|rule| !rule[kind].is_null()).collect()
}

/// Seconds of a Prometheus duration of one unit: `5m`.
fn seconds(duration: &Value) -> u64 {
    let Some(text) = duration.as_str() else { return 0 };
    let (number, unit) = text.split_at(text.len() - 1);
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => panic!("a duration in {unit}"),
    };
    number.parse::<u64>().unwrap() * unit
}

#[test]
fn the_rules_of_prometheus_are_those_of_the_table() {
    let mut alerts: BTreeMap<String, Value> =
        prometheus_rules("alert").into_iter().map(|rule| (rule["alert"].as_str().unwrap().to_owned(), rule)).collect();
    for row in alarm_rows() {
        let Some(name) = row["prometheus"]["alert"].as_str() else {
            assert!(row["prometheus"]["none_because"].is_string(), "{}", row["name"]);
            continue;
        };
        let rule = alerts.remove(name).unwrap_or_else(|| panic!("there is no alert {name}"));
        assert_eq!(rule["labels"]["severity"], row["severity"], "{name}");
        assert_eq!(seconds(&rule["for"]), row["for_seconds"].as_u64().unwrap(), "{name}");
        let expression: String = rule["expr"].as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(row["metric"].as_str().is_none_or(|metric| expression.contains(metric)), "{name}: {expression}");
        let comparison = row["comparison"].as_str().unwrap();
        let threshold = &row["threshold"];
        let compared = [format!("{comparison} {threshold}"), format!("{comparison} on(task_type) {threshold}")];
        let shares = row["threshold_of"].is_string() && expression.contains(&threshold.to_string());
        assert!(shares || compared.iter().any(|text| expression.contains(text)), "{name}: {expression}");
    }
    assert!(alerts.is_empty(), "alerts that the table does not know: {:?}", alerts.keys());
    let limits: BTreeMap<String, String> = prometheus_rules("record")
        .into_iter()
        .filter(|rule| rule["record"] == "pto:stage_limit_seconds")
        .map(|rule| {
            let stage = rule["labels"]["task_type"].as_str().unwrap().to_owned();
            (stage, rule["expr"].as_str().unwrap().to_owned())
        })
        .collect();
    let expected =
        StageName::ALL.map(|stage| (stage.name().to_owned(), format!("vector({})", stage.limit_ms() / 1000)));
    assert_eq!(limits, expected.into());
}

/// An alarm that counts tasks by their verdicts fails over the same ones as the rule of Prometheus, of all that there are.
fn assert_verdicts(name: &str, metrics: &[Value], row: &Value) {
    let listed = |field: &str| texts(&row["cloudwatch"][field]);
    let counted: BTreeSet<String> = metrics
        .iter()
        .filter(|part| part["MetricStat"]["Metric"]["MetricName"] == row["cloudwatch"]["metric"])
        .map(|part| {
            let dimensions = part["MetricStat"]["Metric"]["Dimensions"].as_array().unwrap();
            let verdict = dimensions.iter().find(|dimension| dimension["Name"] == "verdict").unwrap();
            assert_eq!(verdict["Value"], part["Id"], "{name}");
            part["Id"].as_str().unwrap().to_owned()
        })
        .collect();
    let all: BTreeSet<String> = listed("failed_verdicts").into_iter().chain(listed("other_verdicts")).collect();
    assert_eq!(counted, all, "{name}");
    assert_eq!(counted, BTreeSet::from(["ack", "dead", "reject", "retry"].map(str::to_owned)), "{name}");
    let expression = |id: &str| metrics.iter().find(|part| part["Id"] == id).unwrap()["Expression"].to_string();
    for verdict in &counted {
        let fails = listed("failed_verdicts").contains(verdict);
        assert_eq!(expression("failed").contains(&format!("FILL({verdict}, 0)")), fails, "{name}: {verdict}");
        assert_eq!(expression("tasks").contains(&format!("FILL({verdict}, 0)")), !fails, "{name}: {verdict}");
    }
    let rule = prometheus_rules("alert").into_iter().find(|rule| rule["alert"] == row["prometheus"]["alert"]).unwrap();
    let failing = format!("verdict=~\"{}\"", listed("failed_verdicts").join("|"));
    assert!(rule["expr"].as_str().unwrap().contains(&failing), "{name}: {rule}");
}

#[test]
fn the_alarms_of_cloudwatch_are_those_of_the_table() {
    let mut alarms: BTreeMap<String, Value> = resources(&template())
        .into_iter()
        .filter(|(_, resource)| resource["Type"] == "AWS::CloudWatch::Alarm")
        .collect();
    for row in alarm_rows() {
        let expected = &row["cloudwatch"];
        let Some(name) = expected["resource"].as_str() else {
            assert!(expected["none_because"].is_string(), "{}", row["name"]);
            continue;
        };
        let alarm = alarms.remove(name).unwrap_or_else(|| panic!("template.yaml has no {name}"));
        let alarm = &alarm["Properties"];
        assert_eq!(alarm["ComparisonOperator"], expected["comparison"], "{name}");
        assert_eq!(alarm["EvaluationPeriods"], expected["evaluation_periods"], "{name}");
        let measured = match alarm["Metrics"].as_array() {
            None => alarm.clone(),
            Some(metrics) => {
                let of = |wanted: &Value| {
                    metrics.iter().map(|part| &part["MetricStat"]).find(|part| &part["Metric"]["MetricName"] == wanted)
                };
                match expected["failed_verdicts"].as_array() {
                    None => assert!(of(&expected["divided_by"]).is_some(), "{name} is not divided"),
                    Some(_) => assert_verdicts(name, metrics, &row),
                }
                assert!(expected["beside"].is_null() || of(&expected["beside"]).is_some(), "{name}");
                let part = of(&expected["metric"]).unwrap();
                let metric = &part["Metric"];
                serde_json::json!({
                    "Namespace": metric["Namespace"], "MetricName": metric["MetricName"],
                    "Statistic": part["Stat"], "Period": part["Period"],
                })
            }
        };
        assert_eq!(measured["Namespace"], expected["namespace"], "{name}");
        assert_eq!(measured["MetricName"], expected["metric"], "{name}");
        assert_eq!(measured["Period"], expected["period_seconds"], "{name}");
        let statistic = if measured["Statistic"].is_null() { "ExtendedStatistic" } else { "Statistic" };
        assert_eq!(measured[statistic], expected["statistic"], "{name}");
        match expected["threshold_mapping"].as_str() {
            Some(column) => assert_eq!(alarm["Threshold"]["Fn::FindInMap"][2], column, "{name}"),
            None => assert_eq!(alarm["Threshold"], expected["threshold"], "{name}"),
        }
        // The same condition in both worlds, where both have it.
        let percent = if expected["threshold_unit"] == "percent" { 100.0 } else { 1.0 };
        if let (Some(ours), Some(theirs)) = (row["threshold"].as_f64(), expected["threshold"].as_f64()) {
            assert!((ours * percent - theirs).abs() < 1e-9, "{name}: {ours} and {theirs}");
        }
    }
    assert!(alarms.is_empty(), "alarms that the table does not know: {:?}", alarms.keys());
}
