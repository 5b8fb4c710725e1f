//! Named abort points for the crash stories: in builds with debug assertions the process dies at the armed point as if
//! the power had failed; in release builds all of it compiles to nothing.

use std::sync::OnceLock;

/// The point that was armed, for the life of the process.
static ARMED: OnceLock<Option<String>> = OnceLock::new();

/// Arms one point, once per process; later calls change nothing. A release build takes the name and does nothing with it.
pub fn arm(name: Option<&str>) {
    let _ = ARMED.set(name.map(str::to_owned));
}

/// Whether this point is armed. Where bytes wait in a buffer, the caller flushes them first, so that the world sees them.
#[inline]
pub fn is_armed(name: &str) -> bool {
    cfg!(debug_assertions) && ARMED.get().and_then(Option::as_deref) == Some(name)
}

/// Dies here when this point is armed. No destructor runs and no buffer is flushed: that is the purpose.
#[inline]
pub fn point(name: &'static str) {
    if is_armed(name) {
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_unarmed_point_is_passed() {
        super::point("test.nowhere");
    }
}
