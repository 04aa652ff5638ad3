//! Lists in documents are what the program says: text between `<!-- generated: … -->` and
//! `<!-- end -->` is compared with its lists. `PUHUI_BLESS=1 cargo test --test all docs::` rewrites it.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

const DOCUMENTS: [&str; 3] = ["docs/ODD.md", "docs/instruments.md", "docs/scenarios.md"];
const BEGIN: &str = "<!-- generated: ";
const END: &str = "<!-- end -->";

fn explain(what: &str, format: &str, lang: &str) -> String {
    let done = Command::cargo_bin("puhui")
        .unwrap()
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["explain", what, "--format", format, "--lang", lang])
        .assert()
        .success();
    String::from_utf8(done.get_output().stdout.clone()).unwrap()
}

/// The text of a generated block.
fn block(name: &str) -> String {
    match name {
        "schedule" | "indicators" => explain(name, "md", "en"),
        "parameters" => parameters(true),
        "inputs" => parameters(false),
        "instruments zh" => {
            explain("instruments", "md", "zh").replace("\n## ", "\n### ").replacen("## ", "### ", 1)
        }
        "instruments en" => {
            explain("instruments", "md", "en").replace("\n## ", "\n### ").replacen("## ", "### ", 1)
        }
        "scenarios zh" => explain("scenarios", "md", "zh"),
        "scenarios en" => explain("scenarios", "md", "en"),
        _ => panic!("no generated block is called `{name}`"),
    }
}

/// The pack's numbers with one row a declaration: parameters with every value, sheets and paths with
/// the range of theirs.
fn parameters(own: bool) -> String {
    let list: Value = serde_json::from_str(&explain("parameters", "json", "en")).unwrap();
    let mut out = "| key | meaning | unit | value | range | class | source |\n".to_owned();
    out += &"| --- ".repeat(7);
    out += "|\n";
    for item in list.as_array().unwrap() {
        if (item["sheet"] == "parameters") != own {
            continue;
        }
        let values = item["values"].as_array().unwrap();
        assert!(!values.is_empty(), "{} has no value", item["key"]);
        let all = |field: &str| -> Vec<&str> { values.iter().map(|v| v[field].as_str().unwrap()).collect() };
        let distinct = |field: &str| {
            let mut found = all(field);
            let mut seen = std::collections::BTreeSet::new();
            found.retain(|f| seen.insert(*f));
            found
        };
        let extent = |low: &str, high: &str| {
            let least = values.iter().min_by(|a, b| number(&a[low]).total_cmp(&number(&b[low]))).unwrap();
            let most = values.iter().max_by(|a, b| number(&a[high]).total_cmp(&number(&b[high]))).unwrap();
            (least, most)
        };
        let (value, range) = if own {
            (distinct("written").join(", "), distinct("range").join(", "))
        } else {
            let (least, most) = extent("value", "value");
            let (w, v) = (|v: &Value| v["written"].as_str().unwrap().to_owned(), values.len());
            let value = if distinct("written").len() == 1 {
                w(least)
            } else {
                format!("{} … {}", w(least), w(most))
            };
            let ranges = distinct("range");
            let range = if ranges.len() > 3 { format!("{} ranges", ranges.len()) } else { ranges.join(", ") };
            (format!("{value} ({v} values)"), range)
        };
        // All values of the classes, where there are as many as classes.
        let value =
            if own && values.len() > 1 && value.contains(", ") { all("written").join(", ") } else { value };
        let sources = distinct("source");
        let source = match sources.len() {
            1..=2 => sources.join(" / "),
            n => format!("{n} sources, see `puhui explain parameters`"),
        };
        let cells = [
            format!("`{}`", item["key"].as_str().unwrap().trim_start_matches("params.")),
            item["en"].as_str().unwrap().to_owned(),
            item["unit"]["name"].as_str().unwrap().to_owned(),
            value,
            range,
            distinct("class").join(", "),
            source,
        ];
        let cells: Vec<String> = cells.iter().map(|c| c.replace('|', "\\|").replace('\n', " ")).collect();
        out += &format!("| {} |\n", cells.join(" | "));
    }
    out
}

fn number(v: &Value) -> f64 {
    v.as_f64().unwrap()
}

/// A document with its generated blocks made anew.
fn renewed(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(BEGIN) {
        let (before, block_text) = rest.split_at(at);
        let name = block_text[BEGIN.len()..].split(" -->").next().unwrap();
        let end = block_text.find(END).unwrap_or_else(|| panic!("`{name}` has no {END}"));
        out += &format!("{before}{BEGIN}{name} -->\n{}\n{END}", block(name).trim_end());
        rest = &block_text[end + END.len()..];
    }
    out + rest
}

#[test]
fn lists_in_documents_are_what_the_program_says() {
    for name in DOCUMENTS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        assert!(text.contains(BEGIN), "{name} has no generated list");
        let new = renewed(&text);
        if std::env::var_os("PUHUI_BLESS").is_some() {
            fs::write(&path, new).unwrap();
        } else if let Some((old, new)) = text.lines().zip(new.lines()).find(|(a, b)| a != b) {
            panic!(
                "{name} is out of date; run `PUHUI_BLESS=1 cargo test --test all docs::`\n- {old}\n+ {new}"
            );
        } else {
            assert!(text == new, "{name} is out of date; run `PUHUI_BLESS=1 cargo test --test all docs::`");
        }
    }
}

#[test]
fn the_odd_has_the_seven_elements_and_all_design_concepts() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ODD.md")).unwrap();
    let elements = [
        "## 1. Purpose and patterns",
        "## 2. Entities, state variables, and scales",
        "## 3. Process overview and scheduling",
        "## 4. Design concepts",
        "## 5. Initialization",
        "## 6. Input data",
        "## 7. Submodels",
    ];
    let concepts = [
        "Basic principles",
        "Emergence",
        "Adaptation",
        "Objectives",
        "Learning",
        "Prediction",
        "Sensing",
        "Interaction",
        "Stochasticity",
        "Collectives",
        "Observation",
    ];
    let places: Vec<Option<usize>> = elements.iter().map(|e| text.find(&format!("\n{e}\n"))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
    for concept in concepts {
        assert!(text.contains(&format!("\n**{concept}.**")), "{concept}");
    }
}

/// The model's phases each have their paragraph among the submodels.
#[test]
fn the_odd_describes_every_phase() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ODD.md")).unwrap();
    let submodels = text.split("## 7. Submodels").nth(1).unwrap();
    let named: Vec<&str> =
        submodels.lines().filter_map(|l| l.strip_prefix("**")?.split("**").next()).collect();
    for phase in puhui::model::MONTH {
        let found = named.iter().any(|n| n.split([',', ':', '.', ' ']).any(|word| word == phase.name));
        assert!(found, "docs/ODD.md has no submodel `{}`", phase.name);
    }
}
