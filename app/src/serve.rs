//! `pto serve`: upload, status with progress by the page, and results over HTTP on this computer, with a plain page.

mod routes;

use crate::cli::ServeOptions;
use crate::engine::Engine;
use crate::output::{reason, say};
use crate::telemetry::Metrics;
use crate::{AppError, Exit};
use tokio::net::TcpListener;

pub(crate) async fn run(options: ServeOptions) -> Result<Exit, AppError> {
    if !options.listen.ip().is_loopback() {
        return Err(AppError::bad_input(
            format!("адрес {} доступен другим компьютерам, а входа по паролю в этой версии нет.", options.listen),
            "Укажите адрес этого компьютера: --listen 127.0.0.1:8620.",
        ));
    }
    let engine = Engine::open(&options.data)?;
    let metrics = Metrics::start(engine.host())?;
    let busy = |error: std::io::Error| {
        AppError::failed(
            format!("адрес {} не открывается: {}.", options.listen, reason(&error)),
            "Остановите программу, которая занимает порт, или укажите другой: --listen 127.0.0.1:ПОРТ.",
        )
    };
    let listener = TcpListener::bind(options.listen).await.map_err(busy)?;
    let address = listener.local_addr().map_err(busy)?;
    say(format!("http://{address}/"))?;
    let routes = routes::routes(engine.api().await?, metrics, address);
    let stopped = async { drop(tokio::signal::ctrl_c().await) };
    let served = axum::serve(listener, routes).with_graceful_shutdown(stopped).await;
    engine.stop().await;
    served.map_err(|error| AppError::failed(format!("сервер остановился: {error}."), "Запустите его снова."))?;
    Ok(Exit::Done)
}
