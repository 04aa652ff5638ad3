//! Indicators: one table, read-only. A number enters results only through a line here.
//!
//! Units, direction and how a year is formed from its months are declared once; tables, charts,
//! manifest and the ODD take them from here.

mod counted;
mod credit;
mod observe;
mod record;
mod table;

pub use counted::{Counted, counted};
pub use credit::{Credit, ON_TERMS, credit, terms, terms_bit};
pub use observe::{Snapshot, observe};
pub use record::{Column, InstrumentRow, LedgerRow, Payer, RefusalRow, RunRecord, columns, interned};
pub use table::{Direction, M, METRICS, Metric, Yearly, metric_index};
