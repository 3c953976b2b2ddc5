// moodycamel::ReaderWriterQueue (libreaderwriterqueue-dev). It has no burst form, and takes its blocks from std::malloc
// only, so the name is bent to the arena while its header is read.
#include "arena.hpp"
#include "registry.hpp"

#include <cstdlib>

namespace std {
inline void *bench_malloc(size_t bytes) {
    return bench::current_arena->allocate(bytes);
}
inline void bench_free(void *) {
}
} // namespace std

#define malloc bench_malloc
#define free   bench_free
#include <readerwriterqueue.h>
#undef malloc
#undef free

namespace {

template <size_t Bytes> class moodycamel_ring {
  public:
    static constexpr bool bursts = false;
    using message = bench::message<Bytes>;

    explicit moodycamel_ring(size_t bytes) : queue_(bytes / sizeof(message) - 1) {
    }

    bool send(uint64_t sequence) {
        message m;
        bench::fill(m, sequence);
        return queue_.try_enqueue(m);
    }

    bool receive(bench::checker<Bytes> &check) {
        const message *m = queue_.peek();
        if (m == nullptr)
            return false;
        check(*m);
        queue_.pop();
        return true;
    }

    void flush() {
    }

  private:
    moodycamel::ReaderWriterQueue<message> queue_;
};

const bench::registration<moodycamel_ring> registered("moodycamel");

} // namespace
