//! Crop insurance: who takes a policy in January, and what it pays as the harvest comes in.
//!
//! Yields are drawn by crop and township and year (`environment`), so a policy covers what befalls the township;
//! a grower's own luck stays its own. Terms are asked when the desk opens; money moves by `ledger::steady`.

use crate::luck::{Stream, kernel};
use crate::metrics::Payer;
use crate::policy::{CropCover, PolicyMonth, SteadyAnswer, SteadyAsk, place};
use crate::units::{Money, ppm, share_fen, split_fen};
use crate::world::{Borrower, CLASSES, Class, CropPolicy, Region, World, status};

use super::desk::{BUCKETS, Desk};
use super::{Run, environment};

/// What the month's instruments say where income is realised: class × sector.
#[derive(Clone, Debug, Default)]
pub struct Steady {
    of: Vec<SteadyAnswer>,
    sectors: usize,
    /// Whether any crop can be insured: else nobody needs to look.
    pub insuring: bool,
    /// Whether anybody hedges a currency.
    pub hedging: bool,
    /// Whether funds take stakes.
    pub backing: bool,
}

impl Steady {
    pub fn open(region: &Region, policy: &PolicyMonth) -> Steady {
        let mut out = Steady { sectors: region.sectors.len(), ..Steady::default() };
        for class in Class::ALL {
            for sector in &region.sectors {
                let answer = policy.steady(&SteadyAsk { class, sector: &sector.id });
                out.insuring |= answer.crop.uptake > 0.0 && sector.crop != 0.0;
                out.hedging |= answer.hedge.share > 0.0;
                out.backing |= answer.stakes.share > 0.0;
                out.of.push(answer);
            }
        }
        out
    }

    pub fn at(&self, class: usize, sector: u8) -> &SteadyAnswer {
        &self.of[class * self.sectors + usize::from(sector)]
    }
}

/// Parts of a premium: central, city and district budget, each rounded by itself; the grower pays the rest.
pub fn premium_parts(premium: i64, public: [f64; 3]) -> [i64; 4] {
    let shares = public.map(ppm);
    split_fen(premium, [shares[0], shares[1], shares[2], 1_000_000 - shares.iter().sum::<i64>()])
}

/// Loss of a harvest that brings `index` of the normal one, if it reaches the trigger.
pub fn insured_loss(index: f64, trigger: f64) -> f64 {
    let loss = 1.0 - index;
    if loss >= trigger { loss } else { 0.0 }
}

/// January: policies of the old year end, those of the new one are taken and paid for.
pub fn insure(run: &mut Run) {
    let month = run.world.month;
    if month.month() != 1 {
        return;
    }
    run.world.policies.clear();
    if !run.desk.steady.insuring {
        return;
    }
    let dated = environment::dated(run);
    let luck = run.luck.key_fixed(Stream::Insurance);
    let World { cohorts, ledger, region, policies, counters, .. } = &mut run.world;
    let crops: Vec<Option<usize>> = crop_places(region);
    for (c, cohort) in cohorts.iter_mut().enumerate().filter(|(c, _)| Class::from_index(*c).is_agri()) {
        let w = ledger.weight[c];
        for i in 0..cohort.len() {
            let Some(crop) = crops[usize::from(cohort.sector[i])] else { continue };
            let terms: CropCover = run.desk.steady.at(c, cohort.sector[i]).crop;
            let willing = terms.uptake > 0.0 && f64::from(luck.unit(cohort.id[i])) < terms.uptake;
            if !willing || !cohort.is(i, status::LIVE) {
                continue;
            }
            let price = region.paths.crop_price[crop].at(dated);
            let sum = Money::yuan((terms.cover * 12.0 * f64::from(cohort.sales[i]) * price) as i64).fen();
            let [central, city, district, own] = premium_parts(share_fen(sum, ppm(terms.rate)), terms.public);
            if sum == 0 || cohort.liquid[i] < own {
                continue;
            }
            let home = usize::from(cohort.home[i]);
            ledger.insure_crop(c, home, &mut cohort.liquid[i], own, [central, city, district]);
            counters.premium_subsidies += (central + city + district) * w;
            policies.push(CropPolicy {
                borrower: Borrower::new(c, i),
                id: cohort.id[i],
                crop: crop as u8,
                township: cohort.township[i],
                revenue: terms.revenue,
                trigger: terms.trigger as f32,
                sum,
            });
            run.journal.helped(place!("crop_insurance"), w, 0);
            let parts = [
                (Payer::CentralBudget, central),
                (Payer::CityBudget, city),
                (Payer::DistrictBudget, district),
            ];
            parts
                .into_iter()
                .for_each(|(payer, fen)| run.journal.borne(place!("crop_insurance"), payer, fen * w));
        }
    }
}

/// The month's harvest is in: claims are paid on the part of the sum insured that falls to it.
pub fn claims(run: &mut Run) {
    let month = run.world.month.month();
    let World { cohorts, ledger, region, policies, environment: e, .. } = &mut run.world;
    if policies.is_empty() {
        return;
    }
    let towns = region.townships.len();
    let crops: Vec<_> = region.sectors.iter().filter(|s| s.crop != 0.0).collect();
    // By crop and township: what is left of a normal harvest, and of what it sells for.
    let left = |k: usize| [0.0, e.price[k / towns]].map(|price| kernel::exp64(price + e.yields[k]));
    let indices: Vec<[f64; 2]> = (0..crops.len() * towns).map(left).collect();
    let seasons: Vec<f64> = crops.iter().map(|s| environment::season(s, month)).collect();
    for policy in policies.iter() {
        let crop = usize::from(policy.crop);
        let place = crop * towns + usize::from(policy.township);
        let loss = insured_loss(indices[place][usize::from(policy.revenue)], f64::from(policy.trigger));
        // In most years most policies pay nothing: their holders are not looked up.
        if loss == 0.0 {
            continue;
        }
        let (c, i) = (policy.borrower.class(), policy.borrower.slot());
        let cohort = &mut cohorts[c];
        if cohort.id[i] != policy.id || !cohort.is(i, status::LIVE) {
            continue;
        }
        let due = share_fen(policy.sum, ppm(loss * seasons[crop] / 12.0));
        if due > 0 {
            ledger.crop_claim(c, usize::from(cohort.home[i]), &mut cohort.liquid[i], due);
        }
    }
}

/// Sum insured of a borrower's policy in force, yuan.
pub fn sum_insured(world: &World, borrower: Borrower, id: u32) -> f64 {
    let at = world.policies.binary_search_by_key(&borrower, |p| p.borrower);
    at.ok().map(|k| &world.policies[k]).filter(|p| p.id == id).map_or(0.0, |p| Money(p.sum).to_yuan())
}

/// First rating of a borrower's row of beliefs, and its sum insured, yuan.
#[inline(always)]
pub fn row(run: &Run, desk: &Desk, borrower: Borrower, id: u32) -> (u8, f64) {
    let sum = if desk.steady.insuring { sum_insured(&run.world, borrower, id) } else { 0.0 };
    (if sum > 0.0 { BUCKETS as u8 } else { 0 }, sum)
}

/// Live growers of crops that can be insured, weighed.
pub fn growers(run: &Run) -> i64 {
    if !run.desk.steady.insuring {
        return 0;
    }
    let count = |c: usize| {
        let cohort = &run.world.cohorts[c];
        let can = |i: &usize| {
            cohort.is(*i, status::LIVE) && run.desk.steady.at(c, cohort.sector[*i]).crop.uptake > 0.0
        };
        (0..cohort.len()).filter(can).count() as i64 * run.world.weight(c)
    };
    (0..CLASSES).map(count).sum()
}

/// Place of each sector among the crops.
fn crop_places(region: &Region) -> Vec<Option<usize>> {
    let mut next = 0;
    let place = |s: &crate::world::Sector| {
        (s.crop != 0.0).then(|| {
            next += 1;
            next - 1
        })
    };
    region.sectors.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_premium_of_18_yuan_is_split_to_the_fen() {
        // Rice in the pilot of 2014: 300 yuan insured at 6%; the county's split of 2024.
        let premium = share_fen(Money::yuan(300).fen(), ppm(0.06));
        assert_eq!(premium, 1800);
        assert_eq!(premium_parts(premium, [0.45, 0.3, 0.1]), [810, 540, 180, 270]);
        // Feature crops: 40% city, 30% district, 30% grower; nothing is lost to rounding.
        assert_eq!(premium_parts(1801, [0.0, 0.4, 0.3]).iter().sum::<i64>(), 1801);
    }

    #[test]
    fn a_loss_below_the_trigger_pays_nothing_and_above_it_all() {
        assert_eq!(insured_loss(0.81, 0.2), 0.0);
        assert!((insured_loss(0.7, 0.2) - 0.3).abs() < 1e-12);
        assert_eq!(insured_loss(1.4, 0.2), 0.0);
    }
}
