//! The memory allocator of the program.
#![expect(unsafe_code, reason = "no allocator can be written without it, and huge pages make long runs faster")]

use std::alloc::{GlobalAlloc, Layout, System};

/// The system's allocator, but for large blocks, which stand on huge pages.
///
/// Accounts and ids stand in random places of tables of many megabytes. With pages of 4 KiB the processor has to find out for
/// nearly each access where its page is, with 2 MiB hardly ever. Where the system's setting is `madvise`, as it usually is,
/// huge pages have to be asked for, and they come only to mappings that begin and end with one. Large blocks are therefore
/// mappings of their own. They grow by being moved there page by page, which copies nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct HugePages;

/// The length of a huge page, and from which length on a block is large.
const HUGE_LEN: usize = 2 << 20;

/// The length of a large block's mapping, if a layout asks for a large block; the layout alone tells, whatever was allocated.
fn mapping_len(layout: &Layout) -> Option<usize> {
    let is_large = cfg!(target_os = "linux") && layout.size() >= HUGE_LEN && layout.align() <= HUGE_LEN;
    if is_large { layout.size().checked_next_multiple_of(HUGE_LEN) } else { None }
}

// SAFETY: a block is either a mapping or the system allocator's, and its layout, which the caller gives back unchanged, says
// which. Mappings are as long as the layout says at least, aligned to `HUGE_LEN`, zeroed, and nobody else's.
unsafe impl GlobalAlloc for HugePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match mapping_len(&layout) {
            Some(len) => mapping::new(len),
            // SAFETY: as the caller promises.
            None => unsafe { System.alloc(layout) },
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        match mapping_len(&layout) {
            Some(len) => mapping::new(len),
            // SAFETY: as the caller promises.
            None => unsafe { System.alloc_zeroed(layout) },
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        match mapping_len(&layout) {
            // SAFETY: such a block is a mapping of this length, and the caller has no more use for it.
            Some(len) => unsafe { mapping::end(block, len) },
            // SAFETY: as the caller promises.
            None => unsafe { System.dealloc(block, layout) },
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller promises that the size is not zero and can be rounded up to the alignment.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        match (mapping_len(&layout), mapping_len(&wanted)) {
            // SAFETY: as the caller promises.
            (None, None) => unsafe { System.realloc(block, layout, size) },
            (Some(len), Some(wanted)) if len == wanted => block,
            // SAFETY: such a block is a mapping of this length, and the caller uses only the one that is given back.
            (Some(len), Some(wanted)) => unsafe { mapping::resized(block, len, wanted) },
            // SAFETY: both blocks are at least as long as what is copied, and they are not the same memory. The old one is
            // given up only once there is a new one.
            _ => unsafe {
                let new = self.alloc(wanted);
                if !new.is_null() {
                    std::ptr::copy_nonoverlapping(block, new, layout.size().min(size));
                    self.dealloc(block, layout);
                }
                new
            },
        }
    }
}

/// Mappings of zeroed memory whose places and lengths are multiples of [`HUGE_LEN`].
#[cfg(target_os = "linux")]
mod mapping {
    use std::ptr::null_mut;

    use rustix::mm::{Advice, MapFlags, MremapFlags, ProtFlags, madvise, mmap_anonymous, mremap_fixed, munmap};

    use super::HUGE_LEN;

    /// A new mapping; null if the system has no more memory.
    pub(super) fn new(len: usize) -> *mut u8 {
        let Some(room) = len.checked_add(HUGE_LEN) else { return null_mut() };
        // SAFETY: a mapping wherever the system likes touches no other memory.
        let found = unsafe { mmap_anonymous(null_mut(), room, ProtFlags::READ | ProtFlags::WRITE, MapFlags::PRIVATE) };
        let Ok(start) = found.map(<*mut _>::cast::<u8>) else { return null_mut() };
        let before = start.align_offset(HUGE_LEN);
        let block = start.wrapping_add(before);
        // SAFETY: what stands before and behind the block is of the mapping that was just made, and nobody has it.
        unsafe {
            end(start, before);
            end(block.wrapping_add(len), HUGE_LEN - before);
        }
        // SAFETY: all of the block has just been mapped. It is advice, which changes nothing that the program can see, and
        // nothing is lost if it isn't taken.
        let _ = unsafe { madvise(block.cast(), len, Advice::LinuxHugepage) };
        block
    }

    /// Ends a mapping, or a part of one at its beginning or end.
    ///
    /// # Safety
    ///
    /// The memory must be mapped by [`new`] or [`resized`], and nobody may use it any more.
    pub(super) unsafe fn end(start: *mut u8, len: usize) {
        if len > 0 {
            // SAFETY: as the caller promises. It can fail only for want of the kernel's memory, and then some stays mapped.
            let _ = unsafe { munmap(start.cast(), len) };
        }
    }

    /// The mapping at another place, longer or shorter; null if the system has no more memory, and all is as before then.
    ///
    /// # Safety
    ///
    /// The block must be a mapping of this length, and nobody may use it any more unless null is given back.
    pub(super) unsafe fn resized(block: *mut u8, len: usize, wanted: usize) -> *mut u8 {
        if wanted < len {
            // SAFETY: as the caller promises, and what is behind the part that is kept belongs to the block.
            unsafe { end(block.wrapping_add(wanted), len - wanted) };
            return block;
        }
        let place = new(wanted);
        if place.is_null() {
            return place;
        }
        // SAFETY: the block is a mapping as the caller promises, and all of the place, which it takes, has just been mapped
        // for it and holds nothing.
        let moved = unsafe { mremap_fixed(block.cast(), len, wanted, MremapFlags::MAYMOVE, place.cast()) };
        // If it failed, somebody else's memory may be at the place by now: it is left alone.
        moved.map_or(null_mut(), <*mut _>::cast)
    }
}

/// Never asked for anything, since no block is a mapping here.
#[cfg(not(target_os = "linux"))]
mod mapping {
    pub(super) fn new(_len: usize) -> *mut u8 {
        std::ptr::null_mut()
    }

    pub(super) unsafe fn end(_start: *mut u8, _len: usize) {}

    pub(super) unsafe fn resized(_block: *mut u8, _len: usize, _wanted: usize) -> *mut u8 {
        std::ptr::null_mut()
    }
}
