use crate::signals::Signals;
use domain::DocumentRef;
use ports::Progress;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// Of how many documents the progress is kept; the ones that began first are forgotten first.
const DOCUMENTS_KEPT: usize = 1024;

/// Which pages have been read since the process began. Lost with the process: the ledger is the truth.
pub(crate) struct PagesRead {
    signals: Arc<Signals>,
    documents: Mutex<Documents>,
}

#[derive(Default)]
struct Documents {
    pages: HashMap<DocumentRef, BTreeSet<u32>>,
    in_order: VecDeque<DocumentRef>,
}

impl PagesRead {
    pub(crate) fn new(signals: Arc<Signals>) -> Self {
        Self { signals, documents: Mutex::default() }
    }

    pub(crate) fn count(&self, document: &DocumentRef) -> u32 {
        let documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        documents.pages.get(document).map_or(0, |pages| u32::try_from(pages.len()).unwrap_or(u32::MAX))
    }
}

impl Progress for PagesRead {
    fn page_read(&self, document: &DocumentRef, page: u32) {
        let mut guard = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        let documents = &mut *guard;
        if let Some(pages) = documents.pages.get_mut(document) {
            pages.insert(page);
        } else {
            documents.pages.insert(document.clone(), BTreeSet::from([page]));
            documents.in_order.push_back(document.clone());
            if documents.in_order.len() > DOCUMENTS_KEPT
                && let Some(first) = documents.in_order.pop_front()
            {
                documents.pages.remove(&first);
            }
        }
        drop(guard);
        self.signals.tell_changed();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{DocumentId, TenantId};

    fn document(number: usize) -> DocumentRef {
        DocumentRef { tenant: TenantId::local(), document: DocumentId::of(&number.to_le_bytes()) }
    }

    #[test]
    fn a_page_told_twice_counts_once_and_old_documents_are_forgotten() {
        let progress = PagesRead::new(Arc::default());
        for page in [1, 2, 2] {
            progress.page_read(&document(0), page);
        }
        assert_eq!(progress.count(&document(0)), 2);
        for number in 1..=DOCUMENTS_KEPT {
            progress.page_read(&document(number), 1);
        }
        assert_eq!(progress.count(&document(0)), 0);
        assert_eq!(progress.count(&document(DOCUMENTS_KEPT)), 1);
    }
}
