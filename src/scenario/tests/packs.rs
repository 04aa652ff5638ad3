//! Region packs: whole ones load with their provenance, broken ones are refused with every mistake.

use std::fs;

use super::Bench;
use crate::scenario::testkit::pack_files;
use crate::scenario::*;
use crate::units::{Lang, Month};

#[test]
fn the_tiny_pack_loads_whole() {
    let bench = Bench::new(&[]);
    let pack = load_region("yongchuan", &bench.options).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(pack.region.start, Month::new(2019, 1));
    assert_eq!(pack.region.townships.len(), 2);
    assert_eq!(pack.region.paths.outside_npl.len(), 2);
    assert_eq!(pack.region.paths.crop_price.len(), 1);
    assert!(pack.provenance.iter().any(|s| s.key == "lenders.bank_a.ticket_min"));
    assert!(pack.provenance.iter().any(|s| s.key == "parameters.need_share.farm"));
    assert!(pack.provenance.iter().all(|s| !s.provenance.source.is_empty()));
    let by_dir = load_region(bench.path("regions/yongchuan").to_str().unwrap(), &Options::default());
    assert_eq!(by_dir.unwrap_or_else(|e| panic!("{e}")), pack);
}

/// The codes and keys found after `change` was made in one file of the pack.
fn broken(file: &str, change: impl Fn(&str) -> String) -> Vec<(String, String)> {
    let bench = Bench::new(&[]);
    let (_, text) = pack_files().into_iter().find(|(name, _)| *name == file).unwrap();
    let changed = change(&text);
    assert_ne!(changed, text, "the change must change something");
    fs::write(bench.path("regions/yongchuan").join(file), changed).unwrap();
    let errors = load_region("yongchuan", &bench.options).unwrap_err();
    errors.list(Lang::En).into_iter().map(|l| (l.code.to_owned(), l.key)).collect()
}

fn one(found: Vec<(String, String)>, code: &str, key: &str) {
    assert_eq!(found, [(code.to_owned(), key.to_owned())]);
}

#[test]
fn each_mistake_of_a_pack_is_named() {
    let sheet = "townships.toml";
    one(broken(sheet, |t| t.replace("unit = \"flag\"", "unit = \"count\"")), "wrong-unit", "columns.urban");
    one(
        broken(sheet, |t| t.replacen("\"weight.farm\" = \"50%\"", "\"weight.farm\" = \"40%\"", 1)),
        "sum-not-one",
        "weight.farm",
    );
    one(broken(sheet, |t| t.replacen("id = \"west\"", "id = \"east\"", 1)), "duplicate-row", "id");
    one(broken(sheet, |t| t.replacen("\"crop.tea\" = 50\n", "", 1)), "missing", "east.crop.tea");
    one(
        broken(sheet, |t| t.replacen("\"crop.tea\" = 50\n", "\"crop.tae\" = 1\n\"crop.tea\" = 50\n", 1)),
        "unknown-name",
        "east.crop.tae",
    );
    one(
        broken(sheet, |t| t.replacen("source = \"test\"", "source = \" \"", 1)),
        "no-source",
        "columns.urban",
    );
    one(
        broken(sheet, |t| t.replacen("class = \"assumption\"", "class = \"guess\"", 1)),
        "unknown-name",
        "columns.urban.class",
    );
    let crowd = |t: &str| {
        let row = &t[t.rfind("[[rows]]").expect("a row")..];
        let more: String =
            (0..16).map(|n| row.replace("id = \"bank_b\"", &format!("id = \"b{n}\""))).collect();
        format!("{t}\n{more}")
    };
    let found = broken("lenders.toml", crowd);
    assert!(found.contains(&("too-many-rows".to_owned(), "rows".to_owned())), "{found:?}");
    let lenders = "lenders.toml";
    let found = broken(lenders, |t| t.replacen("range = [0, 3]", "range = [0, 1]", 1));
    let both =
        ["bank_a.digital", "bank_b.digital"].map(|k| ("outside-plausible-range".to_owned(), k.to_owned()));
    assert_eq!(found, both);
}

#[test]
fn cells_may_carry_their_own_provenance() {
    let bench = Bench::new(&[]);
    let dir = bench.path("regions/yongchuan");
    let (_, text) = pack_files().into_iter().find(|(name, _)| *name == "lenders.toml").unwrap();
    let text = text.replacen(
        "\"digital\" = 1.5",
        "digital = { value = 2, class = \"official\", source = \"yearbook\" }",
        1,
    );
    fs::write(dir.join("lenders.toml"), text).unwrap();
    let pack = load_region("yongchuan", &bench.options).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(pack.region.lenders[0].digital, 2.0);
    let own = pack.provenance.iter().find(|s| s.key == "lenders.bank_a.digital").unwrap();
    assert_eq!((own.provenance.class, own.provenance.source.as_str()), (Evidence::Official, "yearbook"));
}

#[test]
fn mistakes_of_all_files_of_a_pack_come_at_once() {
    let bench = Bench::new(&[]);
    let dir = bench.path("regions/yongchuan");
    fs::remove_file(dir.join("guarantors.toml")).unwrap();
    let edit = |name: &str, from: &str, to: &str| {
        let text = fs::read_to_string(dir.join(name)).unwrap();
        assert!(text.contains(from), "{name}: {from}");
        fs::write(dir.join(name), text.replacen(from, to, 1)).unwrap();
    };
    edit("region.toml", "2019-01", "2019-13");
    edit("parameters.toml", "[tenor]", "[tenour]");
    edit("sectors.toml", "id = \"tea\"", "id = 3");
    let errors = load_region("yongchuan", &bench.options).unwrap_err();
    let mut codes: Vec<&str> = errors.list(Lang::En).iter().map(|l| l.code).collect();
    codes.sort();
    assert_eq!(codes, ["bad-date", "file-missing", "missing", "unknown-name", "wrong-type"], "{errors}");
    assert!(errors.to_string().contains("did you mean `tenor`?"), "{errors}");
    let none = load_region("nowhere", &bench.options).unwrap_err();
    assert_eq!(none.list(Lang::En).len(), 1);
}

#[test]
fn the_shipped_list_is_the_folder() {
    fn walk(dir: &std::path::Path, prefix: &str, out: &mut Vec<String>) {
        for entry in fs::read_dir(dir).unwrap().flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{name}/"), out);
            } else if name.ends_with(".toml") {
                out.push(name);
            }
        }
    }
    let mut on_disk = Vec::new();
    walk(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"), "", &mut on_disk);
    on_disk.sort();
    let listed: Vec<&str> = SHIPPED.iter().map(|(path, _)| *path).collect();
    assert_eq!(listed, on_disk);
}

#[test]
fn what_is_shipped_loads_and_resolves_to_itself() {
    check_library(&Options::default());
}

/// Checks the library in the folder PUHUI_LIBRARY: a help for writing packs.
#[test]
#[ignore = "needs PUHUI_LIBRARY"]
fn a_library_elsewhere_loads() {
    let dir = std::env::var("PUHUI_LIBRARY").unwrap();
    check_library(&Options { library: Shelf::Folder(dir.into()), ..Options::default() });
}

fn check_library(options: &Options) {
    let s = shipped(options).unwrap_or_else(|e| panic!("{}", e.render(Lang::En, 110, false)));
    assert_eq!(s.loaded.scenarios.len(), s.comparison.scenarios.len() + 1);
    assert!(s.loaded.warnings.is_empty(), "{}", s.loaded.warnings);
    for scenario in &s.loaded.scenarios {
        println!("{}", scenario.understood(&s.loaded.scenarios[0], Lang::Zh));
        println!("{}", scenario.understood(&s.loaded.scenarios[0], Lang::En));
        let input = [Input::Text { id: scenario.id.clone(), text: scenario.resolved_toml() }];
        let back = load(&input, options).unwrap_or_else(|e| panic!("{e}")).scenarios.remove(0);
        assert_eq!((&back.policy, &back.params), (&scenario.policy, &scenario.params));
        assert_eq!((&back.region, back.run), (&scenario.region, scenario.run));
    }
}
