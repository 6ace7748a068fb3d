/// From now on a panic of this process is logged by its place alone, for its text may quote a document. Hosts call it
/// when their log has been started.
pub fn log_panics_by_place() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        tracing::error!(place, "a panic at {place}");
    }));
}
