#include "floors.hpp"
#include "arena.hpp"
#include "registry.hpp"

#include <atomic>
#include <cstring>
#include <new>

namespace bench {

chunk_times measure_line(team &team, double milliseconds) {
    alignas(128) static std::atomic<uint64_t> line;
    constexpr uint64_t over = ~0ull;
    line.store(0, std::memory_order_relaxed);
    chunk_times times(chunks_max);

    const auto far = [&] {
        for (uint64_t turn = 1;; turn += 2) {
            uint64_t seen;
            while ((seen = line.load(std::memory_order_acquire)) != turn)
                if (seen == over)
                    return;
            line.store(turn + 1, std::memory_order_release);
        }
    };
    const auto near = [&] {
        uint64_t turn = 0;
        const auto trips = [&](uint64_t count) {
            for (uint64_t i = 0; i < count; i++) {
                line.store(++turn, std::memory_order_release);
                ++turn;
                while (line.load(std::memory_order_acquire) != turn) {
                }
            }
        };
        trips(warm_up_trips);
        const uint64_t deadline = deadline_after(milliseconds);
        uint64_t start = ticks();
        do {
            trips(trips_in_chunk);
            const uint64_t end = ticks();
            times.add(end - start, trips_in_chunk);
            start = end;
        } while (start < deadline);
        line.store(over, std::memory_order_release);
    };
    team.run(near, far);
    times.sort();
    return times;
}

namespace {

// The streaming floor: the same messages copied through shared memory, with one flag for 64 KiB of them, so that what
// is left is the two cores' copying. Never a subject for round trips.
template <size_t Bytes> class copy_floor {
  public:
    static constexpr bool bursts = false;

    explicit copy_floor(size_t bytes)
        : blocks_(bytes / block_bytes), data_(static_cast<message<Bytes> *>(current_arena->allocate(bytes, 4096))),
          flags_(static_cast<flag *>(current_arena->allocate(blocks_ * sizeof(flag)))) {
        for (size_t i = 0; i < blocks_; i++)
            new (&flags_[i]) flag();
    }

    bool send(uint64_t sequence) {
        if (sent_ == 0 && flags_[send_block_].full.load(std::memory_order_acquire))
            return false;
        fill(data_[send_block_ * in_block + sent_], sequence);
        if (++sent_ == in_block || (sequence & stop_bit) != 0) {
            flags_[send_block_].full.store(1, std::memory_order_release);
            send_block_ = send_block_ + 1 == blocks_ ? 0 : send_block_ + 1;
            sent_ = 0;
        }
        return true;
    }

    bool receive(checker<Bytes> &check) {
        if (received_ == 0 && !flags_[receive_block_].full.load(std::memory_order_acquire))
            return false;
        check(data_[receive_block_ * in_block + received_]);
        if (++received_ == in_block) {
            flags_[receive_block_].full.store(0, std::memory_order_release);
            receive_block_ = receive_block_ + 1 == blocks_ ? 0 : receive_block_ + 1;
            received_ = 0;
        }
        return true;
    }

    void flush() {
    }

  private:
    static constexpr size_t block_bytes = 64 << 10;
    static constexpr size_t in_block = block_bytes / Bytes;
    struct alignas(128) flag {
        std::atomic<uint32_t> full{0};
    };
    size_t blocks_;
    message<Bytes> *data_;
    flag *flags_;
    alignas(128) size_t send_block_ = 0;
    size_t sent_ = 0;
    alignas(128) size_t receive_block_ = 0;
    size_t received_ = 0;
};

// The same in blocks: a few KiB of messages are built in the sender's own memory, copied with one memcpy, and copied
// out by the reader before it looks. Wide copies keep more cache lines under way; which of the two floors is the faster
// one depends on the cores.
template <size_t Bytes> class copy_blocks {
  public:
    static constexpr bool bursts = false;

    explicit copy_blocks(size_t bytes)
        : blocks_(bytes / sizeof(block)), data_(static_cast<block *>(current_arena->allocate(bytes, 4096))),
          flags_(static_cast<flag *>(current_arena->allocate(blocks_ * sizeof(flag)))) {
        for (size_t i = 0; i < blocks_; i++)
            new (&flags_[i]) flag();
    }

    bool send(uint64_t sequence) {
        if (sent_ == 0 && flags_[send_block_].full.load(std::memory_order_acquire))
            return false;
        fill(near_.messages[sent_], sequence);
        if (++sent_ == in_block || (sequence & stop_bit) != 0) {
            std::memcpy(&data_[send_block_], &near_, sizeof(block));
            flags_[send_block_].full.store(1, std::memory_order_release);
            send_block_ = send_block_ + 1 == blocks_ ? 0 : send_block_ + 1;
            sent_ = 0;
        }
        return true;
    }

    bool receive(checker<Bytes> &check) {
        if (received_ == 0) {
            if (!flags_[receive_block_].full.load(std::memory_order_acquire))
                return false;
            std::memcpy(&far_, &data_[receive_block_], sizeof(block));
            flags_[receive_block_].full.store(0, std::memory_order_release);
            receive_block_ = receive_block_ + 1 == blocks_ ? 0 : receive_block_ + 1;
        }
        check(far_.messages[received_]);
        if (++received_ == in_block)
            received_ = 0;
        return true;
    }

    void flush() {
    }

  private:
    static constexpr size_t in_block = Bytes >= 1024 ? 8 : 4096 / Bytes;
    struct block {
        message<Bytes> messages[in_block];
    };
    struct alignas(128) flag {
        std::atomic<uint32_t> full{0};
    };
    size_t blocks_;
    block *data_;
    flag *flags_;
    alignas(128) size_t send_block_ = 0;
    size_t sent_ = 0;
    alignas(64) block near_;
    alignas(128) size_t receive_block_ = 0;
    size_t received_ = 0;
    alignas(64) block far_;
};

const struct streams {
    streams() {
        add_stream<copy_floor, 8>("copy floor");
        add_stream<copy_floor, 64>("copy floor");
        add_stream<copy_floor, 1024>("copy floor");
        add_stream<copy_blocks, 8>("copy floor, blocks");
        add_stream<copy_blocks, 64>("copy floor, blocks");
        add_stream<copy_blocks, 1024>("copy floor, blocks");
    }
} copy_floors;

} // namespace
} // namespace bench
