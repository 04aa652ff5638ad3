//! Tests of the results folder: nothing half written, nothing foreign lost.

use super::*;

fn manifest(hash: &str, status: &str) -> String {
    format!(
        "{{\"format\":\"{FORMAT}\",\"hash\":\"{hash}\",\"status\":\"{status}\",\"counts\":{{\"failed\":2}}}}"
    )
}

fn names(dir: &Path) -> Vec<String> {
    fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn nothing_is_left_of_what_was_not_committed() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("out");
    let store = Store::begin(&place, "h", false, false).unwrap();
    store.file("scenarios/a.toml", b"x").unwrap();
    assert!(!place.exists());
    drop(store);
    assert!(names(home.path()).is_empty());
    // Nor of the folders around it, unless somebody has put something there.
    let begin = || Store::begin(&home.path().join("results/deep/out"), "h", false, false).unwrap();
    drop(begin());
    assert!(names(home.path()).is_empty());
    let store = begin();
    fs::write(home.path().join("results/mine"), "x").unwrap();
    drop(store);
    assert_eq!(names(&home.path().join("results")), ["mine"]);
    drop(begin());
    assert_eq!(names(&home.path().join("results")), ["mine"]);
}

#[test]
fn results_appear_whole_and_are_replaced_only_when_told() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("deep/er/out");
    let write = |hash: &str, force| -> Result<PathBuf, StoreError> {
        let store = Store::begin(&place, hash, force, true)?;
        store.file("manifest.json", manifest(hash, "complete").as_bytes())?;
        store.commit()
    };
    write("one", false).unwrap();
    assert_eq!(standing(&place, "one").unwrap(), Standing::Same { failed: 2 });
    assert!(matches!(write("two", false), Err(StoreError::Occupied(_))));
    assert!(matches!(write("one", false), Err(StoreError::Occupied(_))));
    write("two", true).unwrap();
    assert_eq!(standing(&place, "two").unwrap(), Standing::Same { failed: 2 });
    assert_eq!(names(place.parent().unwrap()), ["out"]);
}

#[test]
fn an_incomplete_result_is_redone_and_a_foreign_folder_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("out");
    fs::create_dir(&place).unwrap();
    assert_eq!(standing(&place, "h").unwrap(), Standing::Free);
    fs::write(place.join("manifest.json"), manifest("h", "running")).unwrap();
    drop(Store::begin(&place, "h", false, false).unwrap());
    fs::write(place.join("manifest.json"), "my own").unwrap();
    for force in [false, true] {
        assert!(matches!(Store::begin(&place, "h", force, false), Err(StoreError::Foreign(_))));
    }
}

#[test]
fn a_file_of_somebodys_own_is_never_replaced() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("out");
    let write = |hash: &str, meanwhile: &dyn Fn()| -> Result<PathBuf, StoreError> {
        let store = Store::begin(&place, hash, true, true)?;
        store.file("scenarios/a.toml", b"x")?;
        let plain = manifest(hash, "complete");
        let plain = plain.strip_suffix('}').unwrap();
        let listed = format!("{plain},\"files\":{{\"scenarios/a.toml\":\"{}\"}}}}", blake3::hash(b"x"));
        store.file(MANIFEST, listed.as_bytes())?;
        meanwhile();
        store.commit()
    };
    write("one", &|| ()).unwrap();
    fs::create_dir_all(place.join("figures/zh")).unwrap();
    let figure = place.join("figures/zh/effects.svg");
    fs::write(&figure, "drawn").unwrap();
    note_drawn(&place, &[figure]).unwrap();
    write("two", &|| ()).unwrap();
    let mine = place.join("figures/zh/mine.docx");
    let put = || {
        fs::create_dir_all(place.join("figures/zh")).unwrap();
        fs::write(&mine, "mine").unwrap();
    };
    // Put there while the run was at work, or before: it stays, and what is ours is made anew.
    for (hash, meanwhile) in [("three", &put as &dyn Fn()), ("four", &|| ())] {
        write(hash, meanwhile).unwrap();
        assert_eq!(standing(&place, hash).unwrap(), Standing::Same { failed: 2 });
        assert_eq!(fs::read_to_string(&mine).unwrap(), "mine");
        assert!(!place.join("figures/zh/effects.svg").exists(), "drawn from other results");
        assert_eq!(names(home.path()), ["out"]);
    }
    // Under a name the program needs it is in the way.
    fs::write(place.join(MANIFEST), manifest("four", "complete")).unwrap();
    let refused = write("five", &|| ()).unwrap_err();
    let said = [refused.to_string(), refused.message(Lang::Zh)];
    assert!(refused.is_users() && said.iter().all(|s| s.contains("scenarios/a.toml")), "{refused}");
    assert_eq!(fs::read_to_string(&mine).unwrap(), "mine");
}

#[test]
fn a_file_put_into_an_empty_place_meanwhile_stays() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("out");
    fs::create_dir(&place).unwrap();
    let store = Store::begin(&place, "h", false, false).unwrap();
    store.file(MANIFEST, manifest("h", "complete").as_bytes()).unwrap();
    fs::write(place.join("notes.txt"), "mine").unwrap();
    store.commit().unwrap();
    assert_eq!(fs::read_to_string(place.join("notes.txt")).unwrap(), "mine");
}

#[test]
fn a_plan_is_run_by_one_at_a_time_and_found_again() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("out");
    let store = Store::begin(&place, "one", false, false).unwrap();
    assert!(matches!(Store::begin(&place, "one", false, false), Err(StoreError::Busy(_))));
    let other = Store::begin(&place, "two", false, false).unwrap();
    let part = |s: &Store| fs::write(s.work().join("parts/0000000.part"), "kept").unwrap();
    part(&store);
    part(&other);
    drop(store);
    let store = Store::begin(&place, "one", false, false).unwrap();
    assert_eq!(store.parts().count(), 1);
    store.file(MANIFEST, manifest("one", "complete").as_bytes()).unwrap();
    store.commit().unwrap();
    // The work of a run still going is not swept away, only what nobody uses.
    assert_eq!(names(home.path()).len(), 2);
    drop(other);
    assert_eq!(names(home.path()).len(), 2);
    sweep(&place);
    assert_eq!(names(home.path()), ["out"]);
}

#[test]
fn results_moved_away_by_a_killed_run_come_back() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("out");
    let old = work_folder(&place, "two").join("old");
    fs::create_dir_all(&old).unwrap();
    fs::write(old.join(MANIFEST), manifest("one", "complete")).unwrap();
    assert!(matches!(Store::begin(&place, "two", false, false), Err(StoreError::Occupied(_))));
    assert_eq!(standing(&place, "one").unwrap(), Standing::Same { failed: 2 });
    drop(Store::begin(&place, "two", true, false).unwrap());
    assert_eq!(names(home.path()), ["out"]);
}

#[test]
fn hashes_tell_parts_apart_and_stay() {
    assert_ne!(hash_parts(["ab", "c"]), hash_parts(["a", "bc"]));
    assert_eq!(&hash_parts(["puhui", "1"])[..8], &hash_parts(["puhui", "1"])[..8]);
}

#[test]
fn a_disk_mounted_at_the_place_is_known() {
    let home = tempfile::tempdir().unwrap();
    assert!(!is_mount(home.path()) && !is_mount(&home.path().join("none")));
    if cfg!(target_os = "linux") {
        assert!(is_mount(Path::new("/proc")));
    }
}
