//! Whatever bytes are given, the answer is a scenario or a list of mistakes, never a panic.
use std::sync::OnceLock;

use proptest::prelude::*;

use super::{Bench, delta};
use crate::scenario::testkit::{BASELINE, pack_files};
use crate::scenario::*;
use crate::units::Lang;

fn bench() -> &'static Bench {
    static BENCH: OnceLock<Bench> = OnceLock::new();
    BENCH.get_or_init(|| Bench::new(&[]))
}

/// Loads and says everything there is to say.
fn try_all(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let _ = source_decode(bytes);
    let inputs = [Input::Text { id: "x".into(), text }];
    match load(&inputs, &bench().options) {
        Ok(loaded) => {
            let _ = loaded.scenarios[0].resolved_toml();
            let _ = loaded.warnings.render(Lang::Zh, 80, true);
        }
        Err(e) => {
            assert!(e.has_errors());
            for l in e.list(Lang::Zh) {
                assert!(!l.message.is_empty());
            }
            let _ = (e.render(Lang::Zh, 80, false), e.render(Lang::En, 0, true), e.to_string());
        }
    }
}

fn source_decode(bytes: &[u8]) -> Result<String, Mistake> {
    super::super::source::decode(bytes).map_err(|u| u.mistake)
}

/// A valid file with some bytes overwritten, removed or put in.
fn mutate(text: &str, changes: &[(u32, u8, u8)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for &(at, what, byte) in changes {
        let n = at as usize % bytes.len().max(1);
        match what % 3 {
            0 if n < bytes.len() => bytes[n] = byte,
            1 if n < bytes.len() => drop(bytes.remove(n)),
            _ => bytes.insert(n, byte),
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        try_all(&bytes);
    }

    #[test]
    fn arbitrary_toml_like_text(text in "[\\[\\]{}=\"'.,#\n a-c0-9%policyrunmacroparams万元-]{0,200}") {
        try_all(text.as_bytes());
        try_all(delta(&text).as_bytes());
    }

    #[test]
    fn mutated_scenarios(changes in proptest::collection::vec((any::<u32>(), any::<u8>(), any::<u8>()), 1..8)) {
        try_all(&mutate(BASELINE, &changes));
    }

    #[test]
    fn mutated_packs(
        file in 0usize..7,
        changes in proptest::collection::vec((any::<u32>(), any::<u8>(), 32u8..127), 1..5),
    ) {
        let dir = tempfile::tempdir().unwrap();
        for (n, (name, text)) in pack_files().into_iter().enumerate() {
            let bytes = if n == file { mutate(&text, &changes) } else { text.into_bytes() };
            std::fs::write(dir.path().join(name), bytes).unwrap();
        }
        if let Err(e) = load_region(dir.path().to_str().unwrap(), &Options::default()) {
            assert!(e.has_errors());
            let _ = e.render(Lang::En, 80, false);
        }
    }
}

#[test]
fn long_nonsense_is_answered_soon() {
    let dates: Vec<String> =
        (0..20_000).map(|n| format!("{{from=\"20{:02}\",value=\"9%\"}}", n % 90)).collect();
    let bodies = [
        (0..60_000).map(|n| format!("k{n} = 1\n")).collect::<String>(),
        "= \n".repeat(200_000),
        format!("a = {}", "[".repeat(400_000)),
        format!("[a{}]", ".a".repeat(400_000)),
        format!("[policy.policy_rates]\nlpr_1y = [{}]", dates.join(",")),
        format!("title = \"{}\"\n", "字".repeat(250_000)),
    ];
    for (n, body) in bodies.iter().enumerate() {
        let begun = std::time::Instant::now();
        try_all(format!("schema = \"puhui/scenario/1\"\n{body}").as_bytes());
        assert!(begun.elapsed().as_secs() < 20, "body {n} took {:?}", begun.elapsed());
        println!("body {n}: {:?}", begun.elapsed());
    }
}
