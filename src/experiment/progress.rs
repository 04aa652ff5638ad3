//! How far a run is: a bar on stderr whose unit is one month of one simulated world, so that the
//! time left follows the work left. Hidden where stderr is no terminal.
//! What is said beside the bar comes from `cli`; nothing here is part of the results.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The bar, or nothing.
#[derive(Debug, Clone)]
pub struct Progress(ProgressBar);

impl Progress {
    /// No bar at all.
    pub fn hidden() -> Progress {
        Progress(ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()))
    }

    /// A bar on stderr; `template` in indicatif's language, with `{msg}` for the replications.
    pub fn bar(template: &str) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(5));
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Progress(bar)
    }

    /// Announces the work up to the next stop: months of simulation and replications.
    pub fn plan(&self, months: u64, replications: u32) {
        self.0.set_length(months);
        self.0.set_message(replications.to_string());
    }
    /// Corrects the work there is.
    pub fn length(&self, months: u64) {
        self.0.set_length(months);
    }
    /// What stands for `{msg}`.
    pub fn say(&self, text: &str) {
        self.0.set_message(text.to_owned());
    }
    pub fn tick(&self, months: u64) {
        self.0.inc(months);
    }
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
