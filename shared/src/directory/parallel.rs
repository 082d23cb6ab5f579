//! Work over chunks on two threads where there is enough of it.

/// Below this many chunks a second thread costs more than it saves (64k rows).
const WORTH_IT: usize = 16;

/// Results of `work` for every item, in order; two threads share long lists.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(usize, &T) -> R + Sync) -> Vec<R> {
    let all = |from: usize, items: &[T]| -> Vec<R> {
        let each = items.iter().enumerate();
        each.map(|(at, item)| work(from + at, item)).collect()
    };
    if items.len() < WORTH_IT {
        return all(0, items);
    }
    let (near, far) = items.split_at(items.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| all(near.len(), far));
        let mut results = all(0, near);
        match other.join() {
            Ok(rest) => results.extend(rest),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        results
    })
}
