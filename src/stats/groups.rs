//! Rankings as far as they are known: items whose intervals overlap share a place.
//!
//! A cut stands between two places only where every interval above it lies wholly above every interval below;
//! nothing else about an order is told. Estimates and intervals come from elsewhere.

use super::bootstrap::Interval;

/// Items in falling order, grouped; those without an interval are left out.
pub fn separated(items: &[Interval]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..items.len()).filter(|&i| items[i].is_bounded()).collect();
    order.sort_by(|&a, &b| items[b].value.total_cmp(&items[a].value).then(a.cmp(&b)));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut lowest = f64::INFINITY;
    for (place, &item) in order.iter().enumerate() {
        let below = order[place..].iter().map(|&i| items[i].high).fold(f64::NEG_INFINITY, f64::max);
        match groups.last_mut() {
            Some(group) if lowest <= below => group.push(item),
            _ => groups.push(vec![item]),
        }
        lowest = lowest.min(items[item].low);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_intervals_that_part_are_ranked() {
        let i = |low: f64, value: f64, high: f64| Interval { value, low, high };
        let items =
            [i(0.1, 0.2, 0.3), i(0.7, 0.8, 0.9), i(0.25, 0.35, 0.4), Interval::NONE, i(0.0, 0.01, 0.05)];
        assert_eq!(separated(&items), [vec![1], vec![2, 0], vec![4]]);
        // One wide interval low in the order ties everything above it.
        let wide = [i(0.7, 0.8, 0.9), i(0.4, 0.5, 0.6), i(0.0, 0.1, 0.95)];
        assert_eq!(separated(&wide), [vec![0, 1, 2]]);
        assert!(separated(&[]).is_empty());
    }
}
