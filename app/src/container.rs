//! `pto container`: one stage, or the API, as a serverless container of Yandex Cloud runs it. All its settings are
//! environment variables, as `infra/yandex` sets them.

use crate::cli::ContainerOptions;
use crate::{AppError, Exit, catalog};
use api::{Api, Caller};
use domain::StageName;
use host_yandex::{Surroundings, Unstartable, listen, serve_router, with_tenant};
use std::error::Error;

/// The name of the API among the roles.
const API: &str = "api";

/// What a container is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A stage, called by triggers.
    Stage(StageName),
    /// The API, called by the gateway.
    Api,
}

impl Role {
    /// Names of all roles: those of the stages, and `api`.
    pub fn names() -> impl Iterator<Item = &'static str> {
        StageName::ALL.into_iter().map(StageName::name).chain([API])
    }

    /// The role of this name.
    pub fn named(name: &str) -> Option<Self> {
        let stage = StageName::ALL.into_iter().find(|stage| stage.name() == name).map(Self::Stage);
        stage.or_else(|| (name == API).then_some(Self::Api))
    }
}

pub(crate) async fn run(options: ContainerOptions) -> Result<Exit, AppError> {
    match serve(options.role).await {
        Ok(()) => Ok(Exit::Done),
        Err(error) => Err(unstartable(&error)),
    }
}

async fn serve(role: Role) -> Result<(), Unstartable> {
    let surroundings = Surroundings::of_process().await?;
    match role {
        Role::Stage(stage) => catalog::serve_container(stage, &surroundings).await,
        Role::Api => {
            let routes = api::router(Api::build(surroundings.host())?);
            let routes = with_tenant(routes, surroundings.tenancy()?, |tenant| Caller { tenant });
            Ok(serve_router(routes, listen(surroundings.port()?).await?).await?)
        }
    }
}

fn unstartable(error: &Unstartable) -> AppError {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    let message = format!("контейнер не запустился: {error}{cause}.");
    let remedy = "Задайте переменные среды так, как их задаёт infra/yandex (README там же), и запустите снова.";
    match error {
        Unstartable::Missing(_) | Unstartable::Variable { .. } => {
            AppError { exit: Exit::MissingDependency, message, remedy: remedy.to_owned() }
        }
        Unstartable::Twice(_) | Unstartable::Serve(_) => AppError::failed(message, remedy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_known_by_its_name() {
        assert_eq!(Role::names().count(), StageName::ALL.len() + 1);
        for name in Role::names() {
            let role = Role::named(name).unwrap();
            assert_eq!(role == Role::Api, name == "api");
        }
        assert_eq!(Role::named("api "), None);
    }
}
