//! Which panics are faults. The reader promises that a panic of a library it calls ends in an unreadable page, and keeps
//! the promise by catching it; a panic of its own is a fault even when it is caught.

use std::collections::BTreeSet;
use std::panic::{set_hook, take_hook};
use std::sync::Mutex;

/// Lets panics of libraries unwind (what is not caught ends in a crash all the same) and names each place once. Call it
/// from `init`, after libFuzzer has set its hook that ends the process.
pub fn count_ours_only() {
    static SEEN: Mutex<BTreeSet<(String, u32)>> = Mutex::new(BTreeSet::new());
    let abort = take_hook();
    set_hook(Box::new(move |panic| {
        let Some(place) = panic.location() else { return abort(panic) };
        if !place.file().contains(".cargo/registry") && !place.file().contains("/rustc/") {
            return abort(panic);
        }
        let mut seen = SEEN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if seen.insert((place.file().to_owned(), place.line())) {
            eprintln!("CONTAINED: {panic}");
        }
    }));
}
