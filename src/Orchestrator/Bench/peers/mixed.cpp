#include "mixed.hpp"

#include <array>

namespace bench {

namespace {

constexpr size_t lengths_count = 4096;
constexpr size_t head = sizeof(uint64_t);

// Evenly spread over all lengths; a fixed generator, so that every run and every subject has the same.
struct tables {
    std::array<uint16_t, lengths_count> lengths;
    std::array<uint64_t, mixed_bytes_max + 1> folds;
    std::array<unsigned char, mixed_bytes_max> bytes;

    tables() {
        uint64_t state = 88172645463325252u;
        const auto next = [&] {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            return state;
        };
        for (uint16_t &length : lengths)
            length = static_cast<uint16_t>(mixed_bytes_min + next() % (mixed_bytes_max - mixed_bytes_min + 1));
        for (unsigned char &byte : bytes)
            byte = static_cast<unsigned char>(next() >> 32);
        for (size_t length = head; length <= mixed_bytes_max; length++) {
            unsigned char record[mixed_bytes_max];
            std::memcpy(record + head, bytes.data(), length - head);
            folds[length] = mixed_fold(record, length);
        }
    }
};

const tables &all() {
    static const tables made;
    return made;
}

} // namespace

size_t mixed_bytes(uint64_t sequence) {
    return all().lengths[(sequence & ~stop_bit) % lengths_count];
}

size_t mixed_fill(void *at, uint64_t sequence) {
    const tables &t = all();
    const size_t bytes = t.lengths[(sequence & ~stop_bit) % lengths_count];
    std::memcpy(at, &sequence, head);
    std::memcpy(static_cast<unsigned char *>(at) + head, t.bytes.data(), bytes - head);
    return bytes;
}

uint64_t mixed_fold(const void *at, size_t bytes) {
    const auto *from = static_cast<const unsigned char *>(at);
    uint64_t fold = 0;
    size_t i = head;
    for (; i + 8 <= bytes; i += 8) {
        uint64_t word;
        std::memcpy(&word, from + i, 8);
        fold ^= word;
    }
    for (; i < bytes; i++)
        fold ^= static_cast<uint64_t>(from[i]) << (i % 8 * 8);
    return fold;
}

void checker<mixed>::operator()(const void *at, size_t bytes) {
    uint64_t first;
    std::memcpy(&first, at, head);
    const bool whole = bytes == mixed_bytes(first) && mixed_fold(at, bytes) == all().folds[bytes];
    errors_ += (first & ~stop_bit) != expected_ || !whole;
    stopped_ |= (first & stop_bit) != 0;
    expected_++;
}

} // namespace bench
