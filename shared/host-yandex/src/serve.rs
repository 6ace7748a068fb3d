use crate::guard::guard;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use std::io;
use std::net::{Ipv6Addr, SocketAddr};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Largest request that Serverless Containers pass on, and that is taken.
pub const MAX_BODY_BYTES: usize = 3_584 << 10;

/// Opens a port on all addresses of the container.
pub async fn listen(port: u16) -> io::Result<TcpListener> {
    let everywhere = SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
    match TcpListener::bind(everywhere).await {
        Ok(listener) => Ok(listener),
        // A machine without IPv6.
        Err(_) => TcpListener::bind(SocketAddr::from(([0, 0, 0, 0], port))).await,
    }
}

/// Serves a router until the process is asked to stop (`SIGTERM`, `SIGINT`): requests under way are finished, new ones
/// are not taken. Each request stands in the log by its `X-Request-Id`, a panic becomes a 500, and a body of more than
/// [`MAX_BODY_BYTES`] a 413.
pub async fn serve_router(router: Router, listener: TcpListener) -> io::Result<()> {
    serve_until(router, listener, std::future::pending()).await
}

/// The same; it is stopped by `end`, too.
pub(crate) async fn serve_until(
    router: Router,
    listener: TcpListener,
    end: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let stopped = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
            () = end => {}
        }
    };
    let guarded = router.layer(DefaultBodyLimit::max(MAX_BODY_BYTES)).layer(from_fn(guard));
    axum::serve(listener, guarded).with_graceful_shutdown(stopped).await
}
