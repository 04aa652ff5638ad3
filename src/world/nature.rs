//! What a borrower's sector and flags let it be: bits that rules ask for and a borrower has or has not.
//!
//! The low byte is [`flag`] as the borrower's column holds it, the high byte what its sector is in the
//! pack; `0` asks for nothing. Whoever asks for several bits wants them all. Which rule asks for which is in `policy`.

use super::{Region, flag};

pub const TECH: u16 = flag::TECH as u16;
pub const GREEN: u16 = flag::GREEN as u16;
pub const EXPORTER: u16 = flag::EXPORTER as u16;
pub const ANCHOR_SUPPLIER: u16 = flag::ANCHOR_SUPPLIER as u16;
/// Of the sector: manufacturing, a trade the plan names as hit, transport or logistics, a crop.
pub const MANUFACTURING: u16 = 1 << 8;
pub const HIT: u16 = 1 << 9;
pub const LOGISTICS: u16 = 1 << 10;
pub const CROP: u16 = 1 << 11;

/// The sectors' bits, by sector: `of_sectors(region)[sector] | flags` is a borrower's nature.
pub fn of_sectors(region: &Region) -> Vec<u16> {
    let bits = |on: f64, bit: u16| if on != 0.0 { bit } else { 0 };
    region
        .sectors
        .iter()
        .map(|s| {
            bits(s.manufacturing, MANUFACTURING)
                | bits(s.hit, HIT)
                | bits(s.logistics, LOGISTICS)
                | bits(s.crop, CROP)
        })
        .collect()
}

const _: () = assert!(MANUFACTURING > u8::MAX as u16, "bits of sectors stand above those of flags");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_do_not_meet() {
        let all = [
            TECH,
            GREEN,
            EXPORTER,
            ANCHOR_SUPPLIER,
            u16::from(flag::PARK),
            u16::from(flag::LIFTED),
            u16::from(flag::COOPERATIVE),
            u16::from(flag::PROJECT),
            MANUFACTURING,
            HIT,
            LOGISTICS,
            CROP,
        ];
        let union = all.iter().fold(0, |a: u16, b| a | b);
        assert_eq!(union.count_ones() as usize, all.len());
    }
}
