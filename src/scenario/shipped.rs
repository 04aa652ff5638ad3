//! The scenarios and the region pack that come inside the program, and the folder on disk that
//! may stand in for them.
//! Embedded when the program is built, so that it runs in any folder without its sources.

use std::path::PathBuf;

use toml::de::DeTable;

use super::diagnose::Diagnostics;
use super::mistake::{Kind, Mistake};
use super::resolve::{DEFAULT_REPLICATIONS, DEFAULT_SEED};
use super::source::{self, SourceFile, Unread};
use super::walk::{Walk, parse_and_walk};
use super::{Bilingual, Input, Loaded, Options, load};

macro_rules! shipped {
    ($($path:literal)*) => {
        /// Every shipped file: path under `scenarios/`, and its text.
        pub static SHIPPED: &[(&str, &str)] =
            &[$(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/", $path)))),*];
    };
}

shipped! {
    "baseline.toml"
    "comparison.toml"
    "designs/assumptions.toml"
    "designs/interplay.toml"
    "designs/levers.toml"
    "exemption.toml"
    "fund-10x.toml"
    "fund-15x.toml"
    "fund-5x.toml"
    "fund-limit-breaker.toml"
    "fund-limit.toml"
    "fund-no-breaker.toml"
    "guarantee-fee-05-subsidy.toml"
    "guarantee-fee-05.toml"
    "guarantee-fee-08-subsidy.toml"
    "guarantee-fee-08.toml"
    "guarantor-limit.toml"
    "measures/agri-credit-products.toml"
    "measures/agri-relending-off.toml"
    "measures/agri-relending.toml"
    "measures/bond-channel.toml"
    "measures/carbon-reduction-facility.toml"
    "measures/cooperative-model.toml"
    "measures/credit-village-subsidy.toml"
    "measures/credit-villages.toml"
    "measures/crop-insurance.toml"
    "measures/delegated-approval.toml"
    "measures/demonstration-zone-grant.toml"
    "measures/due-diligence-exemption.toml"
    "measures/economic-capital.toml"
    "measures/equipment-relending.toml"
    "measures/equity-funds.toml"
    "measures/fee-waiver.toml"
    "measures/finance-ports.toml"
    "measures/financial-literacy.toml"
    "measures/first-loan-drive.toml"
    "measures/fx-services.toml"
    "measures/green-branches.toml"
    "measures/green-inclusive-subsidy.toml"
    "measures/green-matching.toml"
    "measures/growth-target-off.toml"
    "measures/growth-target.toml"
    "measures/guarantee-chain-off.toml"
    "measures/guarantee-chain.toml"
    "measures/guarantee-fee-subsidy.toml"
    "measures/hit-sector-rate.toml"
    "measures/inclusive-support-tool-off.toml"
    "measures/information-sharing.toml"
    "measures/intangible-pledge.toml"
    "measures/joint-lending.toml"
    "measures/leasing.toml"
    "measures/manufacturing-term-loans.toml"
    "measures/micro-relending-off.toml"
    "measures/micro-relending.toml"
    "measures/no-withdrawal.toml"
    "measures/npl-tolerance-off.toml"
    "measures/payment-deferral.toml"
    "measures/policy-rates-off.toml"
    "measures/poverty-relief-microcredit.toml"
    "measures/priority-write-off.toml"
    "measures/project-tools.toml"
    "measures/renewal-without-repayment.toml"
    "measures/revolving-credit.toml"
    "measures/risk-compensation-fund.toml"
    "measures/rural-payments.toml"
    "measures/supply-chain-finance.toml"
    "measures/tax-and-procurement-loans.toml"
    "measures/tech-relending.toml"
    "measures/temporary-rate-cut.toml"
    "measures/transfer-pricing.toml"
    "measures/transport-relending.toml"
    "npl-0-exemption.toml"
    "npl-0.toml"
    "npl-5-exemption.toml"
    "npl-5.toml"
    "plan-recession.toml"
    "plan.toml"
    "quota-limit.toml"
    "recession.toml"
    "regions/yongchuan/guarantors.toml"
    "regions/yongchuan/lenders.toml"
    "regions/yongchuan/parameters.toml"
    "regions/yongchuan/paths.toml"
    "regions/yongchuan/region.toml"
    "regions/yongchuan/sectors.toml"
    "regions/yongchuan/townships.toml"
    "relending-minus-50.toml"
    "relending-plus-50.toml"
    "sections/cost-cuts.toml"
    "sections/fiscal-finance.toml"
    "sections/five-areas.toml"
    "sections/mechanisms.toml"
    "sections/monetary.toml"
    "sections/platforms.toml"
    "sections/relief.toml"
    "special-windows.toml"
    "support-1pct.toml"
    "support-3pct.toml"
    "support-off.toml"
}

/// Folders of scenarios beside the main ones: parts of the plan, and single measures.
pub const FOLDERS: [&str; 2] = ["sections", "measures"];

/// Where files are taken from: a folder inside the program or one on disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shelf {
    /// Files of [`SHIPPED`] under this prefix (empty, or ending in `/`).
    Embedded(String),
    Folder(PathBuf),
}

impl Default for Shelf {
    fn default() -> Self {
        Shelf::Embedded(String::new())
    }
}

impl Shelf {
    /// The name messages use for a file, and its text or why it cannot be read.
    pub(super) fn read(&self, name: &str) -> (String, Result<String, Unread>) {
        match self {
            Shelf::Embedded(prefix) => {
                let path = format!("{prefix}{name}");
                let found = SHIPPED.iter().find(|(p, _)| *p == path);
                let text = match found {
                    Some((_, t)) => source::decode(t.as_bytes()),
                    None => Err(Mistake::missing().into()),
                };
                (format!("<puhui>/scenarios/{path}"), text)
            }
            Shelf::Folder(dir) => {
                let path = dir.join(name);
                let text = source::read(&path);
                (path.display().to_string(), text)
            }
        }
    }

    /// Whether there is such a folder.
    pub(super) fn exists(&self) -> bool {
        match self {
            Shelf::Embedded(prefix) => SHIPPED.iter().any(|(p, _)| p.starts_with(prefix.as_str())),
            Shelf::Folder(dir) => dir.is_dir(),
        }
    }

    /// A folder of this one.
    pub fn inside(&self, name: &str) -> Shelf {
        match self {
            Shelf::Embedded(prefix) => Shelf::Embedded(format!("{prefix}{name}/")),
            Shelf::Folder(dir) => Shelf::Folder(dir.join(name)),
        }
    }

    /// This folder, then those of [`FOLDERS`] in it.
    pub fn with_folders(&self) -> Vec<Shelf> {
        let inner = FOLDERS.iter().map(|f| self.inside(f));
        std::iter::once(self.clone()).chain(inner).filter(|s| s == self || s.exists()).collect()
    }

    /// Where a file of this folder looks for the names it uses: beside itself, in its folders, and, if its
    /// folder is one of [`FOLDERS`], likewise around that.
    pub(super) fn around(&self) -> Vec<Shelf> {
        let mut out = self.with_folders();
        let above = match self {
            Shelf::Folder(dir) if FOLDERS.iter().any(|f| dir.ends_with(f)) => {
                let parent = dir.parent().filter(|p| !p.as_os_str().is_empty());
                Some(Shelf::Folder(parent.unwrap_or(std::path::Path::new(".")).to_owned()))
            }
            _ => None,
        };
        out.extend(above.iter().flat_map(Shelf::with_folders));
        out
    }

    /// Ids of all scenarios here and in [`FOLDERS`], folder by folder.
    pub fn scenario_ids(&self) -> Vec<String> {
        let ids = self.with_folders().into_iter().flat_map(|s| s.ids());
        ids.filter(|id| id != "comparison").collect()
    }

    /// Stems of the `.toml` files directly in this folder, sorted.
    pub fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = match self {
            Shelf::Embedded(prefix) => SHIPPED
                .iter()
                .filter_map(|(p, _)| p.strip_prefix(prefix.as_str())?.strip_suffix(".toml"))
                .filter(|stem| !stem.contains('/'))
                .map(str::to_owned)
                .collect(),
            Shelf::Folder(dir) => std::fs::read_dir(dir)
                .into_iter()
                .flatten()
                .flatten()
                .filter_map(|e| Some(e.file_name().to_str()?.strip_suffix(".toml")?.to_owned()))
                .collect(),
        };
        ids.sort();
        ids
    }
}

/// The name and text of a shipped design by its id, or the ids there are.
///
/// # Errors
/// The ids there are.
pub fn shipped_design(id: &str, options: &Options) -> Result<(String, String), Vec<String>> {
    let shelf = options.library.inside("designs");
    let ids = shelf.ids();
    if !ids.iter().any(|known| known == id) {
        return Err(ids);
    }
    let (name, text) = shelf.read(&format!("{id}.toml"));
    text.map(|text| (name, text)).map_err(|_| ids)
}

/// Schema line of `comparison.toml`.
pub const COMPARISON_SCHEMA: &str = "puhui/comparison/1";

/// What `puhui` without arguments compares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub title: Option<Bilingual>,
    pub reference: String,
    pub scenarios: Vec<String>,
    pub replications: u32,
    pub seed: u64,
}

/// The library's comparison and its scenarios, the reference first.
#[derive(Clone, Debug)]
pub struct Shipped {
    pub comparison: Comparison,
    pub loaded: Loaded,
}

/// Reads the library's comparison and every scenario it names.
///
/// # Errors
/// All mistakes of all these files at once.
pub fn shipped(options: &Options) -> Result<Shipped, Diagnostics> {
    let mut bag = Diagnostics::default();
    let (name, text) = options.library.read("comparison.toml");
    let comparison = match text {
        Ok(text) => {
            let source = bag.source(SourceFile { name, text });
            parse_and_walk(&mut bag, source, read_comparison)
        }
        Err(unread) => {
            bag.add_unread(name, unread);
            None
        }
    };
    let ids: Vec<String> = match &comparison {
        Some(c) => std::iter::once(&c.reference).chain(&c.scenarios).cloned().collect(),
        None => Vec::new(),
    };
    let inputs: Vec<Input> = ids.into_iter().map(Input::Shipped).collect();
    match (comparison, load(&inputs, options)) {
        (Some(comparison), Ok(loaded)) if !bag.has_errors() => Ok(Shipped { comparison, loaded }),
        (_, Err(more)) => {
            bag.absorb(more);
            Err(bag.sorted())
        }
        _ => Err(bag.sorted()),
    }
}

fn read_comparison(walk: &mut Walk<'_>, table: &DeTable<'_>) -> Option<Comparison> {
    if !walk.schema(table, COMPARISON_SCHEMA) {
        return None;
    }
    let known = ["schema", "title", "reference", "scenarios", "replications", "seed"];
    walk.known_keys(table, "", Kind::Key, &known);
    let title = table.get("title").and_then(|n| walk.bilingual(n, "title"));
    let reference = walk.required_string(table, 0..0, "reference");
    let scenarios = match table.get("scenarios") {
        Some(node) => {
            let list = walk.array(node, "scenarios")?;
            if list.is_empty() {
                walk.err(node.span(), "scenarios", Mistake::NoRows);
            }
            list.iter().filter_map(|n| walk.string(n, "scenarios")).collect()
        }
        None => {
            walk.err(0..0, "scenarios", Mistake::Missing { kind: Kind::Key, name: "scenarios".into() });
            Vec::new()
        }
    };
    let mut number = |key: &str, low, high, default| match table.get(key) {
        Some(node) => walk.integer(node, key, low, high),
        None => Some(default),
    };
    let replications = number("replications", 1, 1_000_000, u64::from(DEFAULT_REPLICATIONS));
    let seed = number("seed", 0, i64::MAX as u64, DEFAULT_SEED)?;
    Some(Comparison {
        title,
        reference: reference?,
        scenarios,
        replications: u32::try_from(replications?).ok()?,
        seed,
    })
}
