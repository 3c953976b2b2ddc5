// What a call costs without rings: within the program, and to a thread that sleeps in a futex.
#include "registry.hpp"

#include <atomic>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

template <size_t Bytes> class futex_subject {
  public:
    static constexpr bool bursts = false;

    explicit futex_subject(size_t) {
    }

    bool send(uint64_t sequence) {
        bench::fill(message_, sequence);
        word_.store(1, std::memory_order_release);
        syscall(SYS_futex, &word_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
        return true;
    }

    bool receive(bench::checker<Bytes> &check) {
        while (word_.load(std::memory_order_acquire) == 0)
            syscall(SYS_futex, &word_, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
        check(message_);
        word_.store(0, std::memory_order_relaxed);
        return true;
    }

    void flush() {
    }

  private:
    alignas(64) std::atomic<uint32_t> word_{0};
    bench::message<Bytes> message_;
};

__attribute__((noinline)) uint64_t callee(uint64_t sequence) {
    asm volatile("" : "+r"(sequence));
    return sequence;
}

bench::cell_result measure_call(bench::team &, const bench::cell_request &request) {
    constexpr uint64_t calls_in_chunk = 4096;
    bench::chunk_times times(bench::chunks_max);
    uint64_t sequence = 0, errors = 0;
    const uint64_t deadline = bench::deadline_after(request.milliseconds);
    uint64_t start = bench::ticks();
    while (start < deadline) {
        for (uint64_t i = 0; i < calls_in_chunk; i++, sequence++)
            errors += callee(sequence) != sequence;
        const uint64_t end = bench::ticks();
        times.add(end - start, calls_in_chunk);
        start = end;
    }
    return bench::result_of(times, sequence, errors);
}

const struct calls {
    calls() {
        bench::add_round<futex_subject, 8>("futex");
        bench::add_wake<futex_subject, 8>("futex");
        bench::registry().push_back({"function call", "round", 8, false, &measure_call});
    }
} registered;

} // namespace
