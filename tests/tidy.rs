//! The laws of the repository (ARCHITECTURE.md, CONTRIBUTING.md), read from `cargo metadata` and the files.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test: a failure is its result")]

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use domain::StageName;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const MAX_FILE_LINES: usize = 500;
const MAX_MAIN_LINES: usize = 30;
const MAX_ARCHITECTURE_LINES: usize = 150;
const FORBIDDEN_NAMES: [&str; 9] = ["util", "utils", "common", "core", "helper", "helpers", "misc", "types", "manager"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn metadata() -> Metadata {
    // Of this platform only: the crates of others need not be downloaded.
    let options = ["--locked", "--filter-platform", "host-tuple"].map(str::to_owned);
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).other_options(options).exec().unwrap()
}

fn own_packages(metadata: &Metadata) -> Vec<&Package> {
    metadata.workspace_packages()
}

/// Every file of ours below `folder` with the ending `extension`.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                found.extend(files(&path, extension));
            }
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found
}

/// What each kind of crate may use of ours (right depends on left in ARCHITECTURE.md).
fn allowed(package: &str) -> Option<BTreeSet<&'static str>> {
    let stage = ["domain", "ports", "pipeline", "pdf", "ocr", "forms", "fulltext", "workbook"];
    let listed: &[&str] = match package {
        "domain" | "fonts" | "workbook" => &[],
        "ports" | "fulltext" => &["domain"],
        "tesseract" => &["ports"],
        "llm" => &["domain", "ports"],
        "ocr" => &["domain", "ports", "pdf"],
        "pipeline" => &["domain", "ports"],
        "pdf" | "forms" => &["domain", "fonts"],
        "cloud" => &["domain", "ports", "tesseract", "llm"],
        "host-local" => &["domain", "ports", "pipeline", "tesseract", "llm"],
        "host-aws" | "host-yandex" => &["domain", "ports", "pipeline", "cloud"],
        name if is_function(name) => &stage,
        // The binary and the tests stand at the end of all arrows.
        "app" | "tests" | "benches" | "eval" => return None,
        _ => panic!("package `{package}` is not drawn in ARCHITECTURE.md: say in tests/tidy.rs what it may use"),
    };
    Some(listed.iter().copied().collect())
}

/// Whether a package is a directory of functions/: a stage, or the API.
fn is_function(package: &str) -> bool {
    package == "api" || StageName::ALL.iter().any(|stage| stage.name() == package)
}

#[test]
fn arrows_between_crates_point_as_drawn() {
    let metadata = metadata();
    let own: BTreeSet<String> = own_packages(&metadata).iter().map(|package| package.name.to_string()).collect();
    let mut wrong = Vec::new();
    for package in own_packages(&metadata) {
        let Some(allowed) = allowed(&package.name) else { continue };
        for dependency in &package.dependencies {
            let ours = own.contains(&dependency.name) && dependency.name != package.name.as_str();
            // The shell of a function, main.rs, which the feature `lambda` turns on.
            if is_function(&package.name) && dependency.name == "host-aws" && dependency.optional {
                continue;
            }
            if ours && dependency.kind == DependencyKind::Normal && !allowed.contains(dependency.name.as_str()) {
                wrong.push(format!("{} → {}", package.name, dependency.name));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that ARCHITECTURE.md does not draw: {wrong:?}");
}

#[test]
fn stages_know_no_cloud_and_no_host() {
    let metadata = metadata();
    let resolve = metadata.resolve.as_ref().unwrap();
    let names: BTreeMap<_, _> = metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect();
    let normal = |id| {
        let node = resolve.nodes.iter().find(|node| &node.id == id).unwrap();
        node.deps.iter().filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal))
    };
    for package in own_packages(&metadata) {
        if !is_function(&package.name) {
            continue;
        }
        let mut seen = BTreeSet::new();
        let mut open = vec![&package.id];
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                open.extend(normal(id).map(|dep| &dep.pkg));
            }
        }
        for id in seen {
            let name = names[id];
            let forbidden = name.starts_with("lambda_") || name.starts_with("aws-") || name.starts_with("host-");
            assert!(!forbidden, "stage {} reaches {name}", package.name);
        }
    }
}

#[test]
fn every_stage_name_has_its_directory_and_every_directory_its_name() {
    let stages = StageName::ALL.map(StageName::name).into_iter();
    let names: BTreeSet<_> = stages.chain(["api"]).map(str::to_owned).collect();
    let directories: BTreeSet<_> = fs::read_dir(root().join("functions"))
        .unwrap()
        .map(Result::unwrap)
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, directories);
}

#[test]
fn stages_obey_the_laws_of_a_stage() {
    let laws = fs::read_to_string(root().join("functions/clippy.toml")).unwrap();
    for banned in ["std::env::var", "std::time::SystemTime::now", "std::fs::read", "std::thread::spawn"] {
        assert!(laws.contains(banned), "functions/clippy.toml no longer bans {banned}");
    }
    for path in files(&root().join("functions"), "rs") {
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("allow(clippy::disallowed"), "{} steps round the laws of a stage", path.display());
    }
}

#[test]
fn no_file_is_long_and_no_main_thinks() {
    for path in files(&root(), "rs") {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        let most = if path.ends_with("main.rs") { MAX_MAIN_LINES } else { MAX_FILE_LINES - 1 };
        assert!(lines <= most, "{} has {lines} lines, {most} are allowed", path.display());
    }
    let lines = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap().lines().count();
    assert!(lines <= MAX_ARCHITECTURE_LINES, "ARCHITECTURE.md has {lines} lines");
}

#[test]
fn nothing_is_named_after_nothing() {
    let metadata = metadata();
    let crates = own_packages(&metadata).into_iter().map(|package| package.name.to_string());
    let modules = files(&root(), "rs").into_iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned());
    for name in crates.chain(modules) {
        let words = name.split(['-', '_']).collect::<Vec<_>>();
        let empty = words.iter().find(|word| FORBIDDEN_NAMES.contains(word));
        assert!(empty.is_none(), "`{name}` is named {empty:?}: name it after what it holds");
    }
}

#[test]
fn tests_do_not_sleep_and_are_not_skipped() {
    // The marks are put together here so that this file does not find itself.
    let marks = [concat!("#[ign", "ore]"), concat!("thread::sl", "eep("), concat!("time::sl", "eep(")];
    for path in files(&root(), "rs") {
        let text = fs::read_to_string(&path).unwrap();
        let is_test_file = path.components().any(|part| part.as_os_str() == "tests");
        let tests =
            if is_test_file { Some(text.as_str()) } else { text.split_once("#[cfg(test)]").map(|(_, tests)| tests) };
        for mark in marks {
            assert!(!tests.is_some_and(|tests| tests.contains(mark)), "{} has {mark} in its tests", path.display());
        }
    }
}

#[test]
fn dependencies_stand_in_the_root_manifest() {
    for path in files(&root(), "toml") {
        // The fuzz targets are a workspace of their own.
        let is_apart = path.starts_with(root().join("fuzz"));
        if !path.ends_with("Cargo.toml") || path == root().join("Cargo.toml") || is_apart {
            continue;
        }
        let mut is_dependency = false;
        for line in fs::read_to_string(&path).unwrap().lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with('[') {
                is_dependency = line.ends_with("dependencies]");
            } else if is_dependency && line.contains('=') {
                let inherited = line.contains("workspace = true") || line.contains("path = ");
                assert!(inherited, "{}: `{line}` does not take its version from the root manifest", path.display());
            }
        }
    }
}

/// What `cargo lambda build` finds unsaid in the profile it decides itself: it would abort.
#[test]
fn panics_unwind_in_what_is_shipped() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, release) = manifest.split_once("[profile.release]").unwrap();
    let section = release.split("\n[").next().unwrap();
    assert!(section.lines().any(|line| line.trim() == "panic = \"unwind\""), "{section}");
}
