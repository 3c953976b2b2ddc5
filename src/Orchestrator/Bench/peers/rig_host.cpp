#include "rig_host.hpp"

#include "clock.hpp"
#include "message.hpp"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

#define _Static_assert static_assert // The headers are C.
extern "C" {
#include "../guests/rig/rig.h"
#include <muk_host.h>
}

namespace bench {

namespace {

constexpr size_t trips_max = 1 << 20;
constexpr uint64_t warm_up = 4096;
constexpr uint64_t between_looks = 256;

struct counters {
    uint64_t exits = 0, system_calls = 0, faults = 0, interrupts = 0;
};

// The core kernel's page, read only; nothing where the far side is a thread.
class control_page {
  public:
    explicit control_page(const std::string &path) {
        if (path.empty())
            return;
        const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        void *at = file < 0 ? MAP_FAILED : mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file, 0);
        if (at == MAP_FAILED) {
            std::perror(path.c_str());
            std::exit(2);
        }
        close(file);
        page_ = static_cast<const muk_control *>(at);
    }
    ~control_page() {
        if (page_ != nullptr)
            munmap(const_cast<muk_control *>(page_), 4096);
    }
    control_page(const control_page &) = delete;
    control_page &operator=(const control_page &) = delete;

    counters read() const {
        if (page_ == nullptr)
            return {};
        return {muk_load(&page_->exits), muk_load(&page_->system_calls), muk_load(&page_->faults),
                muk_load(&page_->interrupts)};
    }

  private:
    const muk_control *page_ = nullptr;
};

// Messages are those of message.hpp, which rig.c writes and checks as well.
template <size_t Bytes> struct near_side {
    static size_t slot() {
        return muk_slot_bytes(Bytes, RIG_ALIGN);
    }

    muk_port *out;
    muk_port *in;
    const control_page &control;
    const rig_request &request;
    checker<Bytes> arrivals;
    std::vector<uint32_t> trips; // ticks of each round trip
    counters before, after;
    uint64_t counted = 0; // messages between the two readings
    uint64_t ticks_spent = 0;

    near_side(const control_page &page, const rig_request &asked)
        : out(muk_host_open(asked.there.c_str(), MUK_DIRECTION_OUT, Bytes, RIG_ALIGN, UINT32_MAX)),
          in(muk_host_open(asked.back.c_str(), MUK_DIRECTION_IN, Bytes, RIG_ALIGN, UINT32_MAX)), control(page),
          request(asked) {
        trips.reserve(trips_max);
    }
    ~near_side() {
        for (muk_port *port : {out, in})
            if (port != nullptr)
                muk_host_close(port, MUK_RING_OPEN);
    }
    near_side(const near_side &) = delete;
    near_side &operator=(const near_side &) = delete;

    void send(uint64_t sequence) {
        void *at = muk_slot_claim(out, Bytes, RIG_ALIGN, MUK_WAIT);
        if (at == nullptr)
            std::exit(2); // Whoever asked sees that no answer comes.
        fill(*static_cast<message<Bytes> *>(at), sequence);
        muk_slot_commit(out, Bytes, RIG_ALIGN);
    }

    const message<Bytes> &await() {
        const void *at = muk_slot_recv(in, Bytes, RIG_ALIGN, MUK_WAIT);
        if (at == nullptr)
            std::exit(2);
        return *static_cast<const message<Bytes> *>(at);
    }

    void trip(uint64_t sequence) {
        send(sequence);
        arrivals(await());
        muk_slot_release(in, 1, Bytes, RIG_ALIGN);
    }

    void round() {
        uint64_t sequence = 0;
        while (sequence < warm_up)
            trip(sequence++);
        before = control.read();
        const uint64_t deadline = deadline_after(request.milliseconds);
        for (uint64_t start = ticks(), end; start < deadline && trips.size() < trips_max; start = end) {
            trip(sequence++);
            end = ticks();
            trips.push_back(static_cast<uint32_t>(std::min<uint64_t>(end - start, UINT32_MAX)));
        }
        after = control.read();
        counted = sequence - warm_up;
        trip(sequence | stop_bit);
    }

    uint64_t send_rows(uint64_t sequence, uint64_t until) {
        while (sequence < until) {
            size_t many = request.burst;
            auto *at = static_cast<unsigned char *>(muk_slot_claim_many(out, &many, Bytes, RIG_ALIGN, MUK_WAIT));
            if (at == nullptr)
                std::exit(2);
            for (size_t i = 0; i < many; i++)
                fill(*reinterpret_cast<message<Bytes> *>(at + i * slot()), sequence + i);
            muk_slot_commit_many(out, many, Bytes, RIG_ALIGN);
            sequence += many;
        }
        return sequence;
    }

    void down() {
        trip(0); // A MUK may only be starting.
        uint64_t sequence = send_rows(1, warm_up);
        const uint64_t first = sequence;
        before = control.read();
        const uint64_t start = ticks(), deadline = deadline_after(request.milliseconds);
        do
            sequence = send_rows(sequence, sequence + between_looks);
        while (ticks() < deadline);
        after = control.read();
        send(sequence | stop_bit);
        arrivals(await()); // The far side has read them all.
        muk_slot_release(in, 1, Bytes, RIG_ALIGN);
        ticks_spent = ticks() - start;
        counted = sequence - first;
    }

    void receive_rows(uint64_t until) {
        while (arrivals.count() < until && !arrivals.stopped()) {
            size_t many = request.burst;
            const auto *at =
                static_cast<const unsigned char *>(muk_slot_recv_many(in, &many, Bytes, RIG_ALIGN, MUK_WAIT));
            if (at == nullptr)
                std::exit(2);
            for (size_t i = 0; i < many; i++)
                arrivals(*reinterpret_cast<const message<Bytes> *>(at + i * slot()));
            muk_slot_release(in, many, Bytes, RIG_ALIGN);
        }
    }

    void up() {
        receive_rows(warm_up);
        const uint64_t first = arrivals.count();
        before = control.read();
        const uint64_t start = ticks(), deadline = deadline_after(request.milliseconds);
        do
            receive_rows(arrivals.count() + between_looks);
        while (ticks() < deadline);
        after = control.read();
        counted = arrivals.count() - first;
        ticks_spent = ticks() - start;
        send(0);
        receive_rows(UINT64_MAX);
    }
};

template <size_t Bytes> std::string measure(team &team, const rig_request &request) {
    const control_page control(request.control);
    near_side<Bytes> near(control, request);
    if (near.out == nullptr || near.in == nullptr)
        return "{\"error\":\"the rig's rings cannot be opened\"}";
    const rig_kind kind = request.kind == "round" ? RIG_ECHO : request.kind == "down" ? RIG_SINK : RIG_SOURCE;
    const auto work = [&] {
        if (kind == RIG_ECHO)
            near.round();
        else if (kind == RIG_SINK)
            near.down();
        else
            near.up();
    };
    uint64_t far_errors = 0;
    if (request.control.empty()) {
        rig_prepare();
        muk_port *in = muk_host_open(request.there.c_str(), MUK_DIRECTION_IN, Bytes, RIG_ALIGN, UINT32_MAX);
        muk_port *out = muk_host_open(request.back.c_str(), MUK_DIRECTION_OUT, Bytes, RIG_ALIGN, UINT32_MAX);
        team.run(work, [&] { far_errors = rig_play(kind, in, out, Bytes, request.burst); });
        muk_host_close(in, MUK_RING_OPEN);
        muk_host_close(out, MUK_RING_OPEN);
    } else {
        work();
    }
    std::vector<uint32_t> &trips = near.trips;
    std::sort(trips.begin(), trips.end());
    const auto quantile = [&](double q) {
        if (trips.empty())
            return static_cast<double>(near.ticks_spent) * ns_per_tick() / static_cast<double>(near.counted);
        return trips[static_cast<size_t>(q * static_cast<double>(trips.size() - 1))] * ns_per_tick();
    };
    char text[512];
    std::snprintf(text, sizeof text,
                  "{\"ns\":%.4f,\"bestNs\":%.4f,\"p99Ns\":%.4f,\"p999Ns\":%.4f,\"maxNs\":%.4f,\"count\":%" PRIu64
                  ",\"errors\":%" PRIu64 ",\"exits\":%" PRIu64 ",\"systemCalls\":%" PRIu64 ",\"faults\":%" PRIu64
                  ",\"interrupts\":%" PRIu64 "}",
                  quantile(0.5), quantile(0), quantile(0.99), quantile(0.999), quantile(1), near.counted,
                  near.arrivals.errors() + far_errors, near.after.exits - near.before.exits,
                  near.after.system_calls - near.before.system_calls, near.after.faults - near.before.faults,
                  near.after.interrupts - near.before.interrupts);
    return text;
}

} // namespace

std::string measure_rig(team &team, const rig_request &request) {
    switch (request.bytes) {
    case 8:
        return measure<8>(team, request);
    case 64:
        return measure<64>(team, request);
    case RIG_BYTES_MAX:
        return measure<RIG_BYTES_MAX>(team, request);
    default:
        return "{\"error\":\"the rig has no such message\"}";
    }
}

} // namespace bench
