//! The central bank's re-lending windows, and the verbs that move its money to banks and back.
//!
//! Every window posts drawings, repayments and interest under reasons of its own. Terms are in `policy`; who draws
//! how much against what is worked out in `model::windows`.

use super::{Ledger, Reason};

/// Windows, in the order of the columns that are kept by window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Window {
    /// 支小再贷款
    Micro = 0,
    /// 支农再贷款
    Agri = 1,
    /// 科技创新再贷款
    Tech = 2,
    /// 交通物流专项再贷款
    Transport = 3,
    /// 碳减排支持工具
    Carbon = 4,
    /// 设备更新改造专项再贷款
    Equipment = 5,
}

pub const WINDOWS: usize = 6;

impl Window {
    pub const ALL: [Window; WINDOWS] =
        [Window::Micro, Window::Agri, Window::Tech, Window::Transport, Window::Carbon, Window::Equipment];

    /// The instrument that opens it.
    pub const fn instrument(self) -> &'static str {
        [
            "micro_relending",
            "agri_relending",
            "tech_relending",
            "transport_relending",
            "carbon_reduction_facility",
            "equipment_relending",
        ][self as usize]
    }

    /// Open to whole classes of borrowers, and not to those of one nature alone.
    pub const fn is_general(self) -> bool {
        matches!(self, Window::Micro | Window::Agri)
    }

    pub const fn drawn(self) -> Reason {
        use Reason::*;
        [
            AdvanceDrawnMicro,
            AdvanceDrawnAgri,
            AdvanceDrawnTech,
            AdvanceDrawnTransport,
            AdvanceDrawnCarbon,
            AdvanceDrawnEquipment,
        ][self as usize]
    }

    pub const fn repaid(self) -> Reason {
        use Reason::*;
        [
            AdvanceRepaidMicro,
            AdvanceRepaidAgri,
            AdvanceRepaidTech,
            AdvanceRepaidTransport,
            AdvanceRepaidCarbon,
            AdvanceRepaidEquipment,
        ][self as usize]
    }

    pub const fn interest(self) -> Reason {
        use Reason::*;
        [
            AdvanceInterestMicro,
            AdvanceInterestAgri,
            AdvanceInterestTech,
            AdvanceInterestTransport,
            AdvanceInterestCarbon,
            AdvanceInterestEquipment,
        ][self as usize]
    }
}

impl Ledger {
    /// The central bank advances money through a window (weighed fen).
    pub fn draw_advance(&mut self, lender: usize, fen: i64, window: Window) {
        self.lenders[lender].settlement += fen;
        self.lenders[lender].advances += fen;
        self.central_settlement += fen;
        self.central_advances += fen;
        self.note(window.drawn(), 0, fen);
    }

    /// An advance is repaid.
    pub fn repay_advance(&mut self, lender: usize, fen: i64, window: Window) {
        self.lenders[lender].settlement -= fen;
        self.lenders[lender].advances -= fen;
        self.central_settlement -= fen;
        self.central_advances -= fen;
        self.note(window.repaid(), 0, fen);
    }

    /// The central bank pays a lender the interest that its borrowers were spared.
    pub fn reimburse_rate_cut(&mut self, lender: usize, fen: i64) {
        self.lenders[lender].settlement += fen;
        self.lenders[lender].equity += fen;
        self.central_settlement += fen;
        self.central_equity -= fen;
        self.note(Reason::RateCutReimbursed, 0, fen);
    }

    /// Interest on advances is the central bank's income.
    pub fn advance_interest(&mut self, lender: usize, fen: i64, window: Window) {
        self.lenders[lender].settlement -= fen;
        self.lenders[lender].equity -= fen;
        self.central_settlement -= fen;
        self.central_equity += fen;
        self.note(window.interest(), 0, fen);
    }
}
