#include "message.hpp"

namespace bench {

void fill_words(uint64_t *words, size_t count, uint64_t sequence) {
    std::memcpy(words + 1, pattern + 1, (count - 2) * 8);
    words[0] = sequence;
    words[count - 1] = sequence;
}

uint64_t fold_words(const uint64_t *words, size_t count) {
    uint64_t fold = 0;
    for (size_t i = 0; i < count; i++)
        fold ^= words[i];
    return fold;
}

} // namespace bench
