// Further ways to use Muk's ring in C: copies (muk_send, muk_send_many), whose reader touches, and ends that park at
// once, whose wake is measured.
#include "registry.hpp"
#include "ring_file.hpp"

namespace {

using bench::ring_align;

class two_ends {
  public:
    two_ends(const bench::ring_file &file, uint32_t spin_iterations)
        : out_(file.open(MUK_DIRECTION_OUT)), in_(file.open(MUK_DIRECTION_IN, spin_iterations)) {
    }
    ~two_ends() {
        muk_host_close(out_, MUK_RING_OPEN);
        muk_host_close(in_, MUK_RING_OPEN);
    }
    two_ends(const two_ends &) = delete;
    two_ends &operator=(const two_ends &) = delete;

    void flush() {
    }

  protected:
    muk_port *out_;
    muk_port *in_;
};

template <size_t Bytes> class copying : public two_ends {
  public:
    static constexpr bool bursts = true;
    using message = bench::message<Bytes>;

    explicit copying(size_t capacity)
        : two_ends(bench::ring_file::slots(Bytes, capacity, MUK_RING_CONSUMER_TOUCHES), UINT32_MAX) {
    }

    bool send(uint64_t sequence) {
        void *at = muk_slot_room(out_, Bytes, ring_align, MUK_WAIT);
        if (at == nullptr)
            return false;
        message m;
        bench::fill(m, sequence);
        __builtin_memcpy(at, &m, sizeof m);
        muk_slot_commit(out_, Bytes, ring_align);
        return true;
    }

    bool receive(bench::checker<Bytes> &check) {
        const void *at = muk_slot_recv(in_, Bytes, ring_align, MUK_WAIT);
        if (at == nullptr)
            return false;
        check(*static_cast<const message *>(at));
        muk_slot_release(in_, 1, Bytes, ring_align);
        return true;
    }

    size_t send_burst(uint64_t sequence, size_t n) {
        message m[bench::burst_max];
        for (size_t i = 0; i < n; i++)
            bench::fill(m[i], sequence + i);
        return muk_slot_send_many(out_, m, n, Bytes, ring_align, MUK_WAIT);
    }

    size_t receive_burst(bench::checker<Bytes> &check, size_t n) {
        const auto *at = static_cast<const unsigned char *>(muk_slot_recv_many(in_, &n, Bytes, ring_align, MUK_WAIT));
        for (size_t i = 0; i < n; i++)
            check(*reinterpret_cast<const message *>(at + i * muk_slot_bytes(Bytes, ring_align)));
        if (n > 0)
            muk_slot_release(in_, n, Bytes, ring_align);
        return n;
    }
};

// The reader sleeps whenever it finds nothing; the writer looks for it after each message.
template <size_t Bytes> class parking : public two_ends {
  public:
    using message = bench::message<Bytes>;

    explicit parking(size_t capacity) : two_ends(bench::ring_file::slots(Bytes, capacity, MUK_RING_CONSUMER_PARKS), 0) {
    }

    bool send(uint64_t sequence) {
        void *at = muk_slot_claim(out_, Bytes, ring_align, MUK_WAIT);
        if (at == nullptr)
            return false;
        bench::fill(*static_cast<message *>(at), sequence);
        muk_slot_commit(out_, Bytes, ring_align);
        return true;
    }

    bool receive(bench::checker<Bytes> &check) {
        const void *at = muk_slot_recv(in_, Bytes, ring_align, MUK_WAIT);
        if (at == nullptr)
            return false;
        check(*static_cast<const message *>(at));
        muk_slot_release(in_, 1, Bytes, ring_align);
        return true;
    }
};

const struct more {
    more() {
        bench::add_stream<copying, 8>("muk ring C, copies");
        bench::add_stream<copying, 64>("muk ring C, copies");
        bench::add_stream<copying, 1024>("muk ring C, copies");
        bench::add_wake<parking, 8>("muk ring C");
        bench::add_round<parking, 8>("muk ring C, parking");
    }
} registered;

} // namespace
