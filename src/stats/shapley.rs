//! Fair shares of what several players bring about together (Shapley 1953), and how much two of them do only
//! together (Shapley interaction index of Grabisch and Roubens 1999).
//!
//! A game is a table of worths by coalition: place `s` holds the worth of the players whose bits are set in `s`,
//! so the table has 2ⁿ places and place 0 is nobody. Shares sum to the worth of all less that of nobody.

/// Number of players of a table of worths.
///
/// # Panics
/// If the table has not 2ⁿ places.
fn players(worth: &[f64]) -> usize {
    assert!(worth.len().is_power_of_two(), "a game of n players has 2^n worths, not {}", worth.len());
    worth.len().trailing_zeros() as usize
}

/// Weight of each size of the other players' coalition, of `others` players in all: orders in which exactly
/// that coalition comes before, over all orders.
fn weights(others: usize) -> Vec<f64> {
    // 1 / ((others + 1) · C(others, k)), binomials one from the other.
    let mut choose = 1.0;
    (0..=others)
        .map(|k| {
            let weight = 1.0 / ((others as f64 + 1.0) * choose);
            choose *= (others - k) as f64 / (k as f64 + 1.0);
            weight
        })
        .collect()
}

/// Each player's mean contribution over all orders of joining; NaN where a worth it needs is.
pub fn shares(worth: &[f64]) -> Vec<f64> {
    let n = players(worth);
    if n == 0 {
        return Vec::new();
    }
    let weight = weights(n - 1);
    (0..n)
        .map(|i| {
            let without = (0..worth.len()).filter(|s| s >> i & 1 == 0);
            without.map(|s| weight[s.count_ones() as usize] * (worth[s | 1 << i] - worth[s])).sum()
        })
        .collect()
}

/// What two players do together beyond what each does without the other, averaged over coalitions of the rest:
/// pairs (i, j), i < j, in rising order.
pub fn interactions(worth: &[f64]) -> Vec<(usize, usize, f64)> {
    let n = players(worth);
    let mut out = Vec::new();
    for j in 1..n {
        for i in 0..j {
            let weight = weights(n - 2);
            let (a, b) = (1 << i, 1 << j);
            let without = (0..worth.len()).filter(|s| s & (a | b) == 0);
            let joint = |s: usize| worth[s | a | b] - worth[s | a] - worth[s | b] + worth[s];
            let sum = without.map(|s| weight[s.count_ones() as usize] * joint(s)).sum();
            out.push((i, j, sum));
        }
    }
    out.sort_by_key(|&(i, j, _)| (i, j));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} is not {b}");
    }

    #[test]
    fn gloves() {
        // Two left gloves (0, 1) and a right one (2): a pair is worth 1 (Shapley: 1/6, 1/6, 2/3).
        let worth: Vec<f64> = (0..8u32).map(|s| f64::from(s & 4 != 0 && s & 3 != 0)).collect();
        let got = shares(&worth);
        for (share, want) in got.iter().zip([1.0 / 6.0, 1.0 / 6.0, 2.0 / 3.0]) {
            close(*share, want);
        }
        // The left gloves stand in for each other, each needs the right one.
        let pairs = interactions(&worth);
        for ((i, j, sum), want) in pairs.into_iter().zip([(0, 1, -0.5), (0, 2, 0.5), (1, 2, 0.5)]) {
            assert_eq!((i, j), (want.0, want.1));
            close(sum, want.2);
        }
    }

    #[test]
    fn who_only_adds_gets_what_it_adds_and_shares_sum_to_the_whole() {
        // Worth of nobody 10; players add 1, 2, 4, 8; players 0 and 3 bring 6 more together.
        let worth: Vec<f64> =
            (0..16u32).map(|s| 10.0 + f64::from(s) + if s & 9 == 9 { 6.0 } else { 0.0 }).collect();
        let got = shares(&worth);
        for (share, want) in got.iter().zip([4.0, 2.0, 4.0, 11.0]) {
            close(*share, want);
        }
        close(got.iter().sum(), worth[15] - worth[0]);
        for (i, j, sum) in interactions(&worth) {
            close(sum, if (i, j) == (0, 3) { 6.0 } else { 0.0 });
        }
        close(
            weights(7).iter().enumerate().map(|(k, w)| w * [1, 7, 21, 35, 35, 21, 7, 1][k] as f64).sum(),
            1.0,
        );
        assert_eq!(shares(&[3.0]), Vec::<f64>::new());
        assert!(shares(&[0.0, f64::NAN])[0].is_nan());
    }
}
