//! Whatever bytes stand in a scenario file, the answer is a scenario or a list of mistakes.
//! A good corpus to begin with is `scenarios/*.toml`; the same on stable is `examples/fuzz.rs`.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use puhui::scenario::{DEFAULT_REGION, Input, Options, load, load_region};
use puhui::units::Lang;

static OPTIONS: LazyLock<Options> = LazyLock::new(|| {
    let pack = load_region(DEFAULT_REGION, &Options::default()).expect("the shipped pack");
    Options { pack: Some(Arc::new(pack)), ..Options::default() }
});

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes).into_owned();
    match load(&[Input::Text { id: "x".into(), text }], &OPTIONS) {
        Ok(loaded) => assert!(!loaded.scenarios[0].resolved_toml().is_empty()),
        Err(mistakes) => assert!(!mistakes.render(Lang::Zh, 80, false).is_empty()),
    }
});
