use api::ROUTES;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const DESCRIPTION: &str = include_str!("../../../../docs/openapi.json");

fn description() -> Value {
    serde_json::from_str(DESCRIPTION).unwrap()
}

/// Method and path → name of the operation.
fn described(description: &Value) -> BTreeMap<(String, String), String> {
    let mut operations = BTreeMap::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters") {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            operations.insert((method.to_uppercase(), path.clone()), name);
        }
    }
    operations
}

#[test]
fn the_description_has_every_route_and_no_other() {
    let description = description();
    assert_eq!(description["openapi"], "3.1.0");
    let routes: BTreeMap<_, _> = ROUTES
        .iter()
        .map(|route| {
            let name = format!("{:?}", route.operation);
            let name = name.chars().take(1).flat_map(char::to_lowercase).chain(name.chars().skip(1)).collect();
            ((route.method.to_owned(), route.path.replace('*', "")), name)
        })
        .collect();
    assert_eq!(described(&description), routes);
}

#[test]
fn every_parameter_of_a_path_is_described_and_every_reference_leads_somewhere() {
    let description = description();
    for (path, item) in description["paths"].as_object().unwrap() {
        let in_path: BTreeSet<_> = path.split(['{', '}']).skip(1).step_by(2).map(str::to_owned).collect();
        for (method, operation) in item.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let named = parameters.iter().filter(|parameter| parameter["in"] == "path");
            let named: BTreeSet<_> = named.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect();
            assert_eq!(named, in_path, "{method} {path}");
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.keys().any(|status| status.starts_with('2')), "{method} {path}");
            assert!(answers.contains_key("403"), "{method} {path}");
        }
    }
    let mut references = BTreeSet::new();
    collect_references(&description, &mut references);
    assert!(references.len() > 5, "{references:?}");
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(description.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

fn collect_references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str().filter(|_| name == "$ref") {
                    Some(reference) => drop(found.insert(reference.to_owned())),
                    None => collect_references(value, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect_references(value, found)),
        _ => {}
    }
}
