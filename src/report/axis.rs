//! Axes: ranges with round ticks, and the frame that maps values to the paper.
//! Pure arithmetic: no words, no colours. Ticks are multiples of 1, 2 or 5 times a power of ten, so
//! that neighbouring panels can be compared.

/// A range with round ticks inside it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    pub low: f64,
    pub high: f64,
    pub ticks: Vec<f64>,
    /// Decimals the ticks need.
    pub decimals: usize,
}

impl Axis {
    /// Covers all finite `values`, widened to round ticks; about `wanted` of them.
    /// No values or a zero width give a usable range all the same.
    pub fn around(values: impl Iterator<Item = f64>, wanted: usize) -> Axis {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for v in values.filter(|v| v.is_finite()) {
            low = low.min(v);
            high = high.max(v);
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if high - low <= f64::EPSILON * high.abs().max(low.abs()) {
            let pad = if low == 0.0 { 1.0 } else { low.abs() * 0.05 };
            // All zero (a measure nobody uses): the line lies on the floor, not in mid-air.
            (low, high) = if low == 0.0 { (0.0, pad) } else { (low - pad, high + pad) };
        }
        let step = round_step((high - low) / wanted.max(1) as f64);
        let first = (low / step + 1e-9).floor() as i64;
        let last = (high / step - 1e-9).ceil() as i64;
        // Multiples of the step, not sums: no 0.30000000000000004.
        let ticks: Vec<f64> = (first..=last).map(|i| i as f64 * step).collect();
        let decimals = TENS.iter().position(|ten| is_whole(step * ten)).unwrap_or(TENS.len());
        Axis { low: first as f64 * step, high: last as f64 * step, ticks, decimals }
    }

    /// Where `value` lies: 0 at `low`, 1 at `high`.
    pub fn share(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }
}

/// Powers of ten that a tick may need as decimals.
const TENS: [f64; 9] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

fn is_whole(x: f64) -> bool {
    (x - x.round()).abs() < 1e-6 * x.abs().max(1.0)
}

/// 1, 2 or 5 times a power of ten, at least `raw`.
fn round_step(raw: f64) -> f64 {
    let mut power = 1.0;
    while power * 10.0 <= raw {
        power *= 10.0;
    }
    while power > raw {
        power /= 10.0;
    }
    let factor = raw / power;
    let round = [1.0, 2.0, 5.0].into_iter().find(|f| factor <= f * 1.0001).unwrap_or(10.0);
    power * round
}

/// A plot area on the paper, in logical pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Frame {
    pub fn x(&self, axis: &Axis, value: f64) -> f64 {
        self.left + axis.share(value) * (self.right - self.left)
    }

    pub fn y(&self, axis: &Axis, value: f64) -> f64 {
        self.bottom - axis.share(value) * (self.bottom - self.top)
    }
}

/// Moves labels apart so that neighbours are at least `gap` away, within `low`..`high`, in the given order
/// of their wishes. Returns the places in the order given.
pub(super) fn spread(wishes: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by(|a, b| wishes[*a].total_cmp(&wishes[*b]));
    let mut places = wishes.to_vec();
    let mut floor = low;
    for i in &order {
        places[*i] = places[*i].max(floor);
        floor = places[*i] + gap;
    }
    let mut ceiling = high;
    for i in order.iter().rev() {
        places[*i] = places[*i].min(ceiling);
        ceiling = places[*i] - gap;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover() {
        let axis = Axis::around([0.013, 0.047].into_iter(), 4);
        assert_eq!((axis.low, axis.high, axis.decimals), (0.01, 0.05, 2));
        let axis = Axis::around([-3.0, 8.0].into_iter(), 4);
        assert!(axis.low <= -3.0 && axis.high >= 8.0 && axis.ticks.contains(&0.0));
    }

    #[test]
    fn awkward_values_still_give_a_range() {
        for values in [vec![], vec![f64::NAN], vec![0.0], vec![5.0, 5.0], vec![-1e18, 1e18], vec![1e-12]] {
            let axis = Axis::around(values.iter().copied(), 4);
            assert!(axis.high > axis.low && axis.ticks.len() < 12, "{values:?}: {axis:?}");
        }
        assert_eq!(Axis::around([0.0].into_iter(), 4).low, 0.0);
    }

    #[test]
    fn labels_keep_apart() {
        let places = spread(&[10.0, 11.0], 12.0, 0.0, 100.0);
        assert!((places[1] - places[0]).abs() >= 12.0);
        assert_eq!(spread(&[99.0, 98.0], 12.0, 0.0, 100.0), [100.0, 88.0]);
    }
}
