// A ring's file as RingFile.Create of C# makes it (a header, the two sides' pages, the data), and its two ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#define _Static_assert static_assert // The headers are C.
extern "C" {
#include <muk_host.h>
}

namespace bench {

constexpr size_t ring_align = 8; // Of every message here.

class ring_file {
  public:
    // `flags`: which sides may park, and whether the consumer touches, as it does where messages are copied. Ends the
    // program when the file cannot be made.
    static ring_file slots(size_t payload, size_t capacity, uint32_t flags = 0);
    static ring_file records(size_t largest, size_t capacity, uint32_t flags = 0);

    ring_file(ring_file &&other) noexcept : path_(std::move(other.path_)), size_(other.size_) {
        other.path_.clear();
    }
    ~ring_file();
    ring_file(const ring_file &) = delete;
    ring_file &operator=(const ring_file &) = delete;

    // One end, waiting by spinning; or parking after so many looks, where the flags let it.
    muk_port *open(muk_direction direction, uint32_t spin_iterations = UINT32_MAX) const;

  private:
    ring_file(const muk_ring_header &header, size_t size);

    std::string path_;
    size_t size_; // 0 for records
};

} // namespace bench
