// How a subject is measured: a round trip through two of it, or a stream through one. A subject is a class template
// over the payload's size:
//
//   subject(size_t bytes)                 its buffer of about `bytes`, from current_arena
//   bool send(uint64_t sequence)          builds one message and sends it; false when there is no room
//   bool receive(checker &)               hands one message to the checker; false when there is none
//   size_t send_burst(sequence, n)        up to n in one call, and their counterpart; only where `bursts` is true
//   size_t receive_burst(checker &, n)
//   void flush()                          what was sent becomes visible, for subjects that publish lazily
//
// A blocking subject (a pipe) just blocks in them. Whoever finds nothing to do tries again at once, as a dedicated core
// would.
#pragma once

#include "clock.hpp"
#include "message.hpp"
#include "team.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace bench {

struct cell_request {
    double milliseconds = 20;
    size_t capacity_bytes = 256 << 10;
    size_t burst = 1;
};

struct cell_result {
    double ns = 0;      // of one round trip (median of chunks), or of one message (whole cell)
    double best_ns = 0; // of the best chunk
    double p99_ns = 0;  // of the chunks
    uint64_t count = 0;
    uint64_t errors = 0; // messages that did not arrive whole and in order
};

constexpr uint64_t trips_in_chunk = 32;
constexpr uint64_t warm_up_trips = 512;
constexpr size_t burst_max = 32;
constexpr size_t chunks_max = 1 << 16;

inline cell_result result_of(chunk_times &times, uint64_t count, uint64_t errors) {
    times.sort();
    return {times.quantile(0.5), times.quantile(0), times.quantile(0.99), count, errors};
}

template <template <size_t> class Subject, size_t Bytes>
cell_result measure_round_trip(team &team, const cell_request &request) {
    Subject<Bytes> there(request.capacity_bytes);
    Subject<Bytes> back(request.capacity_bytes);
    checker<Bytes> answers, questions;
    chunk_times times(chunks_max);

    const auto far = [&] {
        while (!questions.stopped()) {
            while (!there.receive(questions)) {
            }
            const uint64_t sequence = (questions.count() - 1) | (questions.stopped() ? stop_bit : 0);
            while (!back.send(sequence)) {
            }
            back.flush();
        }
    };
    const auto trip = [&](uint64_t sequence) {
        while (!there.send(sequence)) {
        }
        there.flush();
        while (!back.receive(answers)) {
        }
    };
    const auto near = [&] {
        uint64_t sequence = 0;
        while (sequence < warm_up_trips)
            trip(sequence++);
        const uint64_t deadline = deadline_after(request.milliseconds);
        uint64_t start = ticks();
        do {
            for (uint64_t i = 0; i < trips_in_chunk; i++)
                trip(sequence++);
            const uint64_t end = ticks();
            times.add(end - start, trips_in_chunk);
            start = end;
        } while (start < deadline);
        trip(sequence | stop_bit);
    };
    team.run(near, far);
    return result_of(times, answers.count(), answers.errors() + questions.errors());
}

template <template <size_t> class Subject, size_t Bytes>
cell_result measure_stream(team &team, const cell_request &request) {
    Subject<Bytes> subject(request.capacity_bytes);
    checker<Bytes> arrivals;
    uint64_t end = 0;
    uint64_t start = 0;

    const auto far = [&] {
        if constexpr (Subject<Bytes>::bursts) {
            if (request.burst > 1) {
                while (!arrivals.stopped())
                    subject.receive_burst(arrivals, burst_max);
                end = ticks();
                return;
            }
        }
        while (!arrivals.stopped())
            subject.receive(arrivals);
        end = ticks();
    };
    const auto near = [&] {
        constexpr uint64_t between_looks = 256;
        uint64_t sequence = 0;
        const uint64_t deadline = deadline_after(request.milliseconds);
        start = ticks();
        do {
            const uint64_t until = sequence + between_looks;
            if constexpr (Subject<Bytes>::bursts) {
                while (request.burst > 1 && sequence < until)
                    sequence += subject.send_burst(sequence, burst_max);
            }
            while (sequence < until)
                sequence += subject.send(sequence);
        } while (ticks() < deadline);
        while (!subject.send(sequence | stop_bit)) {
        }
        subject.flush();
    };
    team.run(near, far);
    const double ns = static_cast<double>(end - start) * ns_per_tick() / static_cast<double>(arrivals.count());
    return {ns, ns, ns, arrivals.count(), arrivals.errors()};
}

// From the send to a reader that sleeps until its answer is seen: the answer is a bare cache line, the same for all,
// and next to nothing beside the wake. The sender lets the reader fall asleep first.
template <template <size_t> class Subject, size_t Bytes>
cell_result measure_wake(team &team, const cell_request &request) {
    constexpr double asleep_after_ms = 0.15;
    Subject<Bytes> subject(request.capacity_bytes);
    checker<Bytes> arrivals;
    chunk_times times(chunks_max);
    alignas(128) std::atomic<uint64_t> answer{0};

    const auto far = [&] {
        while (!arrivals.stopped()) {
            while (!subject.receive(arrivals)) {
            }
            answer.store(arrivals.count(), std::memory_order_release);
        }
    };
    const auto near = [&] {
        const uint64_t deadline = deadline_after(request.milliseconds);
        for (uint64_t sequence = 0, stop = 0; stop == 0; sequence++) {
            const uint64_t asleep = deadline_after(asleep_after_ms);
            while (ticks() < asleep)
                relax();
            stop = ticks() > deadline ? stop_bit : 0;
            const uint64_t start = ticks();
            while (!subject.send(sequence | stop)) {
            }
            while (answer.load(std::memory_order_acquire) != sequence + 1) {
            }
            times.add(ticks() - start, 1);
        }
    };
    team.run(near, far);
    return result_of(times, arrivals.count(), arrivals.errors());
}

} // namespace bench
