//! Carries objects from one PDF into another that is being written.

mod fields;
mod output;

pub(crate) use fields::FormFields;
pub(crate) use output::Output;

use lopdf::{Dictionary, Object, ObjectId, Stream};
use std::collections::HashMap;
use std::io::Write;

/// The file that objects are carried from.
pub(crate) trait Objects {
    /// An object as it shall stand in the copy, its references still those of its own file. None when it stays behind:
    /// what points at it gets null.
    fn fetch(&self, id: ObjectId) -> Option<Fetched>;
}

/// An object to be carried over.
pub(crate) struct Fetched {
    pub(crate) object: Object,
    /// Whether it must stand alone even when an equal one is written already.
    pub(crate) is_own: bool,
}

/// Why nothing more can be carried.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TransferError {
    /// The new file has as many objects as one may have.
    #[error("too many objects")]
    Full,
    /// The new file cannot be written.
    #[error("the file cannot be written")]
    Write(#[from] std::io::Error),
}

/// How far the copy of an object is.
#[derive(Debug, Clone, Copy)]
enum State {
    /// On the stack; its number is not known yet.
    Open,
    /// Its number is known: it is written, or will be under this number.
    Known(u32),
}

/// What was carried from one file so far. Depth first on a stack of its own: children are numbered before their parent, so
/// equal subtrees serialise to equal bytes and are written once. An object on a cycle gets its number early and is not
/// shared.
pub(crate) struct Transfer {
    states: HashMap<ObjectId, State>,
}

impl Transfer {
    /// Nothing carried yet; the numbers of the pages are known from the start, because links point at them.
    pub(crate) fn new(pages: impl Iterator<Item = (ObjectId, u32)>) -> Self {
        Self { states: pages.map(|(id, number)| (id, State::Known(number))).collect() }
    }

    /// The number of an object in the new file, when something reached it.
    pub(crate) fn number_of(&self, id: ObjectId) -> Option<u32> {
        match self.states.get(&id) {
            Some(State::Known(number)) => Some(*number),
            _ => None,
        }
    }

    /// A value with its references pointing into the new file; what they reach is written first.
    pub(crate) fn value<W: Write>(
        &mut self,
        mut value: Object,
        source: &impl Objects,
        output: &mut Output<W>,
    ) -> Result<Object, TransferError> {
        let mut reached = Vec::new();
        references(&value, &mut reached);
        for id in reached {
            self.reach(id, source, output)?;
        }
        self.renumber(&mut value);
        Ok(value)
    }

    /// Copies an object and everything under it.
    fn reach<W: Write>(
        &mut self,
        root: ObjectId,
        source: &impl Objects,
        output: &mut Output<W>,
    ) -> Result<(), TransferError> {
        let mut stack: Vec<(ObjectId, Object, Vec<ObjectId>)> = Vec::new();
        self.open(root, source, output, &mut stack)?;
        while let Some((_, _, waiting)) = stack.last_mut() {
            if let Some(child) = waiting.pop() {
                self.open(child, source, output, &mut stack)?;
            } else if let Some((id, mut object, _)) = stack.pop() {
                self.renumber(&mut object);
                match self.states.get(&id) {
                    Some(State::Known(number)) => output.write(*number, &object)?,
                    _ => {
                        let number = output.share(&object)?;
                        self.states.insert(id, State::Known(number));
                    }
                }
            }
        }
        Ok(())
    }

    /// Begins the copy of an object, unless it is known already.
    fn open<W: Write>(
        &mut self,
        id: ObjectId,
        source: &impl Objects,
        output: &mut Output<W>,
        stack: &mut Vec<(ObjectId, Object, Vec<ObjectId>)>,
    ) -> Result<(), TransferError> {
        match self.states.get(&id) {
            Some(State::Known(_)) => return Ok(()),
            Some(State::Open) => {
                let number = output.reserve();
                self.states.insert(id, State::Known(number));
                return Ok(());
            }
            None => {}
        }
        if output.is_full() {
            return Err(TransferError::Full);
        }
        let Some(Fetched { object, is_own }) = source.fetch(id) else { return Ok(()) };
        let state = if is_own { State::Known(output.reserve()) } else { State::Open };
        self.states.insert(id, state);
        let mut waiting = Vec::new();
        references(&object, &mut waiting);
        waiting.reverse();
        stack.push((id, object, waiting));
        Ok(())
    }

    /// Turns references of the source into references of the new file; what was not copied becomes null.
    fn renumber(&self, object: &mut Object) {
        match object {
            Object::Reference(id) => {
                *object = self.number_of(*id).map_or(Object::Null, |number| Object::Reference((number, 0)));
            }
            Object::Array(items) => items.iter_mut().for_each(|item| self.renumber(item)),
            Object::Dictionary(entries) => entries.iter_mut().for_each(|(_, value)| self.renumber(value)),
            Object::Stream(stream) => stream.dict.iter_mut().for_each(|(_, value)| self.renumber(value)),
            _ => {}
        }
    }
}

/// An uncompressed stream object.
pub(crate) fn stream(mut dictionary: Dictionary, content: Vec<u8>) -> Object {
    dictionary.set("Length", i64::try_from(content.len()).unwrap_or(i64::MAX));
    Stream { dict: dictionary, content, allows_compression: false, start_position: None }.into()
}

fn references(object: &Object, found: &mut Vec<ObjectId>) {
    match object {
        Object::Reference(id) => found.push(*id),
        Object::Array(items) => items.iter().for_each(|item| references(item, found)),
        Object::Dictionary(entries) => entries.iter().for_each(|(_, value)| references(value, found)),
        Object::Stream(stream) => stream.dict.iter().for_each(|(_, value)| references(value, found)),
        _ => {}
    }
}
