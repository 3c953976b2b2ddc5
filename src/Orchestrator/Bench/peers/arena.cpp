#include "arena.hpp"

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <sys/mman.h>

namespace bench {

arena *current_arena;

namespace {
constexpr size_t huge_page = 2u << 20;
}

arena::arena() {
    void *raw = mmap(nullptr, huge_bytes + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (raw == MAP_FAILED)
        throw std::bad_alloc();
    base_ = reinterpret_cast<unsigned char *>((reinterpret_cast<uintptr_t>(raw) + huge_page - 1) & ~(huge_page - 1));
    madvise(base_, huge_bytes, MADV_HUGEPAGE); // Refused: small pages, and huge_backed_bytes() tells.
    std::memset(base_, 1, huge_bytes);
}

void arena::reset(kind kind) {
    used_ = 0;
    kind_ = kind;
    for (void *p : loose_)
        std::free(p);
    loose_.clear();
}

void *arena::allocate(size_t bytes, size_t align) {
    if (kind_ == kind::standard) {
        void *p = std::aligned_alloc(align, (bytes + align - 1) / align * align);
        if (p == nullptr)
            throw std::bad_alloc();
        loose_.push_back(p);
        return p;
    }
    const size_t start = (used_ + align - 1) / align * align;
    if (start + bytes > huge_bytes)
        throw std::bad_alloc();
    used_ = start + bytes;
    return base_ + start;
}

size_t arena::huge_backed_bytes() const {
    FILE *maps = std::fopen("/proc/self/smaps", "r");
    if (maps == nullptr)
        return 0;
    char line[512];
    bool inside = false;
    size_t kib = 0;
    while (std::fgets(line, sizeof line, maps) != nullptr) {
        uintptr_t from, to;
        size_t value;
        if (std::sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &from, &to) == 2)
            inside = from <= reinterpret_cast<uintptr_t>(base_) && reinterpret_cast<uintptr_t>(base_) < to;
        else if (inside && std::sscanf(line, "AnonHugePages: %zu kB", &value) == 1)
            kib += value;
    }
    std::fclose(maps);
    return kib << 10;
}

} // namespace bench
