// The near side of a measurement whose far side is a MUK, or a thread in its place (guests/rig).
#pragma once

#include "team.hpp"

#include <cstdint>
#include <string>

namespace bench {

struct rig_request {
    std::string kind; // "round", "down" (to the far side) or "up" (from it)
    size_t bytes = 8;
    size_t burst = 1;
    double milliseconds = 20;
    std::string there;   // path of the ring to the far side
    std::string back;    // path of the ring from it
    std::string control; // path of the core kernel's control page; empty: the far side is a thread here
};

// One line of JSON.
std::string measure_rig(team &team, const rig_request &request);

} // namespace bench
