use crate::file_name::file_name;
use crate::jobs::{known_project, unknown, upload_of};
use crate::problem::{Answer, Problem};
use crate::{Api, Caller};
use axum::body::{Body, to_bytes};
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bytes::Bytes;
use domain::{Announcement, BlobKey, DocumentId, TenantId, UploadRef, UtcTime};
use pipeline::{Announced, AnnouncedFile};
use ports::compute;
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
pub(crate) struct NewUpload {
    name: String,
    size_bytes: u64,
    sha256: String,
    project: Option<String>,
}

/// `POST /v1/uploads {name, size_bytes, sha256, project?}` → `201`, the job and where to send the file; `202` and no
/// link when the bytes are known already.
pub(crate) async fn create_upload(
    State(api): State<Api>,
    Extension(Caller { tenant }): Extension<Caller>,
    new: Result<Json<NewUpload>, JsonRejection>,
) -> Answer {
    let wrong =
        |_| Problem::bad_request("Укажите файл: {\"name\": \"КЖ.pdf\", \"size_bytes\": 1234, \"sha256\": \"…\"}.");
    let Json(new) = new.map_err(wrong)?;
    let name = file_name(&new.name).ok_or_else(wrong_name)?;
    let document = sha256(new.sha256).ok_or_else(|| {
        Problem::bad_request("Поле sha256: хеш SHA-256 содержимого файла, 64 шестнадцатеричных знака.")
    })?;
    match new.size_bytes {
        0 => {
            return Err(Problem::bad_request(format!(
                "Файл «{name}» пуст (0 байт). Выгрузите чертежи в PDF ещё раз и загрузите снова."
            )));
        }
        size if size > api.largest_bytes => return Err(too_large(&name, api.largest_bytes)),
        _ => {}
    }
    let (project, project_file) = known_project(&api, &tenant, new.project).await?.unzip();
    let project_file = project_file.flatten();
    let file = AnnouncedFile { tenant, name, document, size_bytes: new.size_bytes, project, project_file };
    let upload = file.upload();
    let announced = api.intake.announce(&file).await?;
    let (status, link) = match announced {
        Announced::AwaitsBytes => (StatusCode::CREATED, api.place_to_send(&upload, &file).await?),
        Announced::Queued | Announced::Done => (StatusCode::ACCEPTED, Value::Null),
    };
    let job = api.known_job(&upload).await?;
    let location = format!("/v1/jobs/{}", upload.upload);
    Ok((status, [(header::LOCATION, location)], Json(json!({ "job": job, "upload": link }))).into_response())
}

/// `PUT /v1/uploads/{id}/content` with the announced bytes → `202` and the job.
pub(crate) async fn receive_content(
    State(api): State<Api>,
    Extension(Caller { tenant }): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    body: Body,
) -> Answer {
    let upload = upload_of(tenant, id)?;
    let announcement = api.records.announcement(&upload).await?.ok_or_else(unknown)?;
    let record = api.records.upload(&upload).await?.ok_or_else(unknown)?;
    api.must_take_bytes(&upload.tenant).await?;
    let name = record.file_name;
    let other = || {
        Problem::other_content(format!(
            "Содержимое файла «{name}» не то, что было объявлено: не совпал размер или SHA-256. Объявите файл заново."
        ))
    };
    let limit = usize::try_from(announcement.size_bytes).map_err(|_too_large| too_large(&name, api.largest_bytes))?;
    let bytes = to_bytes(body, limit).await.map_err(|error| {
        tracing::info!(%error, "an announced upload was not received whole");
        other()
    })?;
    if bytes.len() != limit || api.hash(&bytes).await? != announcement.document {
        return Err(other());
    }
    let Announcement { document, size_bytes, project, project_file } = announcement;
    let file = AnnouncedFile { tenant: upload.tenant, name, document, size_bytes, project, project_file };
    api.accepted(&file, bytes).await
}

#[derive(Deserialize)]
pub(crate) struct NewJob {
    name: String,
    project: Option<String>,
}

/// `POST /v1/jobs?name=&project=` with the file as the body → `202` and the job.
pub(crate) async fn create_job(
    State(api): State<Api>,
    Extension(Caller { tenant }): Extension<Caller>,
    new: Result<Query<NewJob>, QueryRejection>,
    body: Body,
) -> Answer {
    let unnamed = |_| Problem::bad_request("Укажите имя файла: POST /v1/jobs?name=ИМЯ.pdf.");
    let Query(new) = new.map_err(unnamed)?;
    let name = file_name(&new.name).ok_or_else(wrong_name)?;
    api.must_take_bytes(&tenant).await?;
    let (project, project_file) = known_project(&api, &tenant, new.project).await?.unzip();
    let project_file = project_file.flatten();
    let limit = usize::try_from(api.largest_bytes).unwrap_or(usize::MAX);
    let bytes = to_bytes(body, limit).await.map_err(|error| {
        tracing::info!(%error, "an upload was not received whole");
        Problem::too_large(format!(
            "Файл «{name}» не принят целиком: связь прервалась или он больше {} МБ. Повторите загрузку или разделите комплект.",
            api.largest_bytes >> 20
        ))
    })?;
    let document = api.hash(&bytes).await?;
    let file = AnnouncedFile { tenant, name, document, size_bytes: bytes.len() as u64, project, project_file };
    api.accepted(&file, bytes).await
}

impl Api {
    /// `202` and the job of a file whose bytes are at hand.
    async fn accepted(&self, file: &AnnouncedFile, bytes: Bytes) -> Answer {
        let upload = self.intake.take(file, bytes).await?;
        let job = self.known_job(&upload).await?;
        let location = format!("/v1/jobs/{}", upload.upload);
        Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(job)).into_response())
    }

    /// Where a client sends an announced file: a signed link, or this API itself.
    async fn place_to_send(&self, upload: &UploadRef, file: &AnnouncedFile) -> Result<Value, Problem> {
        let link = self.links.upload(&BlobKey::upload(upload), file.size_bytes, &file.document).await?;
        Ok(match link {
            Some(link) => {
                let headers: Map<String, Value> =
                    link.headers.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
                let expires_at = UtcTime::of_ms(link.expires_at_ms).to_string();
                json!({ "method": "PUT", "url": link.url, "headers": headers, "expires_at": expires_at })
            }
            None => json!({
                "method": "PUT",
                "url": format!("/v1/uploads/{}/content", upload.upload),
                "headers": {},
                "expires_at": null,
            }),
        })
    }

    /// Refuses bytes where clients send them to the store: a function takes 6 MB at most. Whether the host gives links
    /// does not depend on the file, so one for no file tells.
    async fn must_take_bytes(&self, tenant: &TenantId) -> Result<(), Problem> {
        let empty = DocumentId::of(b"");
        let file = AnnouncedFile {
            tenant: tenant.clone(),
            name: String::new(),
            document: empty.clone(),
            size_bytes: 1,
            project: None,
            project_file: None,
        };
        match self.links.upload(&BlobKey::upload(&file.upload()), file.size_bytes, &empty).await? {
            Some(_) => Err(Problem::too_large(
                "Этот сервер не принимает файлы сам: получите ссылку запросом POST /v1/uploads и отправьте файл по ней.",
            )),
            None => Ok(()),
        }
    }

    pub(crate) async fn hash(&self, bytes: &Bytes) -> Result<DocumentId, Problem> {
        let hashed = bytes.clone();
        Ok(compute(self.compute.as_ref(), move || DocumentId::of(&hashed)).await?)
    }
}

fn wrong_name() -> Problem {
    Problem::bad_request("Укажите имя файла в параметре name: не длиннее 255 байт, без управляющих знаков.")
}

fn too_large(name: &str, largest_bytes: u64) -> Problem {
    Problem::too_large(format!(
        "Файл «{name}» слишком велик: предел {} МБ. Разделите комплект на тома и загрузите их по отдельности.",
        largest_bytes >> 20
    ))
}

fn sha256(text: String) -> Option<DocumentId> {
    let text = text.to_ascii_lowercase();
    let hexadecimal = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    DocumentId::try_from(text).ok().filter(|_| hexadecimal)
}
