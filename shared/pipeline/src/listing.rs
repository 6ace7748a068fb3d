//! The list of a tenant's uploads, the newest first. Each upload has an entry in the partition of its month and, when it
//! belongs to a project, one in the partition of the project; a directory names the months that have any. Entries are
//! written before the upload's record, so no upload is missing from the list; an entry counts only while the record
//! names the same time, so what a crash leaves behind is never shown.

use crate::records::parse;
use crate::{Records, RecordsError};
use domain::{Announcement, ListedUpload, Month, ProjectFileId, ProjectId, ProjectRecord, ProjectRef, TenantId};
use domain::{UploadId, UploadRecord, UploadRef};
use futures_util::{StreamExt, TryStreamExt, stream};
use ports::{Entry, LedgerKey};
use std::fmt;

const MONTHS_AT_ONCE: usize = 24;

/// How many records of uploads are read at once.
const RECORDS_AT_ONCE: usize = 16;

/// How many uploads of a program before the list are read at once.
const UPLOADS_AT_ONCE: usize = 100;

/// Digits of the time in the sort key of an entry.
const TIME_DIGITS: usize = 20;

/// Where an upload stands in the list; its text is what a client gives back to read on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPlace {
    sort: String,
    received_at_ms: u64,
    upload: UploadId,
}

impl ListPlace {
    /// The place from its text; `None` when the text is of no place.
    pub fn parse(text: &str) -> Option<Self> {
        let (backwards, upload) = text.split_once('-')?;
        if backwards.len() != TIME_DIGITS || !backwards.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let received_at_ms = u64::MAX - backwards.parse::<u64>().ok()?;
        let upload = UploadId::try_from(upload.to_owned()).ok()?;
        Some(Self { sort: text.to_owned(), received_at_ms, upload })
    }
}

impl fmt::Display for ListPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sort)
    }
}

/// An upload of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Where it stands.
    pub place: ListPlace,
    /// The upload.
    pub upload: UploadRef,
    /// The project that it belongs to.
    pub project: Option<ProjectId>,
    /// Its record.
    pub record: UploadRecord,
}

/// A part of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadPage {
    /// The uploads, the newest first.
    pub uploads: Vec<Listed>,
    /// After which place the next part begins; `None` at the end.
    pub next: Option<ListPlace>,
}

impl Records {
    /// Up to `limit` uploads of a tenant, or of one project of it, after a place, the newest first.
    pub async fn newest_uploads(
        &self,
        tenant: &TenantId,
        project: Option<&ProjectId>,
        after: Option<&ListPlace>,
        limit: usize,
    ) -> Result<UploadPage, RecordsError> {
        let wanted = limit.saturating_add(1);
        let mut uploads = Vec::new();
        match project {
            Some(project) => {
                let partition = LedgerKey::uploads_in_project(tenant, project);
                self.read_list(tenant, &partition, after, wanted, &mut uploads).await?;
            }
            None => self.read_months(tenant, after, wanted, &mut uploads).await?,
        }
        let more = uploads.len() > limit;
        uploads.truncate(limit);
        let next = uploads.last().filter(|_| more).map(|last| last.place.clone());
        Ok(UploadPage { uploads, next })
    }

    async fn read_months(
        &self,
        tenant: &TenantId,
        after: Option<&ListPlace>,
        wanted: usize,
        uploads: &mut Vec<Listed>,
    ) -> Result<(), RecordsError> {
        let directory = LedgerKey::months_with_uploads(tenant);
        let first = after.map(|place| Month::of_ms(place.received_at_ms));
        let mut last_month: Option<String> = None;
        loop {
            let entries = self.ledger.query(&directory, last_month.as_deref(), MONTHS_AT_ONCE).await?;
            let Some(last) = entries.last() else { return Ok(()) };
            last_month = Some(last.key.sort().to_owned());
            for entry in &entries {
                let month: Month = parse(entry)?;
                if first.is_some_and(|first| month > first) {
                    continue;
                }
                let after = after.filter(|_| first == Some(month));
                let partition = LedgerKey::uploads_listed_in(tenant, month);
                self.read_list(tenant, &partition, after, wanted, uploads).await?;
                if uploads.len() >= wanted {
                    return Ok(());
                }
            }
        }
    }

    async fn read_list(
        &self,
        tenant: &TenantId,
        partition: &str,
        after: Option<&ListPlace>,
        wanted: usize,
        uploads: &mut Vec<Listed>,
    ) -> Result<(), RecordsError> {
        let mut after = after.map(|place| place.sort.clone());
        while uploads.len() < wanted {
            let entries = self.ledger.query(partition, after.as_deref(), wanted - uploads.len()).await?;
            let Some(last) = entries.last() else { return Ok(()) };
            after = Some(last.key.sort().to_owned());
            let found = stream::iter(entries).map(|entry| self.listed(tenant, entry)).buffered(RECORDS_AT_ONCE);
            let found: Vec<Option<Listed>> = found.try_collect().await?;
            uploads.extend(found.into_iter().flatten());
        }
        Ok(())
    }

    /// The upload of an entry, unless the entry is a leftover.
    async fn listed(&self, tenant: &TenantId, entry: Entry) -> Result<Option<Listed>, RecordsError> {
        let ListedUpload { upload, project } = parse(&entry)?;
        let upload = UploadRef { tenant: tenant.clone(), upload };
        let Some(place) = ListPlace::parse(entry.key.sort()) else { return Ok(None) };
        let Some(record) = self.upload(&upload).await? else { return Ok(None) };
        let counts = record.received_at_ms == place.received_at_ms && place.upload == upload.upload;
        Ok(counts.then_some(Listed { place, upload, project, record }))
    }

    /// Writes the place of an upload in the lists; writing it again changes nothing.
    pub async fn list_upload(
        &self,
        upload: &UploadRef,
        project: Option<&ProjectId>,
        received_at_ms: u64,
    ) -> Result<(), RecordsError> {
        let month = Month::of_ms(received_at_ms);
        let entry = ListedUpload { upload: upload.upload.clone(), project: project.cloned() };
        self.create(&LedgerKey::month_with_uploads(&upload.tenant, month), &month).await?;
        self.create(&LedgerKey::listed_upload(upload, received_at_ms), &entry).await?;
        if let Some(project) = project {
            self.create(&LedgerKey::upload_in_project(upload, project, received_at_ms), &entry).await?;
        }
        Ok(())
    }

    /// Lists the uploads that a program before the list took in; the second call does nothing. Reads all records of
    /// the tenant's uploads, once.
    pub async fn list_known_uploads(&self, tenant: &TenantId) -> Result<(), RecordsError> {
        let complete = LedgerKey::all_uploads_listed(tenant);
        if self.ledger.get(&complete).await?.is_some() {
            return Ok(());
        }
        let partition = LedgerKey::uploads_of(tenant);
        let mut after: Option<String> = None;
        loop {
            let entries = self.ledger.query(&partition, after.as_deref(), UPLOADS_AT_ONCE).await?;
            let Some(last) = entries.last() else { break };
            after = Some(last.key.sort().to_owned());
            for entry in &entries {
                let record: UploadRecord = parse(entry)?;
                if let Ok(upload) = UploadId::try_from(entry.key.sort().to_owned()) {
                    let upload = UploadRef { tenant: tenant.clone(), upload };
                    let project = self.announcement(&upload).await?.and_then(|announcement| announcement.project);
                    self.list_upload(&upload, project.as_ref(), record.received_at_ms).await?;
                }
            }
        }
        self.create(&complete, &true).await?;
        Ok(())
    }

    /// Removes a place in the lists that an upload no longer has.
    pub(crate) async fn unlist_upload(
        &self,
        upload: &UploadRef,
        project: Option<&ProjectId>,
        received_at_ms: u64,
    ) -> Result<(), RecordsError> {
        self.ledger.delete(&LedgerKey::listed_upload(upload, received_at_ms)).await?;
        if let Some(project) = project {
            self.ledger.delete(&LedgerKey::upload_in_project(upload, project, received_at_ms)).await?;
        }
        Ok(())
    }

    /// What was announced of an upload, or `None` when it was not announced.
    pub async fn announcement(&self, upload: &UploadRef) -> Result<Option<Announcement>, RecordsError> {
        self.load(&LedgerKey::announcement(upload)).await
    }

    /// Notes what is announced of an upload; the last announcement counts.
    pub(crate) async fn note_announcement(
        &self,
        upload: &UploadRef,
        announcement: &Announcement,
    ) -> Result<(), RecordsError> {
        let key = LedgerKey::announcement(upload);
        if !self.create(&key, announcement).await? {
            self.update(key, |known: &mut Announcement| known.clone_from(announcement)).await?;
        }
        Ok(())
    }

    /// Writes the record of an upload over whatever was known of it, and answers what that was.
    pub(crate) async fn bring_upload(
        &self,
        upload: &UploadRef,
        record: &UploadRecord,
    ) -> Result<Option<UploadRecord>, RecordsError> {
        let key = LedgerKey::upload(upload);
        if self.create(&key, record).await? {
            return Ok(None);
        }
        let (before, _) = self.update(key, |known: &mut UploadRecord| known.clone_from(record)).await?;
        Ok(Some(before))
    }

    /// The record of a project, or `None`.
    pub async fn project(&self, project: &ProjectRef) -> Result<Option<ProjectRecord>, RecordsError> {
        self.load(&LedgerKey::project(project)).await
    }

    /// Writes the record of a new project; `false` when the project is known already, and nothing is changed.
    pub async fn create_project(&self, project: &ProjectRef, record: &ProjectRecord) -> Result<bool, RecordsError> {
        self.create(&LedgerKey::project(project), record).await
    }

    /// Gives a project its file; what belonged to it before keeps its own until it is brought again.
    pub async fn give_project_file(
        &self,
        project: &ProjectRef,
        file: &ProjectFileId,
    ) -> Result<ProjectRecord, RecordsError> {
        let give = |record: &mut ProjectRecord| record.file = Some(file.clone());
        Ok(self.update(LedgerKey::project(project), give).await?.1)
    }

    /// Up to `limit` projects of a tenant in the order of their ids, after the id `after`.
    pub async fn projects(
        &self,
        tenant: &TenantId,
        after: Option<&ProjectId>,
        limit: usize,
    ) -> Result<Vec<(ProjectId, ProjectRecord)>, RecordsError> {
        let partition = LedgerKey::projects_of(tenant);
        let entries = self.ledger.query(&partition, after.map(ProjectId::as_str), limit).await?;
        let mut projects = Vec::with_capacity(entries.len());
        for entry in &entries {
            if let Ok(project) = ProjectId::try_from(entry.key.sort().to_owned()) {
                projects.push((project, parse(entry)?));
            }
        }
        Ok(projects)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{DocumentId, UploadState};
    use ports::Host;
    use ports::memory::MemoryHost;

    #[tokio::test]
    async fn a_file_that_nobody_announced_is_listed_once() {
        let host = MemoryHost::default();
        let records = Records::new(host.ledger().unwrap());
        let tenant = TenantId::local();
        let upload = UploadRef { tenant: tenant.clone(), upload: UploadId::of_dropped("local/объект/КЖ.pdf") };
        for received_at_ms in [7, 8] {
            let file_name = "КЖ.pdf".to_owned();
            let record = UploadRecord::new(file_name, received_at_ms, UploadState::Received);
            assert_eq!(records.create_upload(&upload, &record).await.unwrap(), received_at_ms == 7);
        }
        let page = records.newest_uploads(&tenant, None, None, 10).await.unwrap();
        let listed: Vec<_> = page.uploads.iter().map(|listed| (&listed.upload, listed.record.received_at_ms)).collect();
        assert_eq!((listed, page.next), (vec![(&upload, 7)], None));
        let foreign = TenantId::try_from("other".to_owned()).unwrap();
        assert!(records.newest_uploads(&foreign, None, None, 10).await.unwrap().uploads.is_empty());
    }

    #[tokio::test]
    async fn what_a_crash_leaves_in_the_list_is_not_shown() {
        let host = MemoryHost::default();
        let records = Records::new(host.ledger().unwrap());
        let tenant = TenantId::local();
        let upload = UploadRef { tenant: tenant.clone(), upload: UploadId::of(&DocumentId::of(b""), "а.pdf") };
        records.list_upload(&upload, None, 5).await.unwrap();
        assert!(records.newest_uploads(&tenant, None, None, 1).await.unwrap().uploads.is_empty(), "it has no record");
        let record = UploadRecord::new("а.pdf", 3, UploadState::Received);
        records.create_upload(&upload, &record).await.unwrap();
        let page = records.newest_uploads(&tenant, None, None, 1).await.unwrap();
        let times: Vec<_> = page.uploads.iter().map(|listed| listed.record.received_at_ms).collect();
        assert_eq!((times, page.next), (vec![3], None));
    }

    #[tokio::test]
    async fn uploads_of_a_program_before_the_list_are_listed_once() {
        let host = MemoryHost::default();
        let ledger = host.ledger().unwrap();
        let records = Records::new(host.ledger().unwrap());
        let tenant = TenantId::local();
        for number in 0..250 {
            let upload = UploadId::of(&DocumentId::of(b""), &format!("{number}.pdf"));
            let key = LedgerKey::upload(&UploadRef { tenant: tenant.clone(), upload });
            let stored = format!(r#"{{"file_name":"{number}.pdf","received_at_ms":{number},"state":"received"}}"#);
            ledger.put(&key, &stored, ports::Expected::Absent).await.unwrap();
        }
        assert!(records.newest_uploads(&tenant, None, None, 300).await.unwrap().uploads.is_empty());
        records.list_known_uploads(&tenant).await.unwrap();
        let page = records.newest_uploads(&tenant, None, None, 300).await.unwrap();
        let times: Vec<_> = page.uploads.iter().map(|listed| listed.record.received_at_ms).collect();
        assert_eq!(times, (0..250).rev().collect::<Vec<_>>());
        let before = host.contents();
        records.list_known_uploads(&tenant).await.unwrap();
        assert!(host.contents() == before);
    }

    #[test]
    fn a_place_is_read_from_its_text_alone() {
        let text = "18446744073709551608-abc";
        let place = ListPlace::parse(text).unwrap();
        assert_eq!((place.received_at_ms, place.upload.as_str(), place.to_string().as_str()), (7, "abc", text));
        for wrong in ["", "x", "7-abc", "18446744073709551616-abc", "18446744073709551608-", "18446744073709551608-A"] {
            assert_eq!(ListPlace::parse(wrong), None, "{wrong}");
        }
    }
}
