// Which subjects this program was built with. Each peer's file registers itself; a file whose package is missing is
// left out.
#pragma once

#include "cells.hpp"

#include <string>
#include <vector>

namespace bench {

struct cell_entry {
    const char *subject;
    const char *kind; // "round", "stream" or "wake"
    size_t payload_bytes;
    bool bursts;
    cell_result (*measure)(team &, const cell_request &);
};

std::vector<cell_entry> &registry();

template <template <size_t> class Subject, size_t Bytes> void add_round(const char *name) {
    registry().push_back({name, "round", Bytes, false, &measure_round_trip<Subject, Bytes>});
}

template <template <size_t> class Subject, size_t Bytes> void add_stream(const char *name) {
    registry().push_back({name, "stream", Bytes, Subject<Bytes>::bursts, &measure_stream<Subject, Bytes>});
}

template <template <size_t> class Subject, size_t Bytes> void add_wake(const char *name) {
    registry().push_back({name, "wake", Bytes, false, &measure_wake<Subject, Bytes>});
}

// Every size that the goals speak of.
template <template <size_t> class Subject> struct registration {
    explicit registration(const char *name) {
        add_round<Subject, 8>(name);
        add_round<Subject, 24>(name);
        add_round<Subject, 48>(name);
        add_round<Subject, 64>(name);
        add_round<Subject, 1024>(name);
        add_stream<Subject, 8>(name);
        add_stream<Subject, 64>(name);
        add_stream<Subject, 1024>(name);
    }
};

} // namespace bench
