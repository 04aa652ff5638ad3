//! The rows of `docs/effects.md`: which experiment stands for which published effect, and how it is read.
//! Published numbers are quoted from abstracts and pages; transfer from other countries is an assumption.
//! How worlds are run is in `main.rs`, how verdicts are given in `verdict.rs`.

use super::*;

pub const HEAD: &str = "# The model against published effects

Each row is an experiment of the model, what was published, what is asked of the model, and a verdict. No setting was moved for it; a miss
stays a miss, with the reason. *Asked* is all that a verdict rests on: with the whole interval inside, the row is as published; with all of it
outside, a miss; else open, and more replications would have to tell. What is asked is the published sign or figure, or a *band* around it,
since most studies are of other countries. Where no size is published, *here* tells the limit this project took. A *weak* test could hardly
have failed. The last column says why a row is not as published and what it leaves out of the finding.

";

/// Yearly flow over the whole of 2024.
fn year(s: &Seen, m: M) -> f64 {
    sum(s, m, Month::new(2024, 1), READ)
}

pub fn rows(lab: &Lab) -> Vec<Row> {
    let b = "baseline";
    let balance = |s: &Seen| at(s, M::inclusive_balance, READ);
    let end = |m: M| move |s: &Seen| at(s, m, UNTIL);
    let read = |m: M| move |s: &Seen| at(s, m, READ);
    let whole = |m: M| move |s: &Seen| year(s, m);
    let share = |with: &'static str, without: &'static str, bit: u32, of_borrowers: bool| {
        lab.ratio_of(move |w| additional(&w[with], &w[without], bit)[usize::from(of_borrowers)])
    };
    let mut rows: Vec<Row> = Vec::new();
    let mut row = |no, lever, experiment, published, expect, show, effect, why, note| {
        rows.push(Row { no, lever, experiment, published, expect, show, effect, why, note });
    };
    use Expect::{Above, Band, Below, Nothing, Sign, Untestable, Untried};
    use Show::{Number, Percent, Points};

    row(
        "1",
        "Credit guarantee: volume",
        "chain as it is against none from 2023-03: additional part of guaranteed credit, end of 2025",
        "positive, well below one for one (Cowan, Drexler, Yañez 2015, Chile)",
        Band(0.0, 1.0),
        Percent,
        share(b, "chain off", CHAIN, false),
        "most or none of the guaranteed would borrow otherwise",
        "weak: by its making the figure lies between none and all of the credit, and no size is published for \"well below\"",
    );
    row(
        "2",
        "Guarantee: default",
        "yearly defaults of enterprises' guaranteed loans less those of their other loans, baseline since 2023-03",
        "+1.17pp against similar firms, +1 to +2pp in the working paper (same); band +0.5 to +2.5pp",
        Band(0.005, 0.025),
        Points,
        lab.effect_of(|w| default_rate(&w[b], true) - default_rate(&w[b], false)),
        "who needs a guarantee lacks collateral or a long file and fails more often for that alone; the study compares similar firms, this row all of them",
        "",
    );
    row(
        "3",
        "Guarantee generosity: supply",
        "bank's share of the loss 20% to 10%: guaranteed loans 2024, percent for each point",
        "positive and elastic: elasticity of supply about 5 (Bachas, Kim, Yannelis 2021)",
        Sign(true),
        Percent,
        lab.relative("bank's share 10%", b, |s| guaranteed(s, READ)).map(|e| scaled(e, 0.1)),
        "price and limit of a guaranteed loan hang on the guarantor's cutoff and fee more than on the bank's part of the loss",
        "the sign is asked, not the elasticity",
    );
    row(
        "4a",
        "Guarantee: bankruptcy",
        "chain as it is against none: new bad loans of 2024",
        "more bankruptcies of new firms (Lelarge, Sraer, Thesmar, France)",
        Sign(true),
        Percent,
        lab.relative(b, "chain off", whole(M::npl_flow)),
        "more loans mean more bad ones, but credit also spares firms the want of cash that makes loans bad",
        "bad loans of all borrowers stand for bankruptcies of new firms",
    );
    row(
        "4b",
        "Guarantee: coverage",
        "additional part of guaranteed credit at a cutoff of 8% less that at 3.5%",
        "the effect on growth shrinks as the scheme grows (same)",
        Sign(false),
        Points,
        lab.effect_of(|w| {
            let part = |with: &Seen| {
                let [(a, b), _] = additional(with, &w["chain off"], CHAIN);
                a / b
            };
            part(&w["cutoff 8%"]) - part(&w[b])
        }),
        "those let in by a wider cutoff are those whom banks refuse, so they are more additional, not less; growth by a firm's own success is not modelled",
        "additional credit stands for growth; that excess bankruptcies grow with the scheme is not tested",
    );
    row(
        "5",
        "Guarantee: long run",
        "chain as it is against none: sales of 2025",
        "higher sales, employment and survival (Bertoni, Colombo, Quas 2023)",
        Sign(true),
        Percent,
        lab.relative(b, "chain off", |s| sum(s, M::sales, Month::new(2025, 1), UNTIL)),
        "local demand takes most of what some sell more from others",
        "sales only, within three years where the study has ten; jobs are in row 11, survival is not tested",
    );
    // One figure for two findings of a study.
    let kept = lab.ratio_of(|w| {
        let (with, without) = (&w["bank's share 10%"], &w[b]);
        let spared = at(without, M::default_rate, READ) * 0.1 * at(without, M::guaranteed_share, READ);
        let fall = at(without, M::new_loan_rate_ytd, READ) - at(with, M::new_loan_rate_ytd, READ);
        (fall, spared)
    });
    row(
        "6a",
        "Guarantee: pass-through to the rate",
        "bank's share 20% to 10%: fall of the mean rate of new loans over the loss spared on all of them (default rate × 10% × guaranteed share)",
        "below one: banks keep part (Uesugi, Sakai, Yamashiro 2006)",
        Below(1.0),
        Number,
        kept,
        "the spared loss is thousandths of a point of the mean rate, which moves more with who borrows: nothing can be read off it",
        "weak: how much banks keep is not published, and the parameter `pass_through` (70%), which names this study, keeps part of a change",
    );
    row(
        "6b",
        "Guarantee: rate",
        "the same",
        "the borrower's rate does not fall (same)",
        Below(0.0),
        Number,
        kept,
        "a quote carries the expected loss that the bank bears, so that a smaller part of it lowers the rate",
        "",
    );
    row(
        "7a",
        "Guarantee: finance additionality",
        "share of guaranteed borrowers who have no loan where there is no chain, end of 2025",
        "about 3/4 and 5/6, recalled, by surveys an upper bound (Cowling 2010; Allinson, Robson, Stone 2013, United Kingdom); band 50% to 85%",
        Band(0.5, 0.85),
        Percent,
        share(b, "chain off", CHAIN, true),
        "without the chain most of the guaranteed find another lender or product within the time; surveys ask borrowers, who say more",
        "",
    );
    row(
        "7b",
        "Fund: finance additionality",
        "share of borrowers under the fund who have no loan in the baseline, end of 2025",
        "as 7a",
        Band(0.5, 0.85),
        Percent,
        share("fund", b, FUND, true),
        "any eligible borrower who gains by it may use the fund, not only those refused elsewhere, and nearly all of them borrow in the baseline too; what surveys say is an upper bound",
        "",
    );
    row(
        "8",
        "Guarantee: jobs",
        "jobs at the end of 2025 for each 6.5m yuan (1m dollars) of additional balance, chain against none",
        "3 to 3.5 a million dollars lent (Brown, Earle 2017, United States; a check of jobs only)",
        Band(3.0, 3.5),
        Number,
        lab.ratio_of(|w| {
            let (with, without) = (&w[b], &w["chain off"]);
            let credit = at(with, M::inclusive_balance, UNTIL) - at(without, M::inclusive_balance, UNTIL);
            (at(with, M::jobs, UNTIL) - at(without, M::jobs, UNTIL), credit / 6.5e6)
        }),
        "a million dollars is the wage of several times as many here, and local demand takes much of what some gain from others",
        "the study counts by money lent, this row by additional balance",
    );
    row(
        "9",
        "Re-guarantee",
        "re-guarantor and national fund as they are against neither (the local guarantor bears 80%): guaranteed loans 2024",
        "raises lending to small firms, not for long (Chinese provinces 2016-2021)",
        Sign(true),
        Percent,
        lab.relative(b, "no re-guarantee", |s| guaranteed(s, READ)),
        "guarantors have room below their multiple: what re-guarantee frees does not bind",
        "that it does not last is not tested: the row is read once; guaranteed loans stand for loans to small firms",
    );
    row(
        "10",
        "Risk sharing of government, bank and guarantor",
        "fund against none: inclusive balance 2024",
        "raises investment of small firms (Zhang, Yu, Tao)",
        Sign(true),
        Percent,
        lab.relative("fund", b, balance),
        "a fund of 65m covers about 4% of the balance, most of it lent anyway",
        "credit stands for investment",
    );
    row(
        "11",
        "Guarantee: performance",
        "chain as it is against none: jobs at the end of 2025",
        "improves (Yu, Peng, Shi, Yang 2022)",
        Sign(true),
        Percent,
        lab.relative(b, "chain off", end(M::jobs)),
        "local demand takes most of what some gain from others",
        "known by its title, without a size; jobs stand for performance",
    );
    row(
        "12",
        "Targeted reserve cut",
        "reserves of small banks 1 point lower: inclusive balance 2024",
        "loans to small firms rise (Li, Chen, Han, Wang 2025)",
        Sign(true),
        Percent,
        lab.relative("reserves of small banks", b, balance),
        "a point of reserves is two hundredths of a point of funding cost",
        "that it is stronger where credit is scarcer is not tested",
    );
    row(
        "13",
        "Specialised or all lenders",
        "a point of reserves of small banks less the same of large banks: inclusive balance 2024",
        "stronger where aimed at specialised small lenders (Small Business Economics 2020)",
        Sign(true),
        Percent,
        lab.effect_of(|w| {
            let of = |name| balance(&w[name]);
            (of("reserves of small banks") - of("reserves of large banks")) / of(b)
        }),
        "both move quotes by the same small amount; who lends more then is a matter of the banks' sizes",
        "the study measures how investment hangs on cash flow in listed firms, this row credit",
    );
    row(
        "14a",
        "Targeted reserve cut: cost",
        "reserves of small banks 1 point lower: all-in cost 2024",
        "credit cost falls for farms and small firms (PSM-DID 2010-2022)",
        Sign(false),
        Points,
        lab.effect("reserves of small banks", b, read(M::all_in_cost)),
        "a point of reserves is two hundredths of a point of funding cost",
        "a thousandth of a point, sure only as luck is paired: a point of reserves is two hundredths of a point of funding cost",
    );
    row(
        "14b",
        "Targeted reserve cut: performance",
        "the same: sales of 2024",
        "about nothing in the west (same); here at most 0.1%",
        Nothing(0.001),
        Percent,
        lab.relative("reserves of small banks", b, whole(M::sales)),
        "",
        "weak: a point of reserves moves hardly anything (14a)",
    );
    row(
        "15",
        "Reserve requirement",
        "the same: inclusive balance 2024",
        "no lending channel, though loan growth reacts (Fungáčová, Nuutilainen, Weill 2016); here at most 1%",
        Nothing(0.01),
        Percent,
        lab.relative("reserves of small banks", b, balance),
        "",
        "weak: the figure of row 12, where a rise is asked; reserves of small banks only. That loan growth reacts is row 12",
    );
    row(
        "16a",
        "New sub-branches: entry",
        "–",
        "more entry in the county (Wang, Xu, Yan 2025)",
        Untestable,
        Percent,
        None,
        "entry follows a path of its own and does not answer to finance",
        "",
    );
    row(
        "16b",
        "New sub-branches: employment",
        "finance ports as shipped: jobs at the end of 2025",
        "more employment (same)",
        Sign(true),
        Percent,
        lab.relative("ports", b, end(M::jobs)),
        "local demand: what some gain, others lose",
        "finance ports stand for sub-branches",
    );
    row(
        "17",
        "Interest rate: demand",
        "LPR half a point lower: percent of new loans of 2024 for each percent of their rate",
        "elasticity -1.1 in the first year, -1.9 after 29 months, -2.9 in the third year (Karlan, Zinman, Mexico); band -2 to -0.3",
        Band(-2.0, -0.3),
        Number,
        lab.ratio_of(|w| {
            let (with, without) = (&w["LPR"], &w[b]);
            let lent = year(with, M::new_loans) / year(without, M::new_loans) - 1.0;
            let rate = at(with, M::new_loan_rate_ytd, READ) / at(without, M::new_loan_rate_ytd, READ) - 1.0;
            (lent, rate)
        }),
        "needs are for working capital of a given size, files and collateral limit the amount before the price does, most quotes stand at break-even, which LPR leaves alone, and the ceiling of LPR + 8 points comes down on the riskiest",
        "the amount asked answers to the price by the parameter `price_slope` (0.6), which names this study",
    );
    row(
        "18",
        "Maturity and price",
        "–",
        "quantity answers more to maturity than to the rate (Karlan, Zinman 2007)",
        Untried,
        Percent,
        None,
        "working-capital loans have one tenor for all; loans for equipment have a setting of months, with which no experiment was made: how much may be borrowed follows from it by a rule",
        "",
    );
    row(
        "19a",
        "Information sharing: access",
        "shared data as shipped: borrowers at the end of 2024",
        "improves access, more for opaque firms (Brown, Jappelli, Pagano 2009)",
        Sign(true),
        Percent,
        lab.relative("information", b, read(M::inclusive_borrowers)),
        "most who are not known are let in at a price for all of them, so that better sight finds more to refuse than to win: refusals for a thin file rise by a tenth among the self-employed. Desks are not the reason: with officers hired where they lack it is the same",
        "opaque firms are not read apart",
    );
    row(
        "19b",
        "Information sharing: cost",
        "the same: all-in cost 2024",
        "lowers cost (same)",
        Sign(false),
        Points,
        lab.effect("information", b, read(M::all_in_cost)),
        "who is let in newly is dearer than the mean, and every query is paid for",
        "",
    );
    row(
        "20",
        "Information sharing: first-timers",
        "the same: first loans of 2024",
        "first-timers may lose (Bos, De Haas, Millone, Bosnia)",
        Sign(false),
        Percent,
        lab.relative("information", b, whole(M::first_time_borrowers)),
        "the study is of a registry of repayment, which shows nothing of first-timers; tax and insurance data show them to lenders here",
        "that loans of first-timers are smaller, shorter and dearer is not tested",
    );
    row(
        "21",
        "Information sharing: default",
        "the same: default rate 2024",
        "delinquencies fall (Doblas-Madrid, Minetti 2009)",
        Sign(false),
        Points,
        lab.effect("information", b, read(M::default_rate)),
        "those let in are as risky as those refused",
        "",
    );
    row(
        "22",
        "Credit bureau reform",
        "the same: coverage 2024",
        "access +2 to +8pp, low confidence (Martínez Pería, Singh)",
        Band(0.02, 0.08),
        Points,
        lab.effect("information", b, read(M::coverage_share)),
        "as in 19a; and a quarter less noise where there is no file is far from a bureau",
        "",
    );
    let moved = lab.relative("deferral", b, |s| sum(s, M::npl_flow, Month::new(2023, 3), READ));
    row(
        "23a",
        "Deferral: default, offered",
        "deferral in 2023: new bad loans of 2023 and 2024",
        "offered by lenders it lowers default (Fiorin, Hall, Kanz, India)",
        Sign(false),
        Percent,
        moved,
        "what is put off comes due",
        "deferral is granted by rule here, and an offer is the same as an order: 23a and 23b cannot both hold",
    );
    row(
        "23b",
        "Deferral: default, imposed",
        "the same",
        "imposed by the regulator it does not lower default (same)",
        Above(0.0),
        Percent,
        moved,
        "whoever orders it, who is spared the want of cash for some months fails later or not at all",
        "as 23a",
    );
    row(
        "24a",
        "Deferral while it lasts",
        "the same: NPL ratio in 2023-12",
        "no significant difference of default while it lasts (loan-level, China); here at most 0.05pp",
        Nothing(0.0005),
        Points,
        lab.effect("deferral", b, |s| at(s, M::npl_ratio, Month::new(2023, 12))),
        "a deferred loan is performing by rule, so that the ratio is lower while it lasts",
        "the ratio stands for the probability of default",
    );
    row(
        "24b",
        "Deferral at expiry",
        "the same: new bad loans of 2024, when the window is closed",
        "a rise is possible (expected here)",
        Sign(true),
        Percent,
        lab.relative("deferral", b, whole(M::npl_flow)),
        "many of those deferred are on their feet again when it ends",
        "weak: the study does not find it, and a fall would not contradict it",
    );
    row(
        "25a",
        "Officers' incentives: approvals",
        "exemption as shipped: approvals over applications of 2024",
        "permissive schemes raise approvals (Cole, Kanz, Klapper 2015)",
        Sign(true),
        Points,
        lab.effect("exemption", b, |s| year(s, M::approvals) / year(s, M::applications)),
        "who passes more easily applies more, and the two banks that draw most still hire",
        "",
    );
    row(
        "25b",
        "Officers' incentives: risk",
        "the same: default rate 2024",
        "officers grade the same loan less risky: worse loans pass (same)",
        Sign(true),
        Points,
        lab.effect("exemption", b, read(M::default_rate)),
        "the exemption's drift is small beside the luck of a year",
        "defaults stand for grades; that screening gets noisier is a setting",
    );
    row(
        "26",
        "Crop insurance: credit",
        "insurance as shipped: owed by growers of insured crops, end of 2025",
        "credit demand rises (Cai 2012, Jiangxi)",
        Sign(true),
        Percent,
        lab.relative("insurance", b, |s| owed(s, lab, true)),
        "claims replace some borrowing after a poor harvest",
        "policies may be pledged, which is a setting and raises what is lent; that savings fall is not tested",
    );
    row(
        "27",
        "Insurance education",
        "–",
        "uptake +15pp (Cai, de Janvry, Sadoulet)",
        Untestable,
        Percent,
        None,
        "uptake is a setting of the insurance; lessons move awareness of credit and giving up after a refusal only",
        "",
    );
    row(
        "28",
        "Sow insurance",
        "–",
        "more sows (Cai, Chen, Fang, Zhou)",
        Untestable,
        Percent,
        None,
        "livestock and fish are a sector with sales and credit, but without herds that could grow; insurance takes crops only",
        "",
    );
    row(
        "29",
        "Credit villages",
        "as shipped: agricultural balance 2024",
        "access rises (Zhang Ning and others 2022)",
        Sign(true),
        Percent,
        lab.relative("villages", b, read(M::agri_balance)),
        "who is seen better is not only let in but also refused",
        "the balance stands for access; who takes part is a setting",
    );
    row(
        "30a",
        "Order of monetary tools",
        "quotas of re-lending half as large again less a point of reserves of small banks: inclusive balance 2024",
        "direct lending does more than targeted reserves (Xiao 2023)",
        Sign(true),
        Percent,
        lab.effect_of(|w| {
            let of = |name| balance(&w[name]);
            (of("re-lending") - of("reserves of small banks")) / of(b)
        }),
        "the quota binds in few months: more of it is hardly drawn",
        "the two doses are not of one size",
    );
    row(
        "30b",
        "Interest subsidy",
        "green subsidy as shipped: inclusive balance at the end of 2025",
        "lasts longer than the others (same)",
        Sign(true),
        Percent,
        lab.relative("subsidy", b, end(M::inclusive_balance)),
        "a budget of 10m yuan a year reaches few",
        "that it lasts longer than other tools is not tested: it is still paid when the row is read",
    );
    row(
        "31",
        "Fund: leverage",
        "covered balance over the 65m yuan at the end of 2024",
        "2 to 5 realised, not 10 (Dianjiang 2016 and the like)",
        Band(2.0, 5.0),
        Number,
        lab.effect_of(|w| at(&w["fund"], M::fund_covered, READ) / 65e6),
        "access is open to any eligible borrower who gains by it, so that demand meets the multiple within a year",
        "one county's own report",
    );
    let tools = [
        ("32a", "1%", 18_752_000_000, 187.52, "187.52m paid for 18.752bn more at 1% (Guangdong 2022)"),
        ("32b", "2%", 21_900_000_000, 438.0, "438m paid for 21.9bn more at 2% (Shenzhen 2022)"),
    ];
    for (no, ratio, increase, paid, words) in tools {
        let effect = lab.effect_of(|_| tool(ratio, increase));
        let experiment = "million yuan that the settlement code pays for this increase";
        let note = "arithmetic of the settlement, not an effect";
        row(
            no,
            "Accounting of the support tool",
            experiment,
            words,
            Band(paid, paid),
            Number,
            effect,
            "",
            note,
        );
    }
    signs::signs(lab, &mut rows);
    rows
}

pub fn scaled(e: Effect, by: f64) -> Effect {
    let (x, y) = (e.low * by, e.high * by);
    Effect { mean: e.mean * by, se: e.se * by.abs(), low: x.min(y), high: x.max(y), ..e }
}

/// What the tool pays one local bank for an increase, million yuan.
fn tool(ratio: &str, increase_yuan: i64) -> f64 {
    let text = format!(
        "schema = \"puhui/scenario/1\"\n[policy.inclusive_support_tool]\nratio = \"{ratio}\"\nquota = \"100亿元\"\n"
    );
    let input = Input::Text { id: "tool".into(), text };
    let Ok(loaded) = scenario::load(&[input], &Options::default()) else { return f64::NAN };
    let before = 10_000_000_000_000;
    let ask = QuarterAsk {
        kind: LenderKind::Rural,
        local_legal_person: true,
        balance_before: before,
        balance_now: before + increase_yuan * 100,
        high_water: before,
        paid_this_year: 0,
    };
    let answer = loaded.scenarios[0].policy.at(Month::new(2022, 6)).incentive(&ask);
    answer.claim.min(answer.room) as f64 / 1e8
}
