// cds::container::WeakRingBuffer of libcds (libcds-dev) in its variable-length form, and typed for bursts.
#include "arena.hpp"
#include "mixed.hpp"
#include "registry.hpp"

#include <bit>
#include <cds/container/weak_ringbuffer.h>

namespace {

struct traits : cds::container::weak_ringbuffer::traits {
    typedef cds::opt::v::uninitialized_dynamic_buffer<void *, bench::arena_allocator<void *>> buffer;
};

template <size_t Bytes> class cds_ring {
  public:
    static constexpr bool bursts = false;
    using message = bench::message<Bytes>;

    explicit cds_ring(size_t bytes) : ring_(std::bit_floor(bytes)) {
    }

    bool send(uint64_t sequence) {
        void *at = ring_.back(sizeof(message));
        if (at == nullptr)
            return false;
        bench::fill(*static_cast<message *>(at), sequence);
        ring_.push_back();
        return true;
    }

    bool receive(bench::checker<Bytes> &check) {
        const std::pair<void *, size_t> at = ring_.front();
        if (at.first == nullptr)
            return false;
        check(*static_cast<const message *>(at.first));
        ring_.pop_front();
        return true;
    }

    void flush() {
    }

  private:
    cds::container::WeakRingBuffer<void, traits> ring_;
};

template <> class cds_ring<bench::mixed> {
  public:
    static constexpr bool bursts = false;

    explicit cds_ring(size_t bytes) : ring_(std::bit_floor(bytes)) {
    }

    bool send(uint64_t sequence) {
        void *at = ring_.back(bench::mixed_bytes(sequence));
        if (at == nullptr)
            return false;
        bench::mixed_fill(at, sequence);
        ring_.push_back();
        return true;
    }

    bool receive(bench::checker<bench::mixed> &check) {
        const std::pair<void *, size_t> at = ring_.front();
        if (at.first == nullptr)
            return false;
        check(at.first, at.second);
        ring_.pop_front();
        return true;
    }

    void flush() {
    }

  private:
    cds::container::WeakRingBuffer<void, traits> ring_;
};

template <size_t Bytes> class cds_typed {
  public:
    static constexpr bool bursts = true;
    using message = bench::message<Bytes>;

    explicit cds_typed(size_t bytes) : ring_(std::bit_floor(bytes / sizeof(message))) {
    }

    bool send(uint64_t sequence) {
        return ring_.enqueue_with([=](message &m) { bench::fill(m, sequence); });
    }

    bool receive(bench::checker<Bytes> &check) {
        return ring_.dequeue_with([&](const message &m) { check(m); });
    }

    size_t send_burst(uint64_t sequence, size_t n) {
        message m[bench::burst_max];
        for (size_t i = 0; i < n; i++)
            bench::fill(m[i], sequence + i);
        return ring_.push(m, n) ? n : 0;
    }

    // Its burst is all or nothing, so what is less than a burst comes singly.
    size_t receive_burst(bench::checker<Bytes> &check, size_t n) {
        message m[bench::burst_max];
        if (!ring_.pop(m, n))
            return receive(check);
        for (size_t i = 0; i < n; i++)
            check(m[i]);
        return n;
    }

    void flush() {
    }

  private:
    struct typed_traits : cds::container::weak_ringbuffer::traits {
        typedef cds::opt::v::uninitialized_dynamic_buffer<void *, bench::arena_allocator<void *>> buffer;
    };
    cds::container::WeakRingBuffer<message, typed_traits> ring_;
};

const bench::registration<cds_ring> variable("libcds variable");
const bench::registration<cds_typed> typed("libcds typed");
const struct mixed_lengths {
    mixed_lengths() {
        bench::add_stream<cds_ring, bench::mixed>("libcds variable");
    }
} mixed_too;

} // namespace
