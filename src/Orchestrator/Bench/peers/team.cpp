#include "team.hpp"

#include <cstdio>
#include <cstdlib>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

namespace bench {

namespace {

void pin(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    if (pthread_setaffinity_np(pthread_self(), sizeof set, &set) != 0) {
        std::fprintf(stderr, "cannot pin a thread to core %d: choose others with --cores\n", core);
        std::exit(2);
    }
}

uint64_t own_switches() {
    rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    return static_cast<uint64_t>(usage.ru_nivcsw);
}

} // namespace

team::team(int near_core, int far_core) : far_core_(far_core) {
    pin(near_core);
    thread_ = std::thread([this] { work(); });
}

team::~team() {
    quit_ = true;
    job_.fetch_add(1, std::memory_order_release);
    job_.notify_one();
    thread_.join();
}

void team::meet() {
    const uint32_t target = (ready_.fetch_add(1, std::memory_order_acq_rel) / 2 + 1) * 2;
    while (static_cast<int32_t>(ready_.load(std::memory_order_acquire) - target) < 0)
        relax();
}

void team::work() {
    pin(far_core_);
    for (uint32_t seen = 0;;) {
        job_.wait(seen, std::memory_order_acquire);
        seen = job_.load(std::memory_order_acquire);
        if (quit_)
            return;
        meet();
        (*far_)();
        far_switches_.store(own_switches(), std::memory_order_relaxed);
        done_.store(seen, std::memory_order_release);
    }
}

void team::run(const std::function<void()> &near, const std::function<void()> &far) {
    far_ = &far;
    const uint32_t job = job_.fetch_add(1, std::memory_order_release) + 1;
    job_.notify_one();
    meet();
    near();
    while (done_.load(std::memory_order_acquire) != job)
        relax();
}

uint64_t team::involuntary_switches() {
    const uint64_t all = own_switches() + far_switches_.load(std::memory_order_relaxed);
    const uint64_t since = all - switches_seen_;
    switches_seen_ = all;
    return since;
}

} // namespace bench
