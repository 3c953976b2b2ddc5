// Records of mixed lengths through Muk's ring of records, a pipe and a Unix socket of packets.
#include "mixed.hpp"
#include "registry.hpp"
#include "ring_file.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using bench::mixed_bytes_max;
using check_t = bench::checker<bench::mixed>;

[[noreturn]] void fail(const char *call) {
    std::perror(call);
    std::exit(2);
}

// Built in place, or copied from elsewhere (muk_send_bytes), and then the reader touches.
template <bool Copies> class records_ring {
  public:
    static constexpr bool bursts = false;

    explicit records_ring(size_t capacity) {
        const auto file = bench::ring_file::records(mixed_bytes_max, capacity, Copies ? MUK_RING_CONSUMER_TOUCHES : 0);
        out_ = file.open(MUK_DIRECTION_OUT);
        in_ = file.open(MUK_DIRECTION_IN);
    }

    ~records_ring() {
        muk_host_close(out_, MUK_RING_OPEN);
        muk_host_close(in_, MUK_RING_OPEN);
    }

    bool send(uint64_t sequence) {
        const size_t bytes = bench::mixed_bytes(sequence);
        if constexpr (Copies)
            bench::mixed_fill(elsewhere_.data(), sequence);
        void *at = muk_record_room(out_, bytes, MUK_WAIT);
        if (at == nullptr)
            return false;
        if constexpr (Copies)
            std::memcpy(at, elsewhere_.data(), bytes);
        else
            bench::mixed_fill(at, sequence);
        muk_record_commit(out_, bytes);
        return true;
    }

    bool receive(check_t &check) {
        size_t bytes = 0;
        const void *at = muk_record_recv(in_, &bytes, MUK_WAIT);
        if (at == nullptr)
            return false;
        check(at, bytes);
        muk_record_release(in_);
        return true;
    }

    void flush() {
    }

  private:
    muk_port *out_;
    muk_port *in_;
    alignas(128) std::array<unsigned char, mixed_bytes_max> elsewhere_;
};

template <size_t> using muk_records = records_ring<false>;
template <size_t> using muk_records_copied = records_ring<true>;

// A pipe has no records: each one's length goes before it. One write a call, single or burst; the reader takes what
// there is, as a buffered reader does.
template <size_t> class mixed_pipe {
  public:
    static constexpr bool bursts = true;

    explicit mixed_pipe(size_t capacity) {
        if (pipe2(ends_, O_CLOEXEC) != 0)
            fail("pipe2");
        fcntl(ends_[1], F_SETPIPE_SZ, static_cast<int>(capacity)); // Refused above pipe-max-size: it keeps its default.
    }

    ~mixed_pipe() {
        close(ends_[0]);
        close(ends_[1]);
    }

    bool send(uint64_t sequence) {
        return send_burst(sequence, 1) == 1;
    }

    bool receive(check_t &check) {
        return receive_burst(check, 0) > 0;
    }

    size_t send_burst(uint64_t sequence, size_t n) {
        size_t bytes = 0;
        for (size_t i = 0; i < n; i++) {
            const uint64_t length = bench::mixed_fill(out_.data() + bytes + sizeof length, sequence + i);
            std::memcpy(out_.data() + bytes, &length, sizeof length);
            bytes += sizeof length + length;
        }
        for (size_t sent = 0; sent < bytes;) {
            const ssize_t count = write(ends_[1], out_.data() + sent, bytes - sent);
            if (count < 0)
                fail("write");
            sent += static_cast<size_t>(count);
        }
        return n;
    }

    size_t receive_burst(check_t &check, size_t) {
        const ssize_t count = read(ends_[0], in_.data() + have_, in_.size() - have_);
        if (count <= 0)
            fail("read");
        have_ += static_cast<size_t>(count);
        size_t at = 0, records = 0;
        for (uint64_t length; have_ - at >= sizeof length; records++) {
            std::memcpy(&length, in_.data() + at, sizeof length);
            if (have_ - at < sizeof length + length)
                break;
            check(in_.data() + at + sizeof length, length);
            at += sizeof length + length;
        }
        std::memmove(in_.data(), in_.data() + at, have_ - at);
        have_ -= at;
        return records;
    }

    void flush() {
    }

  private:
    int ends_[2];
    alignas(128) std::array<unsigned char, bench::burst_max * bench::mixed_slot_bytes> out_;
    alignas(128) std::array<unsigned char, bench::burst_max * bench::mixed_slot_bytes> in_;
    size_t have_ = 0;
};

// Packets keep their lengths by themselves; bursts go through sendmmsg and recvmmsg.
template <size_t> class mixed_packets {
  public:
    static constexpr bool bursts = true;

    explicit mixed_packets(size_t capacity) {
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends_) != 0)
            fail("socketpair");
        const int size = static_cast<int>(capacity);
        setsockopt(ends_[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
        for (size_t i = 0; i < bench::burst_max; i++) {
            aim(out_[i], out_parts_[i], out_data_[i].data());
            aim(in_[i], in_parts_[i], in_data_[i].data());
        }
    }

    ~mixed_packets() {
        close(ends_[0]);
        close(ends_[1]);
    }

    bool send(uint64_t sequence) {
        return send_burst(sequence, 1) == 1;
    }

    bool receive(check_t &check) {
        return receive_burst(check, 1) == 1;
    }

    size_t send_burst(uint64_t sequence, size_t n) {
        for (size_t i = 0; i < n; i++)
            out_parts_[i].iov_len = bench::mixed_fill(out_data_[i].data(), sequence + i);
        for (size_t sent = 0; sent < n;) {
            const int count = sendmmsg(ends_[1], &out_[sent], static_cast<unsigned>(n - sent), 0);
            if (count < 0)
                fail("sendmmsg");
            sent += static_cast<size_t>(count);
        }
        return n;
    }

    size_t receive_burst(check_t &check, size_t n) {
        const int count = recvmmsg(ends_[0], in_.data(), static_cast<unsigned>(n), MSG_WAITFORONE, nullptr);
        if (count <= 0)
            fail("recvmmsg");
        for (int i = 0; i < count; i++)
            check(in_data_[static_cast<size_t>(i)].data(), in_[static_cast<size_t>(i)].msg_len);
        return static_cast<size_t>(count);
    }

    void flush() {
    }

  private:
    using packet = std::array<unsigned char, mixed_bytes_max>;

    static void aim(mmsghdr &header, iovec &part, unsigned char *data) {
        header = {};
        part = {data, mixed_bytes_max};
        header.msg_hdr.msg_iov = &part;
        header.msg_hdr.msg_iovlen = 1;
    }

    int ends_[2];
    std::array<mmsghdr, bench::burst_max> out_, in_;
    std::array<iovec, bench::burst_max> out_parts_, in_parts_;
    alignas(128) std::array<packet, bench::burst_max> out_data_;
    alignas(128) std::array<packet, bench::burst_max> in_data_;
};

const struct mixed_subjects {
    mixed_subjects() {
        bench::add_stream<muk_records, bench::mixed>("muk ring C");
        bench::add_stream<muk_records_copied, bench::mixed>("muk ring C, copies");
        bench::add_stream<mixed_pipe, bench::mixed>("pipe");
        bench::add_stream<mixed_packets, bench::mixed>("unix socket");
    }
} registered;

} // namespace
