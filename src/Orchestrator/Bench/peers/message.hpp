// What is sent: a payload that is really written and really read. The first and the last word are the sequence, the
// words between come from memory that the compiler cannot see through; the reader folds all of them and compares.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace bench {

constexpr uint64_t stop_bit = 1ull << 63; // In the sequence of the last message of a cell.
constexpr size_t payload_bytes_max = 1024;

extern uint64_t pattern[payload_bytes_max / 8]; // Defined in main.cpp, filled once, never constant to the compiler.

template <size_t Bytes> struct message {
    static_assert(Bytes % 8 == 0 && Bytes <= payload_bytes_max);
    static constexpr size_t words_count = Bytes / 8;
    uint64_t words[words_count];
};

// From this size on, payloads are written and read by one piece of code for all subjects, never inlined, so that no
// compiler makes one subject's reader do less or better than another's. Small ones are inlined: that is part of a ring.
constexpr size_t never_inlined_bytes = 512;

void fill_words(uint64_t *words, size_t count, uint64_t sequence); // In message.cpp, as is
uint64_t fold_words(const uint64_t *words, size_t count);          // all of them, xor.

template <size_t Bytes> inline void fill(message<Bytes> &m, uint64_t sequence) {
    constexpr size_t n = message<Bytes>::words_count;
    if constexpr (Bytes >= never_inlined_bytes) {
        fill_words(m.words, n, sequence);
    } else {
        if constexpr (n > 2)
            std::memcpy(&m.words[1], &pattern[1], (n - 2) * 8);
        m.words[0] = sequence;
        m.words[n - 1] = sequence;
    }
}

template <size_t Bytes> uint64_t pattern_fold() {
    uint64_t fold = 0;
    for (size_t i = 1; i + 1 < message<Bytes>::words_count; i++)
        fold ^= pattern[i];
    return fold;
}

// One reader's view of a stream: counts what did not arrive whole and in order.
template <size_t Bytes> class checker {
  public:
    checker() : fold_(pattern_fold<Bytes>()) {
    }

    void operator()(const message<Bytes> &m) {
        constexpr size_t n = message<Bytes>::words_count;
        const uint64_t first = m.words[0];
        uint64_t fold;
        if constexpr (Bytes >= never_inlined_bytes) {
            fold = fold_words(m.words, n);
        } else {
            fold = first ^ m.words[n - 1];
            for (size_t i = 1; i + 1 < n; i++)
                fold ^= m.words[i];
        }
        errors_ += (first & ~stop_bit) != expected_;
        if constexpr (n > 2)
            errors_ += fold != fold_;
        else
            errors_ += fold != 0;
        stopped_ |= (first & stop_bit) != 0;
        expected_++;
    }

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
    uint64_t fold_;
    bool stopped_ = false;
};

} // namespace bench
