//! What draws are for: every stream of luck by name and number.
//!
//! Which key a stream has in a month, and what is drawn under it, is in [`crate::luck::keys`].

macro_rules! streams {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal,)+) => {
        /// What a draw is for. Numbers are explicit, append-only and never reused: a new purpose
        /// takes a new number, so nobody else's luck changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u32)]
        pub enum Stream {
            $($(#[doc = $doc])+ $name = $number,)+
        }
        impl Stream {
            /// Every stream with its name and what it is for.
            pub const ALL: &[(Stream, &str, &str)] =
                &[$((Stream::$name, stringify!($name), concat!($($doc),+).trim_ascii()),)+];
        }
    };
}

streams! {
    /// Lasting attributes of a borrower that have no stream of their own.
    Attributes = 1,
    /// Monthly productivity shock.
    Productivity = 2,
    /// Whether a cash event (illness, lost order, late payer) strikes.
    CashEvent = 3,
    /// Size of the cash event.
    EventSize = 4,
    /// Whether the borrower hears of an offer.
    Awareness = 5,
    /// Whether a need becomes an application.
    Apply = 6,
    /// Whether a lender can be reached.
    Reach = 7,
    /// Noise in what a lender sees of the borrower.
    Signal = 8,
    /// Place in a lender's queue when capacity is short.
    Queue = 9,
    /// Harvest of a farming household.
    Harvest = 10,
    /// Entry of new borrowers.
    Entry = 11,
    /// Exit of a borrower.
    Exit = 12,
    /// Choice among lenders and products.
    Route = 13,
    /// Return on what the loan was used for.
    Return = 14,
    /// Weather of the region.
    Weather = 15,
    /// Macroeconomic shocks of the region.
    Macro = 16,
    /// The population in month zero, where nothing finer is named.
    Genesis = 17,
    /// Recovery after default.
    Recovery = 18,
    /// Wages.
    Wage = 19,
    /// Prices of outputs and inputs.
    Price = 20,
    /// Whether a borrower is discouraged from applying.
    Discouraged = 21,
    /// Non-performing loans that month zero inherits.
    LegacyNpl = 22,
    /// Lasting quality of a borrower.
    Quality = 23,
    /// Size of a borrower's business.
    Size = 24,
    /// Collateral a borrower owns.
    Collateral = 25,
    /// Cash cushion in month zero.
    Cushion = 26,
    /// Need of funds.
    Need = 27,
    /// Yes-or-no attributes of a borrower.
    Flags = 28,
    /// Sector of a borrower.
    Sector = 29,
    /// Home lender of a borrower.
    Lender = 30,
    /// Age of a business.
    Age = 31,
    /// Scale of operation.
    Scale = 32,
    /// Lenders' capacity.
    Capacity = 33,
    /// Resampling in estimates; `month` counts resamples.
    Bootstrap = 34,
    /// Of whom tax records are at hand, and who holds an order of a public buyer.
    Records = 35,
    /// Who is among those whose bank renews, defers, keeps a line or offers one.
    Relief = 40,
    /// Who has a project in which a policy bank might take a stake.
    Project = 41,
    /// Who has a standing that its mark allows: something to pledge, a place on a list.
    Standing = 42,
    /// Who belongs to a cooperative or farms under contract with a firm.
    Cooperative = 43,
    /// Who is among those that insure their crop.
    Insurance = 45,
    /// Who is among the exporters that hedge.
    Hedge = 46,
    /// To whom a lease is offered.
    Lease = 47,
    /// Who would renew equipment if a loan for it were offered.
    Equipment = 48,
    /// Health of anchor firms.
    Anchor = 56,
    /// Which enterprises equity funds look at, and what they see of them.
    Stake = 60,
    /// Which firms are made ready to issue a bond, and how they are rated.
    Bond = 61,
    /// Who meets an opportunity to invest, which branches lend for it over years, and its place in the queue.
    Investment = 62,
    /// Points of a design; `month` tells samplers apart.
    Points = 90,
}
