// Time in ticks of the time-stamp counter, and what a list of times comes to.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <vector>
#include <x86intrin.h>

namespace bench {

inline uint64_t ticks() {
    return __rdtsc();
}

inline double monotonic_ns() {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

// Measured once, over 20 ms.
inline double ns_per_tick() {
    static const double value = [] {
        const double start_ns = monotonic_ns();
        const uint64_t start = ticks();
        while (monotonic_ns() - start_ns < 20e6) {
        }
        const double end_ns = monotonic_ns();
        return (end_ns - start_ns) / static_cast<double>(ticks() - start);
    }();
    return value;
}

inline uint64_t deadline_after(double milliseconds) {
    return ticks() + static_cast<uint64_t>(milliseconds * 1e6 / ns_per_tick());
}

// Times of chunks of equal work, kept as ns for one piece of it. Filling allocates nothing.
class chunk_times {
  public:
    explicit chunk_times(size_t most) {
        times_.reserve(most);
    }

    void add(uint64_t spent_ticks, uint64_t pieces) {
        if (times_.size() < times_.capacity())
            times_.push_back(static_cast<double>(spent_ticks) * ns_per_tick() / static_cast<double>(pieces));
    }

    void sort() {
        std::sort(times_.begin(), times_.end());
    }

    // Only after sort().
    double quantile(double q) const {
        if (times_.empty())
            return 0;
        return times_[static_cast<size_t>(q * static_cast<double>(times_.size() - 1) + 0.5)];
    }

  private:
    std::vector<double> times_;
};

} // namespace bench
