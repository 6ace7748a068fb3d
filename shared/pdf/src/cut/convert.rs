use crate::transfer::stream;
use hayro_syntax::object::{Dict, MaybeRef, Number, Object as Read, ObjectIdentifier};
use lopdf::{Dictionary, Object, ObjectId, StringFormat};

/// Levels of arrays and dictionaries inside one object.
const MAX_NESTING: usize = 100;

/// An object as the writer takes it; strings and streams come decrypted.
pub(super) fn converted(object: Read<'_>, nesting: usize) -> Object {
    if nesting > MAX_NESTING {
        return Object::Null;
    }
    match object {
        Read::Null(_) => Object::Null,
        Read::Boolean(value) => Object::Boolean(value),
        Read::Number(number) => converted_number(number),
        Read::String(text) => Object::String(text.as_bytes().to_vec(), StringFormat::Literal),
        Read::Name(name) => Object::Name(name.as_ref().to_vec()),
        Read::Dict(entries) => dictionary(&entries, nesting).into(),
        Read::Array(items) => {
            items.raw_iter().map(|item| maybe_reference(item, nesting + 1)).collect::<Vec<_>>().into()
        }
        Read::Stream(found) => stream(dictionary(found.dict(), nesting), found.raw_data().into_owned()),
    }
}

pub(super) fn dictionary(entries: &Dict<'_>, nesting: usize) -> Dictionary {
    let converted = entries.entries().map(|(key, value)| (key.as_ref().to_vec(), maybe_reference(value, nesting + 1)));
    converted.collect()
}

pub(super) fn maybe_reference(value: MaybeRef<Read<'_>>, nesting: usize) -> Object {
    match value {
        MaybeRef::Ref(reference) => id_of(reference.into()).map_or(Object::Null, Object::Reference),
        MaybeRef::NotRef(object) => converted(object, nesting),
    }
}

/// The id in the writer's terms; none for one that no file may have.
pub(super) fn id_of(id: ObjectIdentifier) -> Option<ObjectId> {
    Some((id.obj_number, u16::try_from(id.gen_number).ok()?))
}

pub(super) fn lookup(id: ObjectId) -> ObjectIdentifier {
    ObjectIdentifier::new(id.0, i32::from(id.1))
}

/// A whole number stays one.
fn converted_number(number: Number) -> Object {
    let (real, whole) = (number.as_f64(), number.as_i64());
    if real == whole as f64 { Object::Integer(whole) } else { Object::Real(real as f32) }
}
