//! Pages read by several threads and handed on in the order of the file.

use domain::Page;
use std::collections::VecDeque;
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;

/// Readers run ahead of the page to be handed on next by at most this many pages each: memory is bounded by it.
const AHEAD_PER_READER: u32 = 4;

/// As much stack as the pool of the embedded host gives to parsers.
const STACK_BYTES: usize = 16 << 20;

/// Reads pages 1 to `last` with `readers` threads and hands them to `take` in order; stops at its first error. Each reader
/// hands on the pages that it has read, so that no memory goes from one core to another.
pub(crate) fn read_in_order(
    last: u32,
    readers: u32,
    read: impl Fn(u32) -> Page + Sync,
    take: impl FnMut(Page) -> io::Result<()> + Send,
) -> io::Result<()> {
    let window = Window {
        last,
        ahead: readers.saturating_mul(AHEAD_PER_READER),
        state: Mutex::new(State { next: 1, expected: 1, waiting: 0, ended: Ok(false) }),
        changed: Condvar::new(),
        take: Mutex::new(take),
    };
    std::thread::scope(|scope| {
        let threads = (0..readers.max(1)).map(|_| {
            Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || {
                let _end = EndOnPanic(&window);
                window.read_all(&read);
            })
        });
        let started = threads.collect::<io::Result<Vec<_>>>();
        if started.is_err() {
            window.end(Ok(true));
        }
        started.map(|_| ())
    })?;
    let state = window.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    state.ended.map(|_| ())
}

/// What the readers share.
struct Window<T> {
    last: u32,
    ahead: u32,
    state: Mutex<State>,
    changed: Condvar,
    take: Mutex<T>,
}

struct State {
    /// The page to be read next.
    next: u32,
    /// The page to be handed on next.
    expected: u32,
    /// Readers that wait for the window to move. A call that wakes nobody costs as much as a page.
    waiting: u32,
    /// Whether reading is over before its end, and why.
    ended: io::Result<bool>,
}

/// What a reader does next.
enum Step {
    Read(u32),
    HandOn,
    End,
}

impl<T: FnMut(Page) -> io::Result<()>> Window<T> {
    /// What one reader does.
    fn read_all(&self, read: impl Fn(u32) -> Page) {
        let mut own: VecDeque<(u32, Page)> = VecDeque::new();
        loop {
            match self.next_step(own.front().map(|(number, _)| *number)) {
                Step::Read(number) => own.push_back((number, read(number))),
                Step::HandOn => own.pop_front().into_iter().for_each(|(_, page)| self.hand_on(page)),
                Step::End => return,
            }
        }
    }

    /// The next step of a reader whose first page that is not handed on is `own`.
    fn next_step(&self, own: Option<u32>) -> Step {
        let mut state = self.lock();
        loop {
            let is_read = state.next > self.last;
            if !matches!(state.ended, Ok(false)) || (is_read && own.is_none()) {
                return Step::End;
            }
            if own == Some(state.expected) {
                return Step::HandOn;
            }
            if !is_read && state.next < state.expected.saturating_add(self.ahead) {
                state.next += 1;
                return Step::Read(state.next - 1);
            }
            state.waiting += 1;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
    }

    /// Hands on the page that is expected.
    fn hand_on(&self, page: Page) {
        let taken = self.take.lock().unwrap_or_else(PoisonError::into_inner)(page);
        let mut state = self.lock();
        state.expected += 1;
        if let Err(error) = taken {
            state.ended = Err(error);
        }
        if state.waiting > 0 {
            self.changed.notify_all();
        }
    }
}

impl<T> Window<T> {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, how: io::Result<bool>) {
        self.lock().ended = how;
        self.changed.notify_all();
    }
}

/// A reader that panics must not leave the others waiting for its page.
struct EndOnPanic<'w, T>(&'w Window<T>);

impl<T> Drop for EndOnPanic<'_, T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.end(Ok(true));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AHEAD_PER_READER, read_in_order};
    use domain::{Page, TextSource};
    use std::io;
    use std::sync::atomic::{AtomicU32, Ordering};

    fn page(number: u32) -> Page {
        Page {
            page: number,
            width_pt: 1.0,
            height_pt: 1.0,
            source: TextSource::None,
            text: String::new(),
            words: Vec::new(),
            faults: Vec::new(),
            title_block: None,
            tables: Vec::new(),
        }
    }

    #[test]
    fn pages_come_in_order_whoever_reads_them() {
        for readers in 1..=5 {
            let mut taken = Vec::new();
            let uneven = |number: u32| {
                (0..number % 3 * 50).for_each(|_| std::thread::yield_now());
                page(number)
            };
            let take = |page: Page| {
                taken.push(page.page);
                Ok(())
            };
            read_in_order(100, readers, uneven, take).unwrap();
            assert_eq!(taken, (1..=100).collect::<Vec<_>>());
        }
    }

    #[test]
    fn readers_run_ahead_so_far_and_no_further() {
        let (furthest, taken) = (AtomicU32::new(0), AtomicU32::new(0));
        let read = |number: u32| {
            furthest.fetch_max(number - taken.load(Ordering::SeqCst), Ordering::SeqCst);
            page(number)
        };
        let take = |_| {
            taken.fetch_add(1, Ordering::SeqCst);
            Ok(())
        };
        read_in_order(200, 3, read, take).unwrap();
        // A page may be taken between the two looks of this test.
        assert!(furthest.into_inner() <= 3 * AHEAD_PER_READER + 1);
    }

    #[test]
    fn an_error_ends_all_readers() {
        let take = |page: Page| if page.page == 7 { Err(io::Error::other("full")) } else { Ok(()) };
        let read = AtomicU32::new(0);
        let counted = |number| {
            read.fetch_add(1, Ordering::SeqCst);
            page(number)
        };
        assert_eq!(read_in_order(1_000, 2, counted, take).unwrap_err().to_string(), "full");
        assert!(read.into_inner() < 50);
    }

    #[test]
    fn a_reader_that_panics_leaves_nobody_waiting() {
        let read = |number| if number == 3 { panic!("on purpose") } else { page(number) };
        let ended = std::panic::catch_unwind(|| read_in_order(1_000, 2, read, |_| Ok(())));
        assert!(ended.is_err());
    }
}
