// How long others take to start something: a process, and a VM without anything around it.
#pragma once

#include <string>

namespace bench {

// One posix_spawn of a program: JSON with ns to its first output on a pipe, to its end, and, where it prints
// "hello NANOSECONDS" of CLOCK_MONOTONIC, to that moment.
std::string measure_spawn(const std::string &program, int core);

// One VM with one vCPU that makes one `out`: JSON with ns of each step, and of a further exit and return.
std::string measure_tender(int core);

} // namespace bench
