// Where subjects put their buffers: the same prefaulted huge pages for all, or each one's default allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <vector>

namespace bench {

class arena {
  public:
    enum class kind { huge, standard };

    static constexpr size_t huge_bytes = 64u << 20;

    arena();
    arena(const arena &) = delete;
    arena &operator=(const arena &) = delete;

    // Forgets everything allocated; the next cell starts with the same pages again.
    void reset(kind kind);

    // Aligned to 128 bytes at least. Throws std::bad_alloc when the huge pages do not suffice.
    void *allocate(size_t bytes, size_t align = 128);

    // Bytes of the huge region that the kernel really backs with huge pages, from smaps.
    size_t huge_backed_bytes() const;

  private:
    unsigned char *base_;
    size_t used_ = 0;
    kind kind_ = kind::huge;
    std::vector<void *> loose_;
};

extern arena *current_arena; // For peers whose allocation cannot be handed an object. Main thread, between cells only.

template <class T> struct arena_allocator {
    using value_type = T;
    arena_allocator() = default;
    template <class U> arena_allocator(const arena_allocator<U> &) {
    }
    T *allocate(size_t n) {
        return static_cast<T *>(current_arena->allocate(n * sizeof(T), alignof(T) > 128 ? alignof(T) : 128));
    }
    void deallocate(T *, size_t) {
    }
    template <class U> struct rebind { using other = arena_allocator<U>; };
    bool operator==(const arena_allocator &) const {
        return true;
    }
    bool operator!=(const arena_allocator &) const {
        return false;
    }
};

} // namespace bench
