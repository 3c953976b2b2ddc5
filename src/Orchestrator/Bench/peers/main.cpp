// The C and C++ half of `muk bench`: measures one cell per line of standard input and answers with one line of JSON.
//
//   peers NEAR_CORE FAR_CORE
//   list
//   floor ms=5
//   cell subject=<name with ~ for blanks> kind=round|stream payload=8 burst=1 ms=20 floor_ms=4 capacity=262144
//       memory=huge|default
//   rig kind=round|down|up payload=8 burst=1 ms=20 there=RING back=RING [control=PAGE]
//   spawn program=PATH
//   tender
//   compute
//   quit
#include "arena.hpp"
#include "floors.hpp"
#include "registry.hpp"
#include "rig_host.hpp"
#include "starts.hpp"

extern "C" {
#include "../guests/compute/kernels.h"
}

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <new>
#include <sstream>
#include <sys/mman.h>
#include <unistd.h>

namespace bench {

uint64_t pattern[payload_bytes_max / 8];

std::vector<cell_entry> &registry() {
    static std::vector<cell_entry> entries;
    return entries;
}

} // namespace bench

namespace {

constexpr unsigned cell_seconds_max = 10;

using arguments = std::map<std::string, std::string>;

arguments parse(std::istringstream &line) {
    arguments result;
    for (std::string word; line >> word;) {
        const size_t equals = word.find('=');
        if (equals == std::string::npos)
            continue;
        std::string value = word.substr(equals + 1);
        std::replace(value.begin(), value.end(), '~', ' ');
        result[word.substr(0, equals)] = value;
    }
    return result;
}

double number(const arguments &given, const char *name, double otherwise) {
    const auto found = given.find(name);
    return found == given.end() ? otherwise : std::atof(found->second.c_str());
}

void print_floor(const char *name, const bench::chunk_times &floor) {
    std::printf("\"%s\":[%.3f,%.3f,%.3f,%.3f,%.3f,%.3f]", name, floor.quantile(0), floor.quantile(0.25),
                floor.quantile(0.5), floor.quantile(0.75), floor.quantile(0.99), floor.quantile(1));
}

void list(const bench::arena &arena) {
    std::printf("{\"hugeBytes\":%zu,\"arenaBytes\":%zu,\"cells\":[", arena.huge_backed_bytes(), arena.huge_bytes);
    const char *comma = "";
    for (const bench::cell_entry &e : bench::registry()) {
        std::printf("%s{\"subject\":\"%s\",\"kind\":\"%s\",\"payload\":%zu,\"bursts\":%s}", comma, e.subject, e.kind,
                    e.payload_bytes, e.bursts ? "true" : "false");
        comma = ",";
    }
    std::printf("]}\n");
}

void cell(bench::team &team, bench::arena &arena, const arguments &given) {
    const auto text = [&](const char *name) {
        const auto found = given.find(name);
        return found == given.end() ? std::string() : found->second;
    };
    const std::string subject = text("subject"), kind = text("kind");
    const auto payload = static_cast<size_t>(number(given, "payload", 8));
    bench::cell_request request;
    request.milliseconds = number(given, "ms", 20);
    request.burst = static_cast<size_t>(number(given, "burst", 1));
    request.capacity_bytes = static_cast<size_t>(number(given, "capacity", 256 << 10));
    for (const bench::cell_entry &e : bench::registry()) {
        if (e.subject != subject || e.kind != kind || e.payload_bytes != payload || (request.burst > 1 && !e.bursts))
            continue;
        arena.reset(text("memory") == "default" ? bench::arena::kind::standard : bench::arena::kind::huge);
        const double floor_ms = number(given, "floor_ms", 4);
        alarm(cell_seconds_max); // A subject that loses its last message would spin for ever: end with it.
        team.involuntary_switches();
        const bench::chunk_times before = bench::measure_line(team, floor_ms);
        const bench::cell_result r = e.measure(team, request);
        const bench::chunk_times after = bench::measure_line(team, floor_ms);
        alarm(0);
        std::printf("{\"ns\":%.4f,\"bestNs\":%.4f,\"p99Ns\":%.4f,\"count\":%" PRIu64 ",\"errors\":%" PRIu64
                    ",\"switches\":%" PRIu64 ",",
                    r.ns, r.best_ns, r.p99_ns, r.count, r.errors, team.involuntary_switches());
        print_floor("floorBefore", before);
        std::printf(",");
        print_floor("floorAfter", after);
        std::printf("}\n");
        return;
    }
    std::printf("{\"error\":\"no such cell\"}\n");
}

std::string rig(bench::team &team, const arguments &given) {
    const auto text = [&](const char *name) {
        const auto found = given.find(name);
        return found == given.end() ? std::string() : found->second;
    };
    bench::rig_request request;
    request.kind = text("kind");
    request.bytes = static_cast<size_t>(number(given, "payload", 8));
    request.burst = static_cast<size_t>(number(given, "burst", 1));
    request.milliseconds = number(given, "ms", 20);
    request.there = text("there");
    request.back = text("back");
    request.control = text("control");
    alarm(cell_seconds_max);
    const std::string answer = bench::measure_rig(team, request);
    alarm(0);
    return answer;
}

// The compute guest's work, natively on the far core, over huge pages as a MUK has them: cycles of each kernel in each
// round.
void compute(bench::team &team) {
    constexpr size_t huge_page = 2u << 20;
    constexpr unsigned rounds = 3;
    static unsigned char *memory = [] {
        void *raw = std::aligned_alloc(huge_page, KERNEL_BYTES);
        if (raw == nullptr)
            throw std::bad_alloc();
        madvise(raw, KERNEL_BYTES, MADV_HUGEPAGE);
        return static_cast<unsigned char *>(raw);
    }();
    uint64_t cycles[rounds * KERNELS], sums[KERNELS];
    const auto far = [&] {
        kernels_prepare(memory);
        for (unsigned round = 0; round < rounds; round++) {
            kernels_prepare(memory);
            for (unsigned kernel = 0; kernel < KERNELS; kernel++)
                cycles[round * KERNELS + kernel] = kernel_cycles(kernel, memory, &sums[kernel]);
        }
    };
    team.run([] {}, far);
    const auto print = [](const char *name, const uint64_t *values, unsigned count) {
        std::printf("\"%s\":[", name);
        for (unsigned i = 0; i < count; i++)
            std::printf("%s%" PRIu64, i == 0 ? "" : ",", values[i]);
        std::printf("]");
    };
    std::printf("{");
    print("cycles", cycles, rounds * KERNELS);
    std::printf(",");
    print("sums", sums, KERNELS);
    std::printf("}\n");
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: peers NEAR_CORE FAR_CORE\n");
        return 2;
    }
    for (size_t i = 0; i < bench::payload_bytes_max / 8; i++)
        bench::pattern[i] = (i + 1) * 0x9e3779b97f4a7c15ull;
    const int far_core = std::atoi(argv[2]);
    bench::team team(std::atoi(argv[1]), far_core);
    bench::arena arena;
    bench::current_arena = &arena;
    bench::ns_per_tick();
    char buffer[512];
    while (std::fgets(buffer, sizeof buffer, stdin) != nullptr) {
        std::istringstream line(buffer);
        std::string verb;
        line >> verb;
        const arguments given = parse(line);
        if (verb == "list") {
            list(arena);
        } else if (verb == "floor") {
            std::printf("{");
            print_floor("floor", bench::measure_line(team, number(given, "ms", 5)));
            std::printf("}\n");
        } else if (verb == "cell") {
            cell(team, arena, given);
        } else if (verb == "spawn") {
            const auto program = given.find("program");
            std::printf("%s\n", bench::measure_spawn(program == given.end() ? "" : program->second, far_core).c_str());
        } else if (verb == "tender") {
            std::printf("%s\n", bench::measure_tender(far_core).c_str());
        } else if (verb == "compute") {
            compute(team);
        } else if (verb == "rig") {
            std::printf("%s\n", rig(team, given).c_str());
        } else if (verb == "quit") {
            break;
        } else {
            std::printf("{\"error\":\"unknown verb\"}\n");
        }
        std::fflush(stdout);
    }
    return 0;
}
