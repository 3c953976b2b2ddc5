// The two floors that everything is reported over.
#pragma once

#include "cells.hpp"

namespace bench {

// F: one cache line, written in turn by the two cores. Chunks of trips, as in a round-trip cell.
chunk_times measure_line(team &team, double milliseconds);

} // namespace bench
