use crate::problem::{Answer, Problem};
use crate::{Api, Caller, amendments, attachments, documents, jobs, links, project_file, projects, uploads};
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn, map_response};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};

/// What a route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// Make a project.
    CreateProject,
    /// All projects.
    ListProjects,
    /// One project.
    ShowProject,
    /// Give a project its file.
    PutProjectFile,
    /// The file of a project.
    ShowProjectFile,
    /// Keep a file that a project file names.
    KeepAttachment,
    /// Announce a file and get a link to send it.
    CreateUpload,
    /// Send an announced file to this server.
    ReceiveContent,
    /// Send a file to this server in one request.
    CreateJob,
    /// The newest uploads.
    ListJobs,
    /// How far an upload is.
    ShowJob,
    /// Links of all results of a document.
    ListLinks,
    /// Change values of a document.
    PutEdits,
    /// Add a workbook to the specification of a document.
    PutSpecification,
    /// One result of a document.
    ShowResult,
}

/// A row of the table of routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// `GET`, `POST` or `PUT`.
    pub method: &'static str,
    /// The path, with parameters in braces.
    pub path: &'static str,
    /// What it does; its name in `docs/openapi.json`.
    pub operation: Operation,
}

/// All routes: the router is built from this table, and `docs/openapi.json` is compared with it.
pub const ROUTES: [Route; 15] = [
    Route { method: "POST", path: "/v1/projects", operation: Operation::CreateProject },
    Route { method: "GET", path: "/v1/projects", operation: Operation::ListProjects },
    Route { method: "GET", path: "/v1/projects/{id}", operation: Operation::ShowProject },
    Route { method: "PUT", path: "/v1/projects/{id}/file", operation: Operation::PutProjectFile },
    Route { method: "GET", path: "/v1/projects/{id}/file", operation: Operation::ShowProjectFile },
    Route { method: "POST", path: "/v1/attachments", operation: Operation::KeepAttachment },
    Route { method: "POST", path: "/v1/uploads", operation: Operation::CreateUpload },
    Route { method: "PUT", path: "/v1/uploads/{id}/content", operation: Operation::ReceiveContent },
    Route { method: "POST", path: "/v1/jobs", operation: Operation::CreateJob },
    Route { method: "GET", path: "/v1/jobs", operation: Operation::ListJobs },
    Route { method: "GET", path: "/v1/jobs/{id}", operation: Operation::ShowJob },
    Route { method: "GET", path: "/v1/documents/{id}/links", operation: Operation::ListLinks },
    Route { method: "PUT", path: "/v1/documents/{id}/edits", operation: Operation::PutEdits },
    Route { method: "PUT", path: "/v1/documents/{id}/specification", operation: Operation::PutSpecification },
    Route { method: "GET", path: "/v1/documents/{id}/{*path}", operation: Operation::ShowResult },
];

impl Operation {
    fn handler(self, method: MethodFilter) -> MethodRouter<Api> {
        match self {
            Self::CreateProject => on(method, projects::create_project),
            Self::ListProjects => on(method, projects::list_projects),
            Self::ShowProject => on(method, projects::show_project),
            Self::PutProjectFile => on(method, project_file::put_project_file),
            Self::ShowProjectFile => on(method, project_file::show_project_file),
            Self::KeepAttachment => on(method, attachments::keep_attachment),
            Self::CreateUpload => on(method, uploads::create_upload),
            Self::ReceiveContent => on(method, uploads::receive_content),
            Self::CreateJob => on(method, uploads::create_job),
            Self::ListJobs => on(method, jobs::list_jobs),
            Self::ShowJob => on(method, jobs::show_job),
            Self::ListLinks => on(method, links::list_links),
            Self::PutEdits => on(method, amendments::put_edits),
            Self::PutSpecification => on(method, amendments::put_specification),
            Self::ShowResult => on(method, documents::show_result),
        }
    }
}

/// The routes, their fallbacks, and what holds for every answer. The extension [`Caller`] must be set by a layer
/// around it.
pub fn router(api: Api) -> Router {
    let routed = ROUTES.iter().fold(Router::new(), |router, route| {
        let method = match route.method {
            "POST" => MethodFilter::POST,
            "PUT" => MethodFilter::PUT,
            _ => MethodFilter::GET,
        };
        router.route(route.path, route.operation.handler(method))
    });
    routed
        .fallback(|| async { Problem::not_found("Такой страницы нет.") })
        .method_not_allowed_fallback(|| async {
            Problem::not_allowed("Так этот адрес не вызывают.")
        })
        .with_state(api)
        .layer(from_fn(only_callers))
        .layer(map_response(unsniffed))
}

/// Refuses requests of nobody.
async fn only_callers(request: Request, next: Next) -> Answer {
    if request.extensions().get::<Caller>().is_none() {
        return Err(Problem::forbidden("Не известно, от чьего имени этот запрос. Войдите и повторите."));
    }
    Ok(next.run(request).await)
}

/// Browsers must not guess types: results are made of users' files.
async fn unsniffed(mut response: Response) -> Response {
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
