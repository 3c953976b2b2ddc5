// Muk's own ring in C, between two threads of this process, as muk.h gives it to a MUK: claim and commit, receive and
// release, and the batch forms, all of them waiting by spinning, as a MUK on a core of its own does. Messages are built
// in place, so the reader does not touch; peer_muk_more.cpp has the copying forms, whose reader does.
#include "registry.hpp"

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#define _Static_assert static_assert // The headers are C.
extern "C" {
#include <muk_host.h>
}

namespace {

constexpr size_t align = 8;

[[noreturn]] void fail(const char *call) {
    std::perror(call);
    std::exit(2);
}

// The file that RingFile.Create of C# makes: a header, the two sides' pages, the data.
void create(const std::string &path, size_t payload, size_t capacity) {
    const size_t slot = muk_slot_bytes(payload, align);
    muk_ring_header header = {};
    header.magic = MUK_RING_MAGIC;
    header.abi = MUK_ABI_VERSION;
    header.kind = MUK_RING_SLOTS;
    header.slot_count = std::bit_floor(capacity / slot);
    header.slot_bytes = static_cast<uint32_t>(slot);
    header.data_bytes = (header.slot_count * slot + 4095) / 4096 * 4096;
    header.payload_bytes = static_cast<uint32_t>(payload);
    header.payload_offset = static_cast<uint32_t>(muk_payload_offset(align));
    const int file = open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, static_cast<off_t>(MUK_RING_DATA_OFFSET + header.data_bytes)) != 0 ||
        pwrite(file, &header, sizeof header, 0) != static_cast<ssize_t>(sizeof header))
        fail(path.c_str());
    close(file);
}

template <size_t Bytes> class muk_ring_subject {
  public:
    static constexpr bool bursts = true;
    using message = bench::message<Bytes>;

    explicit muk_ring_subject(size_t capacity) {
        static int number = 0;
        const std::string path = "/dev/shm/muk-bench-" + std::to_string(getpid()) + "-" + std::to_string(number++);
        create(path, Bytes, capacity);
        out_ = muk_host_open(path.c_str(), MUK_DIRECTION_OUT, Bytes, align, UINT32_MAX);
        in_ = muk_host_open(path.c_str(), MUK_DIRECTION_IN, Bytes, align, UINT32_MAX);
        unlink(path.c_str());
        if (out_ == nullptr || in_ == nullptr)
            fail("muk_host_open");
    }

    ~muk_ring_subject() {
        muk_host_close(out_, MUK_RING_OPEN);
        muk_host_close(in_, MUK_RING_OPEN);
    }

    bool send(uint64_t sequence) {
        void *at = muk_slot_claim(out_, Bytes, align, MUK_WAIT);
        if (at == nullptr)
            return false;
        bench::fill(*static_cast<message *>(at), sequence);
        muk_slot_commit(out_, Bytes, align);
        return true;
    }

    bool receive(bench::checker<Bytes> &check) {
        const void *at = muk_slot_recv(in_, Bytes, align, MUK_WAIT);
        if (at == nullptr)
            return false;
        check(*static_cast<const message *>(at));
        muk_slot_release(in_, 1, Bytes, align);
        return true;
    }

    size_t send_burst(uint64_t sequence, size_t n) {
        auto *at = static_cast<unsigned char *>(muk_slot_claim_many(out_, &n, Bytes, align, MUK_WAIT));
        for (size_t i = 0; i < n; i++)
            bench::fill(*reinterpret_cast<message *>(at + i * muk_slot_bytes(Bytes, align)), sequence + i);
        muk_slot_commit_many(out_, n, Bytes, align);
        return n;
    }

    size_t receive_burst(bench::checker<Bytes> &check, size_t n) {
        const auto *at = static_cast<const unsigned char *>(muk_slot_recv_many(in_, &n, Bytes, align, MUK_WAIT));
        if (n == 0)
            return 0;
        for (size_t i = 0; i < n; i++)
            check(*reinterpret_cast<const message *>(at + i * muk_slot_bytes(Bytes, align)));
        muk_slot_release(in_, n, Bytes, align);
        return n;
    }

    void flush() {
    }

  private:
    muk_port *out_;
    muk_port *in_;
};

const bench::registration<muk_ring_subject> registered("muk ring C");

} // namespace
