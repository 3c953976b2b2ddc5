// Records of mixed lengths, 8 to 1500 bytes: which length follows which is the same for all, and both sides know it.
// A record is its sequence, and then bytes of the pattern; the reader folds them all and compares.
#pragma once

#include "message.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace bench {

constexpr size_t mixed = 0; // In the place of a payload's size.
constexpr size_t mixed_bytes_min = 8;
constexpr size_t mixed_bytes_max = 1500;
constexpr size_t mixed_slot_bytes = 1512; // The largest, with its length before it.

// Bytes of the record with this sequence number.
size_t mixed_bytes(uint64_t sequence);

// Writes it to `at`, where there is room for mixed_bytes_max, and gives its length.
size_t mixed_fill(void *at, uint64_t sequence);

// All bytes behind the sequence number, folded.
uint64_t mixed_fold(const void *at, size_t bytes);

template <> class checker<mixed> {
  public:
    void operator()(const void *at, size_t bytes);

    uint64_t count() const {
        return expected_;
    }
    uint64_t errors() const {
        return errors_;
    }
    bool stopped() const {
        return stopped_;
    }

  private:
    uint64_t expected_ = 0;
    uint64_t errors_ = 0;
    bool stopped_ = false;
};

} // namespace bench
