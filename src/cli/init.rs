//! `puhui init DIR`: a folder a person can start from, with the baseline and a handful of commented
//! scenarios and one design, nothing else. Their texts stand in `assets/starter/`, by language; a test checks them
//! like any scenario. A folder with something in it is left alone unless told otherwise.

use std::fs;
use std::io;
use std::path::Path;

use crate::scenario::SHIPPED;
use crate::units::Lang;

use super::args::InitArgs;
use super::words::{Say, say};
use super::{Exit, Failure, language, print};

macro_rules! starter {
    ($($name:literal)*) => {
        /// Name, Chinese text, English text.
        const STARTER: &[(&str, &str, &str)] = &[$((
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/starter/zh/", $name)),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/starter/en/", $name)),
        )),*];
    };
}

starter! {
    "compensation-fund.toml"
    "designs/guarantee-fee.toml"
    "guarantee-fee.toml"
    "npl-tolerance.toml"
    "package.toml"
    "relending-quota.toml"
    "support-ratio.toml"
}

/// Every file of the folder, the baseline first.
fn files(lang: Lang) -> impl Iterator<Item = (&'static str, &'static str)> {
    let baseline = SHIPPED.iter().filter(|(path, _)| *path == "baseline.toml").copied();
    baseline.chain(STARTER.iter().map(move |(name, zh, en)| (*name, lang.pick(zh, en))))
}

/// Runs the command.
pub fn init(args: &InitArgs) -> Result<Exit, Failure> {
    let lang = language(args.lang);
    let shown = args.dir.display().to_string();
    let failed = |path: &Path, e: &io::Error| {
        Failure::fault(say(lang, Say::CannotWrite { path: &path.display().to_string(), why: &e.to_string() }))
    };
    match fs::read_dir(&args.dir).map(|mut entries| entries.next().is_some()) {
        Ok(true) if !args.force => {
            return Err(Failure::bad_input(say(lang, Say::NotEmpty(&shown))));
        }
        Ok(_) => {}
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(&args.dir).map_err(|e| failed(&args.dir, &e))?;
        }
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => {
            return Err(Failure::bad_input(say(lang, Say::NoFolder(&shown))));
        }
        Err(e) => return Err(failed(&args.dir, &e)),
    }
    let mut names = Vec::new();
    for (name, text) in files(lang) {
        // Whole or not at all: written beside its place and renamed.
        let (path, beside) = (args.dir.join(name), args.dir.join(format!("{name}.tmp")));
        let inside = path.parent().map_or(Ok(()), fs::create_dir_all);
        if let Err(e) =
            inside.and_then(|()| fs::write(&beside, text)).and_then(|()| fs::rename(&beside, &path))
        {
            let _ = fs::remove_file(&beside);
            return Err(failed(&path, &e));
        }
        names.push(name);
    }
    print(&format!("{}\n", say(lang, Say::Begun { dir: &shown, names: &names.join(lang.pick("、", ", ")) })));
    Ok(Exit::Done)
}
