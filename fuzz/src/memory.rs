//! A watch on memory that is finer than libFuzzer's: it sees what one input holds at once, not what the process has grown to.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
/// What may be live at most; above it the process ends where it asks for more, so that the report shows who asked.
static CEILING: AtomicUsize = AtomicUsize::new(usize::MAX);

struct Counting;

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        added(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        added(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        added(size);
        LIVE.fetch_sub(layout.size(), Relaxed);
        unsafe { System.realloc(memory, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn added(bytes: usize) {
    let live = LIVE.fetch_add(bytes, Relaxed).wrapping_add(bytes);
    if live > PEAK.load(Relaxed) {
        PEAK.store(live, Relaxed);
        if live > CEILING.load(Relaxed) {
            CEILING.store(usize::MAX, Relaxed);
            eprintln!("MEMORY: {} MB are live, {} MB of them asked for at once", live >> 20, bytes >> 20);
            std::process::abort();
        }
    }
}

/// Runs `work`; more than `mib` live beyond what there was before is a crash.
pub fn budgeted(mib: usize, work: impl FnOnce()) {
    let before = LIVE.load(Relaxed);
    PEAK.store(before, Relaxed);
    CEILING.store(before.saturating_add(mib << 20), Relaxed);
    work();
    CEILING.store(usize::MAX, Relaxed);
}
