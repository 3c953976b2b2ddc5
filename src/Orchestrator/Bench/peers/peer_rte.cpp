// rte_ring of DPDK (libdpdk-dev) in memory of its own, without EAL: single and in bursts, and its zero-copy form.
#include "arena.hpp"
#include "mixed.hpp"
#include "registry.hpp"

#include <bit>
#include <rte_ring.h>
#include <rte_ring_elem.h>

namespace {

template <size_t Bytes> class rte_base {
  public:
    using message = bench::message<Bytes>;

    explicit rte_base(size_t bytes) {
        // It keeps one entry free, and its header lies before the entries.
        const auto count = static_cast<unsigned>(std::bit_floor(bytes / sizeof(message)));
        const auto size = static_cast<size_t>(rte_ring_get_memsize_elem(sizeof(message), count));
        ring_ = static_cast<rte_ring *>(bench::current_arena->allocate(size));
        if (rte_ring_init(ring_, "bench", count, RING_F_SP_ENQ | RING_F_SC_DEQ) != 0)
            throw std::bad_alloc();
    }

    void flush() {
    }

  protected:
    rte_ring *ring_;
};

template <size_t Bytes> class rte_copying : public rte_base<Bytes> {
  public:
    static constexpr bool bursts = true;
    using message = bench::message<Bytes>;
    using rte_base<Bytes>::rte_base;

    bool send(uint64_t sequence) {
        message m;
        bench::fill(m, sequence);
        return rte_ring_sp_enqueue_elem(this->ring_, &m, sizeof m) == 0;
    }

    bool receive(bench::checker<Bytes> &check) {
        message m;
        if (rte_ring_sc_dequeue_elem(this->ring_, &m, sizeof m) != 0)
            return false;
        check(m);
        return true;
    }

    size_t send_burst(uint64_t sequence, size_t n) {
        message m[bench::burst_max];
        for (size_t i = 0; i < n; i++)
            bench::fill(m[i], sequence + i);
        return rte_ring_sp_enqueue_burst_elem(this->ring_, m, sizeof(message), static_cast<unsigned>(n), nullptr);
    }

    size_t receive_burst(bench::checker<Bytes> &check, size_t n) {
        message m[bench::burst_max];
        const unsigned got =
            rte_ring_sc_dequeue_burst_elem(this->ring_, m, sizeof(message), static_cast<unsigned>(n), nullptr);
        for (unsigned i = 0; i < got; i++)
            check(m[i]);
        return got;
    }
};

template <size_t Bytes> class rte_zero_copy : public rte_base<Bytes> {
  public:
    static constexpr bool bursts = true;
    using message = bench::message<Bytes>;
    using rte_base<Bytes>::rte_base;

    bool send(uint64_t sequence) {
        return send_burst(sequence, 1) == 1;
    }

    bool receive(bench::checker<Bytes> &check) {
        return receive_burst(check, 1) == 1;
    }

    size_t send_burst(uint64_t sequence, size_t n) {
        rte_ring_zc_data at;
        const unsigned got =
            rte_ring_enqueue_zc_burst_elem_start(this->ring_, sizeof(message), static_cast<unsigned>(n), &at, nullptr);
        if (got == 0)
            return 0;
        for (unsigned i = 0; i < got; i++)
            bench::fill(entry(at, i), sequence + i);
        rte_ring_enqueue_zc_elem_finish(this->ring_, got);
        return got;
    }

    size_t receive_burst(bench::checker<Bytes> &check, size_t n) {
        rte_ring_zc_data at;
        const unsigned got =
            rte_ring_dequeue_zc_burst_elem_start(this->ring_, sizeof(message), static_cast<unsigned>(n), &at, nullptr);
        if (got == 0)
            return 0;
        for (unsigned i = 0; i < got; i++)
            check(entry(at, i));
        rte_ring_dequeue_zc_elem_finish(this->ring_, got);
        return got;
    }

  private:
    static message &entry(const rte_ring_zc_data &at, unsigned i) {
        return i < at.n1 ? static_cast<message *>(at.ptr1)[i] : static_cast<message *>(at.ptr2)[i - at.n1];
    }
};

// It has no lengths of its own: each slot has room for the largest record, and the length before it.
template <size_t> class rte_slots {
  public:
    static constexpr bool bursts = true;

    explicit rte_slots(size_t bytes) {
        const auto count = static_cast<unsigned>(std::bit_floor(bytes / sizeof(slot)));
        ring_ = static_cast<rte_ring *>(
            bench::current_arena->allocate(static_cast<size_t>(rte_ring_get_memsize_elem(sizeof(slot), count))));
        if (rte_ring_init(ring_, "bench", count, RING_F_SP_ENQ | RING_F_SC_DEQ) != 0)
            throw std::bad_alloc();
    }

    bool send(uint64_t sequence) {
        return send_burst(sequence, 1) == 1;
    }

    bool receive(bench::checker<bench::mixed> &check) {
        return receive_burst(check, 1) == 1;
    }

    size_t send_burst(uint64_t sequence, size_t n) {
        rte_ring_zc_data at;
        const unsigned got =
            rte_ring_enqueue_zc_burst_elem_start(ring_, sizeof(slot), static_cast<unsigned>(n), &at, nullptr);
        for (unsigned i = 0; i < got; i++) {
            slot &to = entry(at, i);
            to.length = bench::mixed_fill(to.bytes, sequence + i);
        }
        if (got > 0)
            rte_ring_enqueue_zc_elem_finish(ring_, got);
        return got;
    }

    size_t receive_burst(bench::checker<bench::mixed> &check, size_t n) {
        rte_ring_zc_data at;
        const unsigned got =
            rte_ring_dequeue_zc_burst_elem_start(ring_, sizeof(slot), static_cast<unsigned>(n), &at, nullptr);
        for (unsigned i = 0; i < got; i++)
            check(entry(at, i).bytes, entry(at, i).length);
        if (got > 0)
            rte_ring_dequeue_zc_elem_finish(ring_, got);
        return got;
    }

    void flush() {
    }

  private:
    struct slot {
        uint64_t length;
        unsigned char bytes[bench::mixed_slot_bytes - sizeof(uint64_t)];
    };

    static slot &entry(const rte_ring_zc_data &at, unsigned i) {
        return i < at.n1 ? static_cast<slot *>(at.ptr1)[i] : static_cast<slot *>(at.ptr2)[i - at.n1];
    }

    rte_ring *ring_;
};

const bench::registration<rte_copying> copying("rte_ring");
const bench::registration<rte_zero_copy> zero_copy("rte_ring zero-copy");
const struct mixed_lengths {
    mixed_lengths() {
        bench::add_stream<rte_slots, bench::mixed>("rte_ring zero-copy");
    }
} mixed_too;

} // namespace
