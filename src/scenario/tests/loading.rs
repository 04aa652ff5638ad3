//! What good files become.

use crate::scenario::testkit::{pack_files, write_library};
use crate::scenario::*;
use crate::units::{Lang, Month};

#[test]
fn the_tiny_pack_loads_whole() {
    let dir = tempfile::tempdir().unwrap();
    write_library(dir.path(), &[]);
    let options = Options { library: Shelf::Folder(dir.path().to_path_buf()) };
    let pack = load_region("yongchuan", &options).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(pack.region.start, Month::new(2019, 1));
    assert_eq!(pack.region.townships.len(), 2);
    assert!(pack.provenance.iter().any(|s| s.key == "lenders.bank_a.ticket_min"));
    assert!(pack.provenance.iter().all(|s| !s.provenance.source.is_empty()));
    assert_eq!(pack_files().len(), 7);
    let by_dir = load_region(dir.path().join("regions/yongchuan").to_str().unwrap(), &Options::default());
    assert_eq!(by_dir.unwrap_or_else(|e| panic!("{e}")), pack);
}

/// Looks at the pack named by PUHUI_PACK; for writing packs.
#[test]
#[ignore = "needs PUHUI_LIBRARY"]
fn a_library_elsewhere_loads() {
    let dir = std::env::var("PUHUI_LIBRARY").unwrap();
    let options = Options { library: Shelf::Folder(dir.into()) };
    match shipped(&options) {
        Ok(s) => println!("{} scenarios", s.loaded.scenarios.len()),
        Err(e) => panic!("{e}\n{}", e.render(Lang::Zh, 110, false)),
    }
}
