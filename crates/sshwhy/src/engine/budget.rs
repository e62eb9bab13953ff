//! How many connections a run may open, and how many at once.

use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use crate::sys::cancel::Cancel;
use crate::sys::cancel::LOOK;

/// No more than this many connections to one target at the same time.
const AT_ONCE: u32 = 2;

/// Counts connections to the target.
#[derive(Clone, Debug)]
pub struct Budget(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    count: Mutex<Count>,
    changed: Condvar,
    allowed: u32,
}

#[derive(Debug, Default)]
struct Count {
    opened: u32,
    open: u32,
}

/// Leave to have one connection; dropping it gives the place back.
#[derive(Debug)]
pub struct Permit(Budget);

impl Budget {
    /// A budget of so many connections in all.
    pub fn new(allowed: u32) -> Self {
        let count = Mutex::default();
        Self(Arc::new(Shared { count, changed: Condvar::new(), allowed }))
    }

    /// How many connections were opened so far.
    pub fn opened(&self) -> u32 {
        self.count().opened
    }

    /// How many may still be opened.
    pub fn left(&self) -> u32 {
        self.0.allowed.saturating_sub(self.opened())
    }

    /// Waits for a place; `None` when the budget is spent or the work was cancelled.
    pub fn permit(&self, cancel: &Cancel) -> Option<Permit> {
        let mut count = self.count();
        loop {
            if count.opened >= self.0.allowed || cancel.is_set() {
                return None;
            }
            if count.open < AT_ONCE {
                count.opened += 1;
                count.open += 1;
                return Some(Permit(self.clone()));
            }
            count = self.wait(count, LOOK);
        }
    }

    fn count(&self) -> MutexGuard<'_, Count> {
        self.0.count.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, count: MutexGuard<'a, Count>, limit: Duration) -> MutexGuard<'a, Count> {
        let waited = self.0.changed.wait_timeout(count, limit);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.count().open -= 1;
        self.0.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_at_once_and_no_more_than_allowed() {
        let (budget, cancel) = (Budget::new(3), Cancel::new());
        let first = budget.permit(&cancel).unwrap();
        let second = budget.permit(&cancel).unwrap();
        let waiting = std::thread::spawn({
            let (budget, cancel) = (budget.clone(), cancel.clone());
            move || budget.permit(&cancel).is_some()
        });
        drop(first);
        assert!(waiting.join().unwrap());
        drop(second);
        assert!(budget.permit(&cancel).is_none());
        assert_eq!((budget.opened(), budget.left()), (3, 0));
    }
}
