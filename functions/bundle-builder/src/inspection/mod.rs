//! The check before inspection (проверка перед сдачей): what a reviewer would return a package for.

mod act;
mod files;
mod items;
mod package;
mod rules;

pub(crate) use act::materials_without_documents;
pub use rules::{RULES, Rule};

use crate::AttachedForm;
use domain::{Act, ActSet, Analysis, DocumentSummary, Finding, Inspection};
use items::Items;
use std::collections::{BTreeMap, BTreeSet};

/// A package as the check sees it.
#[derive(Clone, Copy)]
pub struct Package<'a> {
    /// What the set is.
    pub summary: &'a DocumentSummary,
    /// What was read in it.
    pub analysis: &'a Analysis,
    /// The acts and their files.
    pub acts: &'a ActSet,
    /// What the files are that their documents name.
    pub attached: &'a BTreeMap<String, AttachedForm>,
}

/// Tries all rules. What is wrong with every act in the same way is said once.
pub fn inspect(package: Package<'_>) -> Inspection {
    let mut findings = Findings::default();
    for act in &package.acts.acts {
        act::inspect(act, package, &mut findings);
        files::inspect(act, package, &mut findings);
    }
    package::inspect(package, &mut findings);
    let rules = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    Inspection { findings: findings.gathered(package.acts.acts.len()), rules }
}

/// What was found so far.
#[derive(Default)]
struct Findings(Vec<Found>);

struct Found {
    finding: Finding,
    /// The field as acts of all forms have it in common.
    field_of_all: String,
}

impl Findings {
    fn of_act(&mut self, rule: &Rule, act: &Act, field: &str, message: impl Into<String>) {
        let field_of_all = Items::in_common(act, field).to_owned();
        self.add(rule, Some(act.number.clone()), field, field_of_all, message.into());
    }

    fn of_package(&mut self, rule: &Rule, field: &str, message: impl Into<String>) {
        self.add(rule, None, field, field.to_owned(), message.into());
    }

    fn add(&mut self, rule: &Rule, act: Option<String>, field: &str, field_of_all: String, message: String) {
        let finding = Finding {
            rule: rule.id.to_owned(),
            severity: rule.severity,
            act,
            field: field.to_owned(),
            message,
            mend: rule.mend.to_owned(),
            source: rule.source.to_owned(),
        };
        self.0.push(Found { finding, field_of_all });
    }

    /// The gravest first; what all acts have in common becomes one finding of the package, at the first act's item.
    fn gathered(self, acts: usize) -> Vec<Finding> {
        let mut alike: BTreeMap<(String, String, String), usize> = BTreeMap::new();
        let same =
            |found: &Found| (found.finding.rule.clone(), found.field_of_all.clone(), found.finding.message.clone());
        for found in self.0.iter().filter(|found| found.finding.act.is_some()) {
            *alike.entry(same(found)).or_default() += 1;
        }
        let mut told = BTreeSet::new();
        let mut gathered: Vec<Finding> = Vec::with_capacity(self.0.len());
        for found in self.0 {
            let key = same(&found);
            let mut finding = found.finding;
            if acts > 1 && finding.act.is_some() && alike.get(&key) == Some(&acts) {
                if !told.insert(key) {
                    continue;
                }
                finding.act = None;
                finding.message = format!("{} Так во всех актах ({acts}).", finding.message);
            }
            gathered.push(finding);
        }
        gathered.sort_by_key(|finding| finding.severity);
        gathered
    }
}

#[cfg(test)]
mod tests;
