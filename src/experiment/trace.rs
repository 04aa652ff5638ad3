//! Micro-data of one run: every borrower at the end of a month, as CSV or Parquet.
//! Amounts are of one agent, in yuan of the month; what an agent stands for is its `weight`. Columns: `docs/sweeps.md`.
//! Which run is written, and how often, is for `again.rs`.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::sweep::part::{Cells, Column, Kind, Writer};
use crate::model::Simulation;
use crate::world::status::{AWARE, DISCOURAGED, HAD_LOAN, LIVE, NEED};
use crate::world::{Class, LoanState, NO_LOAN, Product, Refusal};

/// Name, kind and unit of each column; optional ones are empty where a borrower has no such thing.
const COLUMNS: &[(&str, Kind, bool, &str)] = &[
    ("month", Kind::Text, false, ""),
    ("id", Kind::Long, false, ""),
    ("class", Kind::Text, false, ""),
    ("sector", Kind::Text, true, ""),
    ("township", Kind::Text, true, ""),
    ("weight", Kind::Int, false, "count"),
    ("born", Kind::Text, false, ""),
    ("quality", Kind::Real, false, "number"),
    ("sales", Kind::Real, false, "yuan of 2018 a month"),
    ("shock", Kind::Real, false, "log"),
    ("cash", Kind::Real, false, "yuan"),
    ("need", Kind::Real, false, "yuan of 2018"),
    ("collateral", Kind::Real, false, "yuan of 2018"),
    ("in_need", Kind::Int, false, ""),
    ("aware", Kind::Int, false, ""),
    ("had_loan", Kind::Int, false, ""),
    ("discouraged", Kind::Int, false, ""),
    ("credit_file", Kind::Text, false, ""),
    ("lenders_known", Kind::Int, false, "count"),
    ("last_refusal", Kind::Text, true, ""),
    ("loan", Kind::Real, true, "yuan"),
    ("rate", Kind::Real, true, "rate"),
    ("lender", Kind::Text, true, ""),
    ("product", Kind::Text, true, ""),
    ("state", Kind::Text, true, ""),
    ("arrears", Kind::Int, true, "months"),
    ("renewals", Kind::Int, true, "count"),
    ("maturity", Kind::Text, true, ""),
];

/// The columns of a trace.
pub fn columns() -> Vec<Column> {
    let column = |(name, kind, optional, unit): &(&str, Kind, bool, &str)| Column {
        name: (*name).to_owned(),
        kind: *kind,
        optional: *optional,
        unit: (*unit).to_owned(),
    };
    COLUMNS.iter().map(column).collect()
}

enum Out {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Parquet(Box<Writer<BufWriter<File>>>),
}

/// A trace being written.
pub struct Trace {
    path: PathBuf,
    columns: Vec<Column>,
    out: Out,
}

impl Trace {
    /// Begins a trace: Parquet where the name ends so, else CSV.
    ///
    /// # Errors
    /// Of the disk.
    pub fn begin(path: &Path) -> io::Result<Trace> {
        let columns = columns();
        let file = BufWriter::with_capacity(1 << 16, File::create(path)?);
        let parquet = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("parquet"));
        let out = if parquet {
            Out::Parquet(Box::new(Writer::new(file, &columns).map_err(io::Error::other)?))
        } else {
            let mut out = csv::Writer::from_writer(file);
            out.write_record(columns.iter().map(|c| c.name.as_str()))?;
            Out::Csv(Box::new(out))
        };
        Ok(Trace { path: path.to_owned(), columns, out })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes every live borrower as it is at the end of the last month simulated.
    ///
    /// # Errors
    /// Of the disk.
    pub fn write(&mut self, sim: &Simulation) -> io::Result<()> {
        let cells = cells(sim);
        match &mut self.out {
            Out::Parquet(out) => out.group(&self.columns, &cells).map_err(io::Error::other),
            Out::Csv(out) => {
                let rows = cells.first().map_or(0, Cells::len);
                for row in 0..rows {
                    out.write_record(cells.iter().map(|c| c.text(row)))?;
                }
                Ok(())
            }
        }
    }

    /// Ends it, synced.
    ///
    /// # Errors
    /// Of the disk.
    pub fn finish(self) -> io::Result<()> {
        let file = match self.out {
            Out::Parquet(out) => out.finish(&[]).map_err(io::Error::other)?,
            Out::Csv(out) => out.into_inner().map_err(|e| io::Error::other(e.to_string()))?,
        };
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    }
}

fn cells(sim: &Simulation) -> Vec<Cells> {
    let world = sim.world();
    let region = &world.region;
    let text = |t: &str| Some(Arc::<str>::from(t));
    let month = text(&sim.month().plus(-1).to_string());
    let sectors: Vec<_> = region.sectors.iter().map(|s| text(&s.id)).collect();
    let townships: Vec<_> = region.townships.iter().map(|t| text(&t.id)).collect();
    let lenders: Vec<_> = region.lenders.iter().map(|l| text(&l.id)).collect();
    let products = Product::ALL.map(|p| text(product(p)));
    let refusals = Refusal::ALL.map(|r| if r == Refusal::None { None } else { text(r.name()) });
    let files = ["none", "thin", "thick", "bad"].map(text);
    let states = ["free", "performing", "overdue", "non_performing"].map(text);
    let mut out: Vec<Cells> = COLUMNS
        .iter()
        .map(|(_, kind, ..)| match kind {
            Kind::Long => Cells::Long(Vec::new()),
            Kind::Int => Cells::Int(Vec::new()),
            Kind::Text => Cells::Text(Vec::new()),
            Kind::Real => Cells::Real(Vec::new()),
        })
        .collect();
    for (c, cohort) in world.cohorts.iter().enumerate() {
        let class = text(Class::from_index(c).id());
        let weight = world.weight(c) as i32;
        for i in (0..cohort.id.len()).filter(|i| cohort.status[*i] & LIVE != 0) {
            let bit = |mask: u8| Some(i32::from(cohort.status[i] & mask != 0));
            let real = |x: f32| f64::from(x);
            let mut put = Row { out: &mut out, at: 0 };
            put.text(month.clone());
            put.long(i64::from(cohort.id[i]));
            put.text(class.clone());
            put.text(sectors.get(cohort.sector[i] as usize).cloned().flatten());
            put.text(townships.get(cohort.township[i] as usize).cloned().flatten());
            put.int(Some(weight));
            put.text(text(&cohort.details[i].born.to_string()));
            put.real(real(cohort.details[i].quality));
            put.real(real(cohort.sales[i]));
            put.real(real(cohort.shock[i]));
            put.real(cohort.liquid[i] as f64 / 100.0);
            put.real(real(cohort.details[i].need));
            put.real(real(cohort.details[i].collateral));
            put.int(bit(NEED));
            put.int(bit(AWARE));
            put.int(bit(HAD_LOAN));
            put.int(bit(DISCOURAGED));
            put.text(files.get(cohort.details[i].file as usize).cloned().flatten());
            put.int(Some(cohort.details[i].reach.count_ones() as i32));
            put.text(refusals.get(cohort.details[i].last_refusal as usize).cloned().flatten());
            let slot = cohort.loan[i];
            let loan = (slot != NO_LOAN).then(|| &world.book.loans[slot as usize]);
            let loan = loan.filter(|l| l.state != LoanState::Free);
            put.real(loan.map_or(f64::NAN, |l| l.principal as f64 / 100.0));
            put.real(loan.map_or(f64::NAN, |l| f64::from(l.rate_ppm) / 1e6));
            put.text(loan.and_then(|l| lenders.get(l.lender as usize).cloned().flatten()));
            put.text(loan.and_then(|l| products[l.product as usize].clone()));
            put.text(loan.and_then(|l| states[l.state as usize].clone()));
            put.int(loan.map(|l| i32::from(l.arrears)));
            put.int(loan.map(|l| i32::from(l.renewals)));
            put.text(loan.and_then(|l| text(&l.maturity.to_string())));
        }
    }
    out
}

/// Fills a row from left to right.
struct Row<'a> {
    out: &'a mut [Cells],
    at: usize,
}

impl Row<'_> {
    fn next(&mut self) -> Option<&mut Cells> {
        self.at += 1;
        self.out.get_mut(self.at - 1)
    }
    fn text(&mut self, value: Option<Arc<str>>) {
        if let Some(Cells::Text(v)) = self.next() {
            v.push(value);
        }
    }
    fn long(&mut self, value: i64) {
        if let Some(Cells::Long(v)) = self.next() {
            v.push(value);
        }
    }
    fn int(&mut self, value: Option<i32>) {
        if let Some(Cells::Int(v)) = self.next() {
            v.push(value);
        }
    }
    fn real(&mut self, value: f64) {
        if let Some(Cells::Real(v)) = self.next() {
            v.push(value);
        }
    }
}

/// Name of a product in tables.
fn product(p: Product) -> &'static str {
    match p {
        Product::Unsecured => "unsecured",
        Product::Collateral => "collateral",
        Product::Guaranteed => "guaranteed",
        Product::FundCredit => "fund_credit",
        Product::FundEnhanced => "fund_enhanced",
        Product::FundGuaranteed => "fund_guaranteed",
    }
}
