//! Which acts of hidden works bear on the safety of a structure: item 3 of an act of critical structures (АООК).

use crate::finish::slots::alike;
use domain::{Act, ActForm, ActReference, Analysis, PrintedForm, Work};
use forms::{MOST_DOCUMENTS_NAMED, REGISTER_OF_ACTS, appendix_of_acts, reference_line};

/// The works that become acts, in the order of the drafts: hidden works as they are built, then the structures that they make. Acts
/// of other forms are drawn up elsewhere.
pub(crate) fn acted(analysis: &Analysis) -> Vec<&Work> {
    let structures = analysis.other_acts.iter().filter(|work| work.form == ActForm::Aook);
    analysis.works.iter().chain(structures).collect()
}

/// For each act of a structure that a work of the set stands behind: its place, and the places of the acts of hidden works that bear
/// on it. `works`: the work behind each act, where there is one.
///
/// A work bears on the structure that it is done on: of several of one name on the one whose level and axes it has. What is done on
/// something that has no such act (the ground, piles) bears on the structure whose works come next, which stands on it; behind the
/// last of several structures it is not known on which.
pub(crate) fn bearing(acts: &[&Act], works: &[Option<&Work>]) -> Vec<(usize, Vec<usize>)> {
    let of_form = |form: PrintedForm| {
        let places = acts.iter().zip(works).enumerate();
        places.filter(move |(_, (act, _))| act.form == form).map(|(place, (_, work))| (place, *work))
    };
    let structures: Vec<(usize, &Work)> =
        of_form(PrintedForm::Structures).filter_map(|(place, work)| Some((place, work?))).collect();
    let mut found: Vec<(usize, Vec<usize>)> = structures.iter().map(|(place, _)| (*place, Vec::new())).collect();
    let hidden: Vec<_> = of_form(PrintedForm::HiddenWorks).collect();
    let mut next: Vec<usize> = match structures.as_slice() {
        [_] => vec![0],
        several => {
            several.iter().enumerate().filter(|(_, (_, one))| one.structure.is_none()).map(|(at, _)| at).collect()
        }
    };
    for (place, work) in hidden.into_iter().rev() {
        let own = work.map(|work| done_on(work, &structures)).unwrap_or_default();
        if !own.is_empty() {
            next = own;
        }
        for at in &next {
            if let Some((_, listed)) = found.get_mut(*at) {
                listed.insert(0, place);
            }
        }
    }
    found
}

/// The structures, by their places in the list, that a work is done on.
fn done_on(work: &Work, structures: &[(usize, &Work)]) -> Vec<usize> {
    let Some(name) = work.structure.as_deref().map(alike) else { return Vec::new() };
    let named =
        structures.iter().enumerate().filter(|(_, (_, one))| one.structure.as_deref().map(alike) == Some(name.clone()));
    let mut of_name: Vec<(usize, &Work)> = named.map(|(at, (_, one))| (at, *one)).collect();
    let parts: [fn(&Work) -> Option<&str>; 2] = [|work| work.level.as_deref(), |work| work.axes.as_deref()];
    for part in parts {
        if part(work).is_some() && of_name.iter().any(|(_, one)| part(one) == part(work)) {
            of_name.retain(|(_, one)| part(one) == part(work));
        }
    }
    of_name.into_iter().map(|(at, _)| at).collect()
}

/// Item 3 of acts of structures, where nobody filled it: works, numbers and dates of the acts that bear on each; of an act of the
/// engineer's own all before it. More of them than an item may name stand in a register, which is part of the act.
pub(crate) fn refer(acts: &mut [Act], works: &[Option<&Work>]) {
    let bearing = bearing(&acts.iter().collect::<Vec<_>>(), works);
    let references: Vec<Option<ActReference>> = acts.iter().map(reference).collect();
    for (place, act) in acts.iter_mut().enumerate().filter(|(_, act)| act.form == PrintedForm::Structures) {
        if act.structures.as_ref().is_some_and(|facts| !facts.hidden_works.is_empty()) {
            continue;
        }
        let listed = bearing.iter().find(|(of, _)| *of == place).map(|(_, listed)| listed);
        let is_listed = |other: usize| listed.map_or(other < place, |listed| listed.contains(&other));
        let named = references.iter().enumerate().filter(|(other, _)| is_listed(*other));
        let named: Vec<ActReference> = named.filter_map(|(_, reference)| reference.clone()).collect();
        if named.len() > MOST_DOCUMENTS_NAMED {
            let (count, appendix) = (named.len(), appendix_of_acts(act));
            let facts = act.structures.get_or_insert_default();
            facts.hidden_works = vec![format!(
                "акты освидетельствования скрытых работ — согласно реестру (приложение № {appendix} к настоящему акту)"
            )];
            facts.hidden_work_acts = named;
            act.attachments.push(format!(
                "{REGISTER_OF_ACTS} освидетельствования скрытых работ (приложение № {appendix}), актов: {count}"
            ));
        } else {
            act.structures.get_or_insert_default().hidden_works = named.iter().map(reference_line).collect();
        }
    }
}

fn reference(act: &Act) -> Option<ActReference> {
    (act.form == PrintedForm::HiddenWorks).then(|| ActReference {
        works: act.works.clone(),
        number: act.number.clone(),
        date: act.date,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::tests::evidence;

    /// «structure@level»; nothing of what is not known.
    fn work(form: ActForm, place: &str) -> Work {
        let (structure, level) = place.split_once('@').unwrap_or((place, ""));
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        serde_json::from_value(serde_json::json!({
            "name": place, "location": null, "sequence": 1, "source": "list", "norms": [], "materials": [], "form": form,
            "structure": known(structure), "level": known(level), "evidence": evidence(),
        }))
        .unwrap()
    }

    /// For each structure the places, from 1, of the works that bear on it.
    fn listed(hidden: &[&str], structures: &[&str]) -> Vec<Vec<usize>> {
        let of = |form, places: &[&str]| places.iter().map(|place| work(form, place)).collect::<Vec<_>>();
        let works = [of(ActForm::Aosr, hidden), of(ActForm::Aook, structures)].concat();
        let form = |work: &Work| match work.form {
            ActForm::Aook => PrintedForm::Structures,
            _ => PrintedForm::HiddenWorks,
        };
        let acts: Vec<Act> = works.iter().map(|work| Act { form: form(work), ..Act::default() }).collect();
        let works: Vec<Option<&Work>> = works.iter().map(Some).collect();
        let found = bearing(&acts.iter().collect::<Vec<_>>(), &works);
        assert!(found.iter().map(|(place, _)| *place).eq(hidden.len()..acts.len()));
        found.into_iter().map(|(_, listed)| listed.into_iter().map(|place| place + 1).collect()).collect()
    }

    #[test]
    fn all_works_bear_on_the_only_structure() {
        assert_eq!(listed(&["сваи", "плита@-3,650", "плита", "", "швы"], &["плита@-2,550"]), [[1, 2, 3, 4, 5]]);
        assert_eq!(listed(&["", "ограждение"], &[""]), [[1, 2]]);
        assert_eq!(listed(&[], &["плита"]), [Vec::<usize>::new()]);
    }

    #[test]
    fn of_several_structures_each_has_its_own_works_and_what_it_stands_on() {
        let hidden = ["грунт", "плита", "Плита", "гидрошпонка", "стены", "отделка"];
        assert_eq!(listed(&hidden, &["плита", "стены"]), [vec![1, 2, 3], vec![4, 5]]);
    }

    #[test]
    fn structures_of_one_name_are_told_apart_by_their_levels() {
        let hidden = ["плита@+3,000", "плита@+6,000", "плита@+2,900"];
        // What level the last is of is not said: it is a layer of either.
        assert_eq!(listed(&hidden, &["плита@+3,000", "плита@+6,000"]), [[1, 3], [2, 3]]);
    }

    #[test]
    fn more_acts_than_an_item_names_stand_in_a_register() {
        let hidden = |n: usize| Act { number: n.to_string(), works: format!("Работа {n}"), ..Act::default() };
        let acts = |count: usize| {
            let structure = Act { form: PrintedForm::Structures, ..Act::default() };
            let mut acts: Vec<Act> = (1..=count).map(hidden).chain([structure]).collect();
            refer(&mut acts, &vec![None; count + 1]);
            acts.pop().unwrap()
        };
        let few = acts(5);
        let facts = few.structures.unwrap();
        assert_eq!((facts.hidden_works.len(), facts.hidden_work_acts.len(), few.attachments.len()), (5, 0, 0));
        let many = acts(6);
        let facts = many.structures.unwrap();
        assert_eq!(
            facts.hidden_works,
            ["акты освидетельствования скрытых работ — согласно реестру (приложение № 1 к настоящему акту)"]
        );
        assert_eq!((facts.hidden_work_acts.len(), &*facts.hidden_work_acts[5].works), (6, "Работа 6"));
        assert_eq!(many.attachments, ["реестр актов освидетельствования скрытых работ (приложение № 1), актов: 6"]);
    }
}
