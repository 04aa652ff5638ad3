//! What is done where a payment falls due: renewal without repayment, lines that are kept, deferral, and
//! revolving credit. What instruments allow is asked when the desk opens and kept by class and trade.
//!
//! Who is among the shares they name is one lasting draw a borrower and kind of relief, the same in every
//! world. The ordinary course of a loan is in `trouble`, `lending` and `ration`.

use crate::luck::{Key, Luck, Stream};
use crate::metrics::terms_bit;
use crate::policy::{PolicyMonth, RelieveAnswer, RelieveAsk, place};
use crate::units::{Money, Month, interest_fen, ppm, share_fen};
use crate::world::{CLASSES, Class, Cohort, Loan, LoanState, Product, Region, World, status};

use super::desk::Desk;
use super::lending::Applicant;
use super::offers::Quote;
use super::{Params, Run, environment, trouble};

/// Which of several lasting draws of a borrower.
#[derive(Clone, Copy)]
enum Draw {
    Renewal = 0,
    Deferral = 1,
    Revolving = 2,
    Keep = 3,
    Scheme = 4,
}

/// What the month allows.
#[derive(Clone, Debug, Default)]
pub struct Relief {
    /// By class; ordinary trades and hit ones.
    of: [[RelieveAnswer; 2]; CLASSES],
    /// Whether a sector is a hit trade.
    hit: Vec<bool>,
    /// Sales of the coming month over the mean month, by sector.
    season: Vec<f64>,
    /// Whether anybody is renewed or kept, deferred, or given a line: else nobody needs to look.
    pub renewing: bool,
    deferring: bool,
    revolving: bool,
}

impl Relief {
    pub fn open(region: &Region, policy: &PolicyMonth, month: Month) -> Relief {
        let next = month.plus(1).month();
        let mut relief = Relief {
            hit: region.sectors.iter().map(|s| s.hit != 0.0).collect(),
            season: region.sectors.iter().map(|s| environment::season(s, next)).collect(),
            ..Relief::default()
        };
        for class in Class::ALL {
            for hit in [false, true] {
                let answer = policy.relieve(&RelieveAsk { class, hit });
                relief.renewing |= answer.renewal.share > 0.0 || answer.keeps > 0.0;
                relief.deferring |= answer.deferral.share > 0.0;
                relief.revolving |= answer.revolving.share > 0.0;
                relief.of[class.index()][usize::from(hit)] = answer;
            }
        }
        relief
    }

    /// Points off inclusive loans by class, in parts per million.
    pub fn rate_cut(&self) -> [u32; CLASSES] {
        std::array::from_fn(|c| ppm(self.of[c][0].rate_cut) as u32)
    }

    pub fn at(&self, class: usize, sector: u8) -> &RelieveAnswer {
        &self.of[class][usize::from(self.hit[usize::from(sector)])]
    }
}

/// A borrower's lasting luck with one kind of relief.
fn among(luck: Key, id: u32, draw: Draw, share: f64) -> bool {
    share > 0.0 && f64::from(luck.unit2(id, draw as u32)) < share
}

/// Whether a household is among those taken on at the terms for those lifted out of poverty.
pub fn served(luck: Luck, id: u32, share: f64) -> bool {
    among(luck.key_fixed(Stream::Relief), id, Draw::Scheme, share)
}

/// What a borrower's own bank does for it at maturity, on the security the loan has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Favour {
    lender: usize,
    product: Option<Product>,
    /// Principal of the maturing loan, yuan.
    owed: f64,
    renews: bool,
    keeps: bool,
}

/// The same for one offer.
#[derive(Clone, Copy, Debug, Default)]
pub struct OnOffer {
    /// The principal need not be found, and nothing is bridged.
    pub renews: bool,
    /// Limit and ceiling do not stand in the way.
    pub keeps: bool,
    /// Least amount once the bank agrees, yuan.
    pub least: f64,
}

impl Favour {
    /// For the roll-over an applicant asks for.
    pub fn of(run: &Run, desk: &Desk, applicant: &Applicant) -> Favour {
        let relief = &desk.relief;
        let Some(old) = run.world.book.loans.get(applicant.renewal as usize) else {
            return Favour::default();
        };
        if !relief.renewing {
            return Favour::default();
        }
        let (c, i) = (old.borrower.class(), old.borrower.slot());
        let cohort = &run.world.cohorts[c];
        let answer = relief.at(c, cohort.sector[i]);
        let luck = run.luck.key_fixed(Stream::Relief);
        let (id, renewal) = (cohort.id[i], answer.renewal);
        let sound = cohort.liquid[i] >= 0 && old.renewals < renewal.times;
        Favour {
            lender: old.lender as usize,
            product: Some(old.product),
            owed: Money(old.principal).to_yuan(),
            renews: sound && among(luck, id, Draw::Renewal, renewal.share),
            keeps: !old.product.is_guaranteed() && among(luck, id, Draw::Keep, answer.keeps),
        }
    }

    #[inline(always)]
    pub fn on(&self, lender: usize, product: Product) -> OnOffer {
        if (self.renews || self.keeps) && self.product == Some(product) && self.lender == lender {
            OnOffer { renews: self.renews, keeps: self.keeps, least: self.owed.ceil() }
        } else {
            OnOffer::default()
        }
    }
}

/// Interest is not paid, or the principal of a matured loan: whether it may wait. `interest` is what is
/// due this month and left unpaid, after what the borrower is `spared`.
pub fn defer(run: &mut Run, slot: u32, interest: i64, spared: i64) -> bool {
    if !run.desk.relief.deferring {
        return false;
    }
    let loan = &run.world.book.loans[slot as usize];
    let (c, i) = (loan.borrower.class(), loan.borrower.slot());
    let terms = run.desk.relief.at(c, run.world.cohorts[c].sector[i]).deferral;
    let luck = run.luck.key_fixed(Stream::Relief);
    if loan.relieved.deferrals >= terms.times || !among(luck, loan.id, Draw::Deferral, terms.share) {
        return false;
    }
    let w = run.world.weight(c);
    let loan = &mut run.world.book.loans[slot as usize];
    loan.deferred = terms.months;
    loan.relieved.deferrals += 1;
    loan.helped |= const { terms_bit("payment_deferral") };
    loan.relieved.interest_kept = ppm(terms.interest_kept) as u32;
    let (first, principal) = (loan.relieved.deferrals == 1, loan.principal);
    run.journal.helped(
        place!("payment_deferral"),
        if first { w } else { 0 },
        if first { principal * w } else { 0 },
    );
    wait(run, slot, interest, spared);
    true
}

/// A month's interest waits: part of it stays due, the rest is the bank's loss. Of what the borrower is
/// spared, the same part would have stayed due.
fn wait(run: &mut Run, slot: u32, interest: i64, spared: i64) {
    let World { book, lenders, ledger, .. } = &mut run.world;
    let loan = &mut book.loans[slot as usize];
    let part = i64::from(loan.relieved.interest_kept);
    let kept = share_fen(interest, part);
    loan.relieved.deferred_interest += kept;
    let w = ledger.weight[loan.borrower.class()];
    lenders[loan.lender as usize].spared += (share_fen(interest + spared, part) - kept) * w;
    run.journal.forgone(place!("payment_deferral"), (interest - kept) * w);
}

/// A month of a deferred loan: says whether nothing more happens to it this month. When the time is over
/// what has waited is paid, or the loan is past due like any other.
pub fn deferred(run: &mut Run, slot: u32) -> bool {
    let world = &mut run.world;
    let loan = &mut world.book.loans[slot as usize];
    let spared = world.rate_cuts.spared(loan, 1);
    let interest = interest_fen(loan.principal, i64::from(loan.rate_ppm)) - spared;
    loan.deferred -= 1;
    if loan.deferred > 0 {
        wait(run, slot, interest, spared);
        return true;
    }
    let (c, i, lender, owed) =
        (loan.borrower.class(), loan.borrower.slot(), loan.lender as usize, loan.relieved.deferred_interest);
    let cohort = &mut world.cohorts[c];
    if cohort.liquid[i] < owed + interest {
        cohort.loan_cash[i] = trouble::NO_DRAWINGS;
        loan.state = LoanState::Overdue;
        loan.arrears = 1;
        return true;
    }
    if owed > 0 {
        let home = cohort.home[i] as usize;
        loan.relieved.deferred_interest = 0;
        world.ledger.pay_interest(c, home, lender, &mut cohort.liquid[i], owed);
    }
    false
}

/// Whether a new loan becomes a line, and the charge on its rate: where lines are offered, the security is
/// the borrower's own, and the charge costs less than half of the liquid part's interest.
pub fn line(desk: &Desk, p: &Params, luck: Luck, cohort: &Cohort, i: usize, quote: &Quote) -> Option<f64> {
    if !desk.relief.revolving
        || quote.scheme
        || !matches!(quote.product, Product::Unsecured | Product::Collateral)
    {
        return None;
    }
    let terms = desk.relief.at(cohort.class.index(), cohort.sector[i]).revolving;
    let drawn = p.illiquid_share + 0.5 * (1.0 - p.illiquid_share);
    let saves = (quote.rate + terms.charge) * drawn < quote.rate;
    let luck = luck.key_fixed(Stream::Relief);
    (saves && among(luck, cohort.id[i], Draw::Revolving, terms.share)).then_some(terms.charge)
}

/// A month of a line: cash above what the season asks to be kept repays, cash below it is drawn, between
/// the part tied up in stock and the whole line.
pub fn revolve(run: &mut Run, slot: u32) {
    let stock = run.inputs.params.illiquid_share;
    let (month, level) = (run.world.month, run.world.environment.level);
    let World { book, cohorts, ledger, .. } = &mut run.world;
    let loan: &mut Loan = &mut book.loans[slot as usize];
    let (c, i, lender) = (loan.borrower.class(), loan.borrower.slot(), loan.lender as usize);
    let cohort = &mut cohorts[c];
    if loan.maturity <= month || !cohort.is(i, status::LIVE) {
        return;
    }
    let season = run.desk.relief.season[usize::from(cohort.sector[i])];
    let kept = Money::from_yuan_f64(f64::from(cohort.cushion[i]) * level * season).fen();
    let (cash, home) = (cohort.liquid[i], cohort.home[i] as usize);
    let whole = |fen: i64| fen / 100 * 100;
    let tied = whole(share_fen(loan.relieved.line, ppm(stock)));
    // Interest of the month is paid from what is kept or drawn.
    let idle = cash - kept - interest_fen(loan.relieved.line, i64::from(loan.rate_ppm));
    let repaid = whole(idle.min(loan.principal - tied));
    let drawn = whole((-idle).min(loan.relieved.line - loan.principal));
    if repaid > 0 {
        ledger.repay(c, home, lender, &mut cohort.liquid[i], &mut loan.principal, repaid);
    } else if drawn > 0 {
        ledger.disburse(c, home, lender, &mut cohort.liquid[i], drawn);
        loan.principal += drawn;
    } else {
        return;
    }
    cohort.loan_cash[i] = Money((loan.principal - tied).max(0)).to_yuan() as f32;
}
