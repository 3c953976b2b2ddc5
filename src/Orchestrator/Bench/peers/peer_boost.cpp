// boost::lockfree::spsc_queue (libboost-dev).
#include "arena.hpp"
#include "registry.hpp"

#include <boost/lockfree/spsc_queue.hpp>

namespace {

template <size_t Bytes> class boost_ring {
  public:
    static constexpr bool bursts = true;
    using message = bench::message<Bytes>;

    explicit boost_ring(size_t bytes) : queue_(bytes / sizeof(message)) {
    }

    bool send(uint64_t sequence) {
        message m;
        bench::fill(m, sequence);
        return queue_.push(m);
    }

    bool receive(bench::checker<Bytes> &check) {
        return queue_.consume_one([&](const message &m) { check(m); });
    }

    size_t send_burst(uint64_t sequence, size_t n) {
        message m[bench::burst_max];
        for (size_t i = 0; i < n; i++)
            bench::fill(m[i], sequence + i);
        return queue_.push(m, n);
    }

    size_t receive_burst(bench::checker<Bytes> &check, size_t) {
        return queue_.consume_all([&](const message &m) { check(m); });
    }

    void flush() {
    }

  private:
    boost::lockfree::spsc_queue<message, boost::lockfree::allocator<bench::arena_allocator<message>>> queue_;
};

const bench::registration<boost_ring> registered("boost spsc_queue");

} // namespace
