//! What a set of one mark says, and what an engineer draws up of it.

use domain::ActForm;

/// How the designer names hidden works.
pub(super) enum Naming {
    /// Items under a heading.
    List(&'static [&'static str]),
    /// A paragraph of the general notes.
    Prose(&'static str),
    /// Nothing is said.
    Silent,
    /// The notes say that there are none.
    Denied(&'static str),
}

/// A drawing with what is written on it.
pub(super) struct Drawing {
    pub(super) title: &'static str,
    /// Figures and letters in the circles of the axes: `("1 2 3", "А Б В")`; empty on sheets without a plan.
    pub(super) axes: (&'static str, &'static str),
    /// Callouts of several layers each, from top to bottom.
    pub(super) layers: &'static [&'static [&'static str]],
    /// Single callouts and levels.
    pub(super) callouts: &'static [&'static str],
}

/// A row of the specification: name, mark or standard, unit, quantity, mass.
pub(super) type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// An act that an engineer draws up: text, level, axes, words of its materials.
pub(super) struct Act {
    pub(super) name: &'static str,
    pub(super) level: &'static str,
    pub(super) axes: &'static str,
    pub(super) materials: &'static [&'static str],
}

pub(super) const fn act(
    name: &'static str,
    level: &'static str,
    axes: &'static str,
    materials: &'static [&'static str],
) -> Act {
    Act { name, level, axes, materials }
}

/// A set before it is laid out.
pub(super) struct Scenario {
    pub(super) mark: &'static str,
    /// Figures behind the mark in the cipher.
    pub(super) part: &'static str,
    pub(super) title: &'static str,
    pub(super) building: &'static str,
    pub(super) drawings: &'static [Drawing],
    pub(super) naming: Naming,
    /// Numbered general notes.
    pub(super) notes: &'static [&'static str],
    pub(super) references: &'static [(&'static str, &'static str)],
    /// Whether the specification is СО of nine columns; else it is of form 7, on the last drawing.
    pub(super) equipment: bool,
    pub(super) sections: &'static [(&'static str, &'static [Row])],
    pub(super) acts: &'static [Act],
    pub(super) other_acts: &'static [(ActForm, &'static str)],
}

/// A drawing without layers.
pub(super) const fn plan(
    title: &'static str,
    axes: (&'static str, &'static str),
    callouts: &'static [&'static str],
) -> Drawing {
    Drawing { title, axes, layers: &[], callouts }
}
