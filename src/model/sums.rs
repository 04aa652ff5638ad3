//! Sums over the loan register, by class and by lender: what incentives, provisions, limits and indicators
//! look at. The whole register is summed once a month; loans that change after that are counted out and in
//! again. What the sums mean for an indicator is in `metrics`; nothing here moves money.

use crate::luck::simd::{prefetch, twin};
use crate::units::Money;
use crate::world::{
    CLASSES, Class, EquipmentLoan, Lender, LenderKind, Loan, LoanState, Product, WINDOWS, Window,
};

use super::desk::RATINGS;
use super::{Run, environment};

/// Sums over the register by class, kept for the indicators.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    pub balance: [i64; CLASSES],
    pub npl: [i64; CLASSES],
    /// Inclusive balance under the limit of a year on: the base of that month's growth.
    pub comparable: i64,
    pub overdue: i64,
    /// Inclusive loans whose payments wait.
    pub deferred: i64,
    /// Inclusive loans over more than a year.
    pub long: i64,
    pub unsecured: i64,
    pub guaranteed: i64,
    pub state_banks: i64,
    /// Borrowers with a balance by class × township.
    pub borrowers: Vec<i64>,
    /// Borrowers with a loan that is not bad, by class × rating.
    pub seen: [[i64; RATINGS]; CLASSES],
    /// Single-borrower limits of this month, the next and a year on, fen.
    limits: [i64; 3],
}

/// Sums the register by lender and class, before settlement; [`Sums::count`] keeps the sums right when
/// turnover changes a loan after that.
///
/// A loan above the single-borrower limit of the month is in the lender's book but not inclusive.
/// Growth is measured on a comparable basis: the start of the next month and of the same month a
/// year on are summed under the limits that will hold then.
pub fn sum_register(run: &mut Run) {
    let dated = environment::dated(run);
    let world = &mut run.world;
    let limit = |months: i32| {
        Money::from_yuan_f64(world.region.paths.inclusive_limit[0].at(dated.plus(months))).fen()
    };
    let towns = world.region.townships.len();
    let mut s = Sums {
        limits: [limit(0), limit(1), limit(12)],
        borrowers: vec![0; CLASSES * towns],
        ..Sums::default()
    };
    clear(&mut world.lenders);
    count_all(&mut s, &world.book.loans, &world.ledger.weight, towns, &mut world.lenders);
    for l in &world.upgrades {
        s.count_equipment(l, world.ledger.weight[l.borrower.class()], &mut world.lenders);
    }
    run.journal.sums = s;
}

fn clear(lenders: &mut [Lender]) {
    for l in lenders {
        (l.inclusive, l.inclusive_next, l.inclusive_npl) = (0, 0, 0);
        (l.book, l.book_npl, l.pledged) = (0, 0, [0; WINDOWS]);
    }
}

/// Counts one loan into the sums (`sign` 1), or out of them before it changes (−1).
pub fn recount_loan(run: &mut Run, slot: u32, sign: i64) {
    let world = &mut run.world;
    let loan = &world.book.loans[slot as usize];
    let w = world.ledger.weight[loan.borrower.class()] * sign;
    run.journal.sums.count(loan, w, world.region.townships.len(), &mut world.lenders);
}

/// What decides which sums a loan is counted in.
struct Kind {
    class: Class,
    product: Product,
    overdue: bool,
    bad: bool,
    deferred: bool,
    long: bool,
    window: Option<Window>,
    /// At most the single-borrower limits of this month, the next and a year on.
    within: [bool; 3],
}

/// Ordinary loans of one kind: class (3 bits), lender (4), product (3), pledged at the general window for its class
/// (1), overdue (1).
const KINDS: usize = 1 << 12;

/// By class and a byte, flat, so that no index needs a check.
type ByByte = [u32; 8 << 8];

twin! {
    /// Counts the whole register. Loans of a kind that differ in nothing but their principal are summed
    /// first and counted once; those near a limit, bad or out of the ordinary one by one.
    fn count_all, count_all_plain(
        s: &mut Sums, loans: &[Loan], weight: &[i64; CLASSES], towns: usize, lenders: &mut [Lender],
    ) {
        let ordinary = s.limits.into_iter().min().unwrap_or(0);
        let mut of = [0i64; KINDS];
        let (mut borrowers, mut seen): (ByByte, ByByte) = ([0; 8 << 8], [0; 8 << 8]);
        for (first, some) in (0..).step_by(64).zip(loans.chunks(64)) {
            // Those counted one by one, a bit each: looked at together, so that they do not hold up the others.
            let mut single = 0u64;
            for (k, loan) in some.iter().enumerate() {
                prefetch(loans, first + k + 32);
                let c = loan.borrower.class() & 7;
                let odd = u8::from(!loan.borrower_live)
                    | u8::from(loan.long)
                    | loan.deferred
                    | u8::from(loan.principal > ordinary)
                    | u8::from(!loan.window.is_none_or(Window::is_general))
                    | u8::from(!matches!(loan.state, LoanState::Performing | LoanState::Overdue));
                if odd != 0 {
                    single |= 1 << k;
                    continue;
                }
                let kind = c << 9
                    | usize::from(loan.lender & 15) << 5
                    | usize::from(loan.product as u8) << 2
                    | usize::from(loan.window.is_some()) << 1
                    | usize::from(loan.state == LoanState::Overdue);
                of[kind & (KINDS - 1)] += loan.principal;
                borrowers[c << 8 | usize::from(loan.township)] += 1;
                seen[c << 8 | usize::from(loan.bucket)] += 1;
            }
            while single != 0 {
                let loan = &some[single.trailing_zeros() as usize];
                s.count(loan, weight[loan.borrower.class()], towns, lenders);
                single &= single - 1;
            }
        }
        for (kind, &fen) in of.iter().enumerate().filter(|(_, fen)| **fen != 0) {
            let (c, l) = (kind >> 9, kind >> 5 & 15);
            let class = Class::from_index(c);
            let general = if class.is_agri() { Window::Agri } else { Window::Micro };
            let kind = Kind {
                class,
                product: Product::ALL[kind >> 2 & 7],
                overdue: kind & 1 == 1,
                bad: false,
                deferred: false,
                long: false,
                window: (kind >> 1 & 1 == 1).then_some(general),
                within: [true; 3],
            };
            s.add(&kind, fen * weight[c], &mut lenders[l]);
        }
        for (c, &w) in weight.iter().enumerate() {
            let of_class = c << 8..(c + 1) << 8;
            let sums = s.borrowers[c * towns..].iter_mut().take(towns);
            for (sum, &n) in sums.zip(&borrowers[of_class.clone()]) {
                *sum += i64::from(n) * w;
            }
            for (sum, &n) in s.seen[c].iter_mut().zip(&seen[of_class]) {
                *sum += i64::from(n) * w;
            }
        }
    }
}

impl Sums {
    /// Adds a loan for equipment: in the books, in the balances and pledged, but not one borrower more.
    fn count_equipment(&mut self, loan: &EquipmentLoan, w: i64, lenders: &mut [Lender]) {
        let kind = Kind {
            class: Class::from_index(loan.borrower.class()),
            product: Product::Collateral,
            overdue: false,
            bad: false,
            deferred: false,
            long: false,
            window: Some(Window::Equipment),
            within: self.limits.map(|limit| loan.owed <= limit),
        };
        self.add(&kind, loan.owed * w, &mut lenders[usize::from(loan.lender)]);
    }

    /// Adds a loan with the weight of its borrower's class; a negative weight takes it out.
    #[inline(always)]
    fn count(&mut self, loan: &Loan, w: i64, towns: usize, lenders: &mut [Lender]) {
        if loan.state == LoanState::Free {
            return;
        }
        let c = loan.borrower.class();
        let kind = Kind {
            class: Class::from_index(c),
            product: loan.product,
            overdue: loan.state == LoanState::Overdue,
            bad: loan.state == LoanState::NonPerforming,
            deferred: loan.deferred > 0,
            long: loan.long,
            window: loan.window,
            within: self.limits.map(|limit| loan.principal <= limit),
        };
        let counted = self.add(&kind, loan.principal * w, &mut lenders[loan.lender as usize]);
        // Whoever has a long loan is counted by its own loan.
        if loan.borrower_live && counted && !loan.long {
            self.borrowers[c * towns + loan.township as usize] += w;
        }
        if !kind.bad {
            self.seen[c][loan.bucket as usize] += w;
        }
    }

    /// Adds weighed fen of one kind; says whether they count in their class.
    #[inline(always)]
    fn add(&mut self, kind: &Kind, fen: i64, lender: &mut Lender) -> bool {
        let s = self;
        let c = kind.class.index();
        lender.book += fen;
        let business = kind.class.is_mse();
        let mse = business && kind.within[0];
        if business {
            lender.inclusive_next += if kind.within[1] { fen } else { 0 };
            s.comparable += if kind.within[2] { fen } else { 0 };
        }
        let counted = mse || !business;
        s.balance[c] += if counted { fen } else { 0 };
        if mse {
            lender.inclusive += fen;
            s.unsecured +=
                if matches!(kind.product, Product::Unsecured | Product::FundCredit) { fen } else { 0 };
            s.guaranteed += if kind.product.is_guaranteed() { fen } else { 0 };
            s.long += if kind.long { fen } else { 0 };
            s.deferred += if kind.deferred { fen } else { 0 };
            s.state_banks += if lender.kind == LenderKind::State { fen } else { 0 };
        }
        if kind.bad {
            s.npl[c] += if counted { fen } else { 0 };
            lender.book_npl += fen;
            lender.inclusive_npl += if mse { fen } else { 0 };
        } else if kind.overdue && mse {
            s.overdue += fen;
        } else if let Some(window) = kind.window {
            lender.pledged[window as usize] += fen;
        }
        counted
    }
}

/// Sums kept right loan by loan are those of the whole register.
#[cfg(debug_assertions)]
pub fn sums_are_whole(run: &mut Run) {
    let of = |run: &Run| -> (Sums, Vec<_>) {
        let lenders = run.world.lenders.iter();
        let books = lenders
            .map(|l| (l.inclusive, l.inclusive_next, l.inclusive_npl, l.book, l.book_npl, l.pledged))
            .collect();
        (run.journal.sums.clone(), books)
    };
    let kept = of(run);
    sum_register(run);
    assert_eq!(kept, of(run), "{}: a change after settlement was not counted", run.world.month);
    // Summed by kind or loan by loan: the same.
    let world = &mut run.world;
    let towns = world.region.townships.len();
    let mut each =
        Sums { limits: run.journal.sums.limits, borrowers: vec![0; CLASSES * towns], ..Sums::default() };
    let mut lenders = world.lenders.clone();
    clear(&mut lenders);
    for loan in &world.book.loans {
        each.count(loan, world.ledger.weight[loan.borrower.class()], towns, &mut lenders);
    }
    for l in &world.upgrades {
        each.count_equipment(l, world.ledger.weight[l.borrower.class()], &mut lenders);
    }
    std::mem::swap(&mut world.lenders, &mut lenders);
    run.journal.sums = each;
    assert_eq!(kept, of(run), "{}: loans of one kind were summed otherwise", run.world.month);
}
