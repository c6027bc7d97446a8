//! Asks the processor for memory that will soon be needed, so that it comes while something else is worked on.
#![expect(unsafe_code, reason = "the only way to ask; without it a run takes a third longer to decide")]

/// How much memory comes at once, in bytes: a cache line.
const LINE_LEN: usize = 64;

/// Asks for the first bytes of a value.
#[inline(always)]
pub(crate) fn prefetch<T>(value: &T) {
    prefetch_front::<T, 1>(value);
}

/// Asks for so many cache lines from the beginning of a value.
#[inline(always)]
pub(super) fn prefetch_front<T, const LINES: usize>(value: &T) {
    let start = std::ptr::from_ref(value).cast::<i8>();
    for line in 0..LINES {
        prefetch_line(start.wrapping_add(line * LINE_LEN));
    }
}

/// Asks for the place behind a list's last element, where the next one will stand if there is room.
#[inline(always)]
pub(super) fn prefetch_end<T>(list: &[T]) {
    prefetch_line(list.as_ptr_range().end.cast());
}

#[inline(always)]
fn prefetch_line(address: *const i8) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch is a hint. It reads nothing into the program and writes nothing, and whatever the address, valid
    // or not, it never faults (Intel 64 and IA-32 Architectures Software Developer's Manual, PREFETCHh). The processor has
    // the instruction, since it is part of SSE and so of x86-64.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(address);
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}
