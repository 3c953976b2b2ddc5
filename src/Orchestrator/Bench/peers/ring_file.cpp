#include "ring_file.hpp"

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace bench {

namespace {

constexpr size_t page = 4096;

[[noreturn]] void fail(const char *what) {
    std::perror(what);
    std::exit(2);
}

muk_ring_header header_of(muk_ring_kind kind, size_t payload, uint32_t flags) {
    muk_ring_header header = {};
    header.magic = MUK_RING_MAGIC;
    header.abi = MUK_ABI_VERSION;
    header.kind = kind;
    header.payload_bytes = static_cast<uint32_t>(payload);
    header.payload_offset = static_cast<uint32_t>(muk_payload_offset(ring_align));
    header.flags = flags;
    return header;
}

} // namespace

ring_file ring_file::slots(size_t payload, size_t capacity, uint32_t flags) {
    muk_ring_header header = header_of(MUK_RING_SLOTS, payload, flags);
    header.slot_bytes = static_cast<uint32_t>(muk_slot_bytes(payload, ring_align));
    header.slot_count = std::bit_floor(capacity / header.slot_bytes);
    header.data_bytes = (header.slot_count * header.slot_bytes + page - 1) / page * page;
    return ring_file(header, payload);
}

ring_file ring_file::records(size_t largest, size_t capacity, uint32_t flags) {
    muk_ring_header header = header_of(MUK_RING_RECORDS, largest, flags);
    header.data_bytes = std::bit_floor(capacity);
    return ring_file(header, 0);
}

ring_file::ring_file(const muk_ring_header &header, size_t size) : size_(size) {
    static int number = 0;
    path_ = "/dev/shm/muk-bench-file-" + std::to_string(getpid()) + "-" + std::to_string(number++);
    const int file = ::open(path_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, static_cast<off_t>(MUK_RING_DATA_OFFSET + header.data_bytes)) != 0 ||
        pwrite(file, &header, sizeof header, 0) != static_cast<ssize_t>(sizeof header))
        fail(path_.c_str());
    close(file);
}

ring_file::~ring_file() {
    if (!path_.empty())
        unlink(path_.c_str());
}

muk_port *ring_file::open(muk_direction direction, uint32_t spin_iterations) const {
    muk_port *port = muk_host_open(path_.c_str(), direction, size_, ring_align, spin_iterations);
    if (port == nullptr)
        fail("muk_host_open");
    return port;
}

} // namespace bench
