// ck_ring of Concurrency Kit (libck-dev), in its typed form, which carries the message and not a pointer to it.
#include "arena.hpp"
#include "registry.hpp"

#include <bit>
#include <ck_ring.h>

namespace {

template <size_t Bytes> class ck_subject {
  public:
    static constexpr bool bursts = false;
    using message = bench::message<Bytes>;

    explicit ck_subject(size_t bytes) : buffer_(static_cast<message *>(bench::current_arena->allocate(bytes))) {
        ck_ring_init(&ring_, static_cast<unsigned>(std::bit_floor(bytes / sizeof(message))));
    }

    bool send(uint64_t sequence) {
        message m;
        bench::fill(m, sequence);
        return _ck_ring_enqueue_sp(&ring_, buffer_, &m, sizeof m, nullptr);
    }

    bool receive(bench::checker<Bytes> &check) {
        message m;
        if (!_ck_ring_dequeue_sc(&ring_, buffer_, &m, sizeof m))
            return false;
        check(m);
        return true;
    }

    void flush() {
    }

  private:
    ck_ring_t ring_;
    message *buffer_;
};

const bench::registration<ck_subject> registered("ck_ring");

} // namespace
