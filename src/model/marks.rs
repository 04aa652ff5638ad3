//! Where the marks of a block are: loops over whole columns mark whom something may concern, and what is rare is
//! then done for these alone.
//! What a mark means is decided where it is made: `operate`, `need`, `turnover`.

use crate::luck::simd::twin;

/// Most that is looked at together.
pub const MOST: usize = 1024;
/// Places are written eight at once, the last of which may be nobody's.
const AT_ONCE: usize = 8;

/// Room for the places of one block.
pub type Places = [u16; MOST + AT_ONCE];

/// Room for [`places`].
pub const fn room() -> Places {
    [0; MOST + AT_ONCE]
}

twin! {
    /// Writes where `marks` are 1 (else they are 0), in order, and says how many are. No step hangs on a single
    /// mark, which no processor could foresee.
    fn find, find_plain(marks: &[u8], out: &mut Places) -> usize {
        // Moves the lowest bit of byte k to bit 56 + k; no two meet.
        const GATHER: u64 = 0x0102_0408_1020_4080;
        assert!(marks.len() <= MOST);
        let mut found = 0;
        for (first, some) in (0u16..).step_by(64).zip(marks.chunks(64)) {
            let mut bits = 0u64;
            let (eights, rest) = some.as_chunks::<8>();
            for (k, eight) in eights.iter().enumerate() {
                bits |= (u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56) << (8 * k);
            }
            for (k, &mark) in rest.iter().enumerate() {
                bits |= u64::from(mark) << (8 * eights.len() + k);
            }
            loop {
                let next: &mut [u16; AT_ONCE] =
                    (&mut out[found..found + AT_ONCE]).try_into().expect("of that length");
                found += (bits.count_ones() as usize).min(AT_ONCE);
                for place in next {
                    *place = first.wrapping_add(bits.trailing_zeros() as u16);
                    bits &= bits.wrapping_sub(1);
                }
                if bits == 0 {
                    break;
                }
            }
        }
        found
    }
}

/// Places of the marks, which are 0 or 1, in order.
pub fn places<'a>(
    marks: &[u8],
    room: &'a mut Places,
) -> impl ExactSizeIterator<Item = usize> + Clone + use<'a> {
    let found = find(marks, room);
    room[..found].iter().map(|&place| usize::from(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_where_they_are() {
        let mut marks: Vec<u8> = Vec::new();
        let mut room = room();
        for n in 0..MOST as u32 {
            marks.push(u8::from(n % 7 == 3 || n / 16 == 5 || n > 960));
            let there: Vec<usize> = (0..marks.len()).filter(|&i| marks[i] == 1).collect();
            assert_eq!(places(&marks, &mut room).collect::<Vec<_>>(), there);
            assert_eq!(find_plain(&marks, &mut room), there.len());
            assert!(room.iter().map(|&place| usize::from(place)).take(there.len()).eq(there));
        }
    }
}
