#include "starts.hpp"
#include "clock.hpp"

#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/kvm.h>
#include <memory>
#include <sched.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace bench {

namespace {

std::string refused(const char *what) {
    return std::string("{\"refused\":\"") + what + ": " + std::strerror(errno) + "\"}";
}

// The caller is moved for as long as it lives: what it spawns inherits the core.
class on_core {
  public:
    explicit on_core(int core) {
        sched_getaffinity(0, sizeof before_, &before_);
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(core, &set);
        sched_setaffinity(0, sizeof set, &set);
    }
    ~on_core() {
        sched_setaffinity(0, sizeof before_, &before_);
    }
    on_core(const on_core &) = delete;
    on_core &operator=(const on_core &) = delete;

  private:
    cpu_set_t before_;
};

struct descriptor {
    int number;
    explicit descriptor(int n) : number(n) {
    }
    ~descriptor() {
        if (number >= 0)
            close(number);
    }
    descriptor(const descriptor &) = delete;
    descriptor &operator=(const descriptor &) = delete;
};

// Twin of struct kvm_cpuid2, whose flexible array has another size in C++ than in C, and with it the requests' numbers.
constexpr unsigned cpuid_entries_max = 200;
struct cpuid_list {
    uint32_t count;
    uint32_t padding;
    kvm_cpuid_entry2 entries[cpuid_entries_max];
};
constexpr unsigned long get_supported_cpuid = _IOWR(KVMIO, 0x05, uint64_t);
constexpr unsigned long set_cpuid = _IOW(KVMIO, 0x90, uint64_t);

constexpr size_t guest_bytes = 2u << 20;
constexpr uint32_t code_address = 0x1000;
constexpr int exits_measured = 200;

} // namespace

std::string measure_spawn(const std::string &program, int core) {
    const on_core there(core);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return refused("pipe2");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    std::string name = program;
    char *arguments[] = {name.data(), nullptr};
    const double start = monotonic_ns();
    pid_t child;
    const int error = posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (error != 0) {
        close(ends[0]);
        errno = error;
        return refused("posix_spawn");
    }
    char line[128] = {};
    const ssize_t got = read(ends[0], line, sizeof line - 1);
    const double first = monotonic_ns();
    int status = 0;
    waitpid(child, &status, 0);
    const double end = monotonic_ns();
    close(ends[0]);
    if (got < 1 || status != 0)
        return "{\"refused\":\"the program printed nothing or failed\"}";
    char text[128], reached[32] = "null";
    double stamp = 0;
    if (std::sscanf(line, "hello %lf", &stamp) == 1)
        std::snprintf(reached, sizeof reached, "%.0f", stamp - start);
    std::snprintf(text, sizeof text, "{\"firstNs\":%.0f,\"endNs\":%.0f,\"mainNs\":%s}", first - start, end - start,
                  reached);
    return text;
}

std::string measure_tender(int core) {
    const on_core there(core);
    const double start = monotonic_ns();
    const descriptor kvm(open("/dev/kvm", O_RDWR | O_CLOEXEC));
    if (kvm.number < 0)
        return refused("/dev/kvm");
    double destroy_start, steps[6];
    {
        auto vm = std::make_unique<descriptor>(ioctl(kvm.number, KVM_CREATE_VM, 0));
        if (vm->number < 0)
            return refused("KVM_CREATE_VM");
        steps[0] = monotonic_ns(); // VM
        void *memory =
            mmap(nullptr, guest_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        // out %al,$0xe9; jmp back: each turn is one exit.
        const unsigned char code[] = {0xe6, 0xe9, 0xeb, 0xfc};
        std::memcpy(static_cast<unsigned char *>(memory) + code_address, code, sizeof code);
        kvm_userspace_memory_region region = {};
        region.memory_size = guest_bytes;
        region.userspace_addr = reinterpret_cast<uintptr_t>(memory);
        if (ioctl(vm->number, KVM_SET_USER_MEMORY_REGION, &region) != 0)
            return refused("KVM_SET_USER_MEMORY_REGION");
        steps[1] = monotonic_ns(); // memory
        auto vcpu = std::make_unique<descriptor>(ioctl(vm->number, KVM_CREATE_VCPU, 0));
        if (vcpu->number < 0)
            return refused("KVM_CREATE_VCPU");
        const auto run_bytes = static_cast<size_t>(ioctl(kvm.number, KVM_GET_VCPU_MMAP_SIZE, 0));
        auto *run =
            static_cast<kvm_run *>(mmap(nullptr, run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->number, 0));
        steps[2] = monotonic_ns(); // vCPU
        auto cpuid = std::make_unique<cpuid_list>();
        cpuid->count = cpuid_entries_max;
        if (ioctl(kvm.number, get_supported_cpuid, cpuid.get()) != 0)
            return refused("KVM_GET_SUPPORTED_CPUID");
        steps[3] = monotonic_ns(); // the query, which a tender may keep
        if (ioctl(vcpu->number, set_cpuid, cpuid.get()) != 0)
            return refused("KVM_SET_CPUID2");
        kvm_sregs sregs;
        ioctl(vcpu->number, KVM_GET_SREGS, &sregs);
        sregs.cs.base = 0;
        sregs.cs.selector = 0;
        ioctl(vcpu->number, KVM_SET_SREGS, &sregs);
        kvm_regs regs = {};
        regs.rip = code_address;
        regs.rflags = 2;
        ioctl(vcpu->number, KVM_SET_REGS, &regs);
        steps[4] = monotonic_ns(); // registers
        if (ioctl(vcpu->number, KVM_RUN, 0) != 0 || run->exit_reason != KVM_EXIT_IO)
            return refused("KVM_RUN");
        steps[5] = monotonic_ns(); // the first `out` has arrived
        for (int i = 0; i < exits_measured; i++)
            if (ioctl(vcpu->number, KVM_RUN, 0) != 0 || run->exit_reason != KVM_EXIT_IO)
                return refused("KVM_RUN");
        destroy_start = monotonic_ns();
        munmap(run, run_bytes);
        vcpu.reset();
        vm.reset();
        munmap(memory, guest_bytes);
    }
    const double end = monotonic_ns();
    char text[320];
    std::snprintf(text, sizeof text,
                  "{\"vm\":%.0f,\"memory\":%.0f,\"vcpu\":%.0f,\"cpuid\":%.0f,\"registers\":%.0f,\"run\":%.0f,"
                  "\"firstNs\":%.0f,\"exitNs\":%.0f,\"destroyNs\":%.0f}",
                  steps[0] - start, steps[1] - steps[0], steps[2] - steps[1], steps[3] - steps[2], steps[4] - steps[3],
                  steps[5] - steps[4], steps[5] - start, (destroy_start - steps[5]) / exits_measured,
                  end - destroy_start);
    return text;
}

} // namespace bench
