// The two pinned threads every cell runs on: the caller, and one worker that sleeps between cells.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>

namespace bench {

class team {
  public:
    team(int near_core, int far_core);
    ~team();
    team(const team &) = delete;
    team &operator=(const team &) = delete;

    // Runs `far` on the worker and `near` here, both from a common start, and returns when both have.
    void run(const std::function<void()> &near, const std::function<void()> &far);

    // Of both threads, since the last call: somebody else wanted the core.
    uint64_t involuntary_switches();

  private:
    void work();
    void meet();

    int far_core_;
    std::atomic<uint32_t> job_{0};
    std::atomic<uint32_t> done_{0};
    std::atomic<uint32_t> ready_{0};
    std::atomic<uint64_t> far_switches_{0};
    uint64_t switches_seen_ = 0;
    const std::function<void()> *far_ = nullptr;
    bool quit_ = false;
    std::thread thread_;
};

inline void relax() {
    __builtin_ia32_pause();
}

} // namespace bench
