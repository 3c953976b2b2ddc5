// What Linux itself offers: a pipe and a Unix stream socket, blocking, as programs use them.
#include "registry.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

[[noreturn]] void fail(const char *call) {
    std::perror(call);
    std::exit(2);
}

template <size_t Bytes> class descriptors {
  public:
    static constexpr bool bursts = true;
    using message = bench::message<Bytes>;

    ~descriptors() {
        close(ends_[0]);
        close(ends_[1]);
    }

    bool send(uint64_t sequence) {
        return send_burst(sequence, 1) == 1;
    }

    bool receive(bench::checker<Bytes> &check) {
        return receive_burst(check, 1) == 1;
    }

    size_t send_burst(uint64_t sequence, size_t n) {
        message m[bench::burst_max];
        for (size_t i = 0; i < n; i++)
            bench::fill(m[i], sequence + i);
        const char *at = reinterpret_cast<const char *>(m);
        for (size_t left = n * sizeof(message); left > 0;) {
            const ssize_t count = write(ends_[1], at, left);
            if (count < 0)
                fail("write");
            at += count;
            left -= static_cast<size_t>(count);
        }
        return n;
    }

    size_t receive_burst(bench::checker<Bytes> &check, size_t n) {
        message m[bench::burst_max];
        char *at = reinterpret_cast<char *>(m);
        size_t have = 0;
        do {
            // The first read takes what there is, the others the rest of a message cut in two.
            const size_t want = have == 0 ? n * sizeof(message) : sizeof(message) - have % sizeof(message);
            const ssize_t count = read(ends_[0], at + have, want);
            if (count <= 0)
                fail("read");
            have += static_cast<size_t>(count);
        } while (have % sizeof(message) != 0);
        for (size_t i = 0; i < have / sizeof(message); i++)
            check(m[i]);
        return have / sizeof(message);
    }

    void flush() {
    }

  protected:
    int ends_[2];
};

template <size_t Bytes> class pipe_subject : public descriptors<Bytes> {
  public:
    explicit pipe_subject(size_t bytes) {
        if (pipe2(this->ends_, O_CLOEXEC) != 0)
            fail("pipe2");
        // Refused above /proc/sys/fs/pipe-max-size: it keeps its default then.
        fcntl(this->ends_[1], F_SETPIPE_SZ, static_cast<int>(bytes));
    }
};

template <size_t Bytes> class socket_subject : public descriptors<Bytes> {
  public:
    explicit socket_subject(size_t bytes) {
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, this->ends_) != 0)
            fail("socketpair");
        const int size = static_cast<int>(bytes);
        setsockopt(this->ends_[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    }
};

const bench::registration<pipe_subject> pipes("pipe");
const bench::registration<socket_subject> sockets("unix socket");

} // namespace
