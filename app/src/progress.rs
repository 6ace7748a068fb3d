use indicatif::{ProgressBar, ProgressStyle};
use pipeline::{Standing, state_in_words};
use std::time::Duration;

/// The progress of one document on standard error: a bar over its pages, then the stage it is in. Where standard error is
/// no terminal, nothing is drawn.
pub(crate) struct DocumentBar {
    bar: ProgressBar,
}

impl DocumentBar {
    pub(crate) fn new(file_name: &str) -> Self {
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{prefix:30!} {bar:30} {pos}/{len} стр. {msg} {elapsed}");
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
        }
        bar.set_prefix(file_name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar }
    }

    pub(crate) fn show(&self, standing: &Standing) {
        self.bar.set_length(u64::from(standing.pages));
        self.bar.set_position(u64::from(standing.pages_read));
        self.bar.set_message(state_in_words(standing.state));
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
