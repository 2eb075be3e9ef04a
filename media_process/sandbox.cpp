#include "media_process/sandbox.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <string>

namespace media_process {
namespace {

constexpr uid_t nobody = 65534;
constexpr std::uint64_t most_open_files = 64;

void must(bool is_done, const char* what) {
    if (!is_done) throw std::runtime_error(std::string("sandbox: ") + what);
}

void limit(__rlimit_resource_t resource, std::uint64_t most) {
    const rlimit both{most, most};
    must(::setrlimit(resource, &both) == 0, "setrlimit");
}

void limit_resources(const Limits& limits) {
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, limits.output_bytes);
    limit(RLIMIT_CPU, limits.cpu_seconds);
    limit(RLIMIT_NOFILE, most_open_files);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    // A sanitizer reserves terabytes of addresses.
    limit(RLIMIT_AS, limits.memory_bytes);
#endif
}

// By way of a user namespace, unless the service's own sandbox forbids namespaces altogether. The
// capabilities that come with it go again.
bool leave_network() {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    std::array<__user_cap_data_struct, 2> none{};
    must(::syscall(SYS_capset, &header, none.data()) == 0, "capset");
    return true;
}

/// Landlock has no library: three system calls (landlock(7)).
class Landlock {
  public:
    explicit Landlock(int version) {
        landlock_ruleset_attr attributes{};
        attributes.handled_access_fs = everything(version);
        handled_ = attributes.handled_access_fs;
        rules_ = static_cast<int>(
            ::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0));
        must(rules_ >= 0, "landlock_create_ruleset");
    }
    ~Landlock() { ::close(rules_); }
    Landlock(const Landlock&) = delete;
    Landlock& operator=(const Landlock&) = delete;

    static int version() {
        const auto found =
            ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
        return found > 0 ? static_cast<int>(found) : 0;
    }

    /// What does not exist needs no rule.
    void allow(const char* path, std::uint64_t access) const {
        const int place = ::open(path, O_PATH | O_CLOEXEC);
        if (place < 0) return;
        struct stat state {};
        ::fstat(place, &state);
        if (!S_ISDIR(state.st_mode)) access &= for_files;
        const landlock_path_beneath_attr rule{.allowed_access = access & handled_,
                                              .parent_fd = place};
        const auto added =
            ::syscall(SYS_landlock_add_rule, rules_, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
        ::close(place);
        must(added == 0, "landlock_add_rule");
    }

    void enforce() const {
        must(::syscall(SYS_landlock_restrict_self, rules_, 0) == 0, "landlock_restrict_self");
    }

    static constexpr std::uint64_t read = LANDLOCK_ACCESS_FS_READ_FILE;
    static constexpr std::uint64_t run = LANDLOCK_ACCESS_FS_EXECUTE;
    static constexpr std::uint64_t truncate = 1U << 14U; ///< Newer than Debian 12's header.
    static constexpr std::uint64_t work =
        read | truncate | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
        LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;

  private:
    static constexpr std::uint64_t for_files =
        read | run | truncate | LANDLOCK_ACCESS_FS_WRITE_FILE;

    static std::uint64_t everything(int version) {
        const unsigned bits = version >= 3 ? 15 : version == 2 ? 14 : 13;
        return (std::uint64_t{1} << bits) - 1;
    }

    std::uint64_t handled_ = 0;
    int rules_ = -1;
};

int close_files() {
    const int version = Landlock::version();
    if (version == 0) return 0;
    const Landlock landlock(version);
    landlock.allow(".", Landlock::work);
    landlock.allow("/usr/lib", Landlock::read | Landlock::run);
    landlock.allow("/usr/lib64", Landlock::read | Landlock::run);
    landlock.allow("/lib", Landlock::read | Landlock::run);
    landlock.allow("/lib64", Landlock::read | Landlock::run);
    landlock.allow("/usr/bin/ffmpeg", Landlock::read | Landlock::run);
    landlock.allow("/usr/bin/ffprobe", Landlock::read | Landlock::run);
    landlock.allow("/etc/ld.so.cache", Landlock::read);
    landlock.allow("/dev/null", Landlock::read | LANDLOCK_ACCESS_FS_WRITE_FILE);
    landlock.allow("/dev/urandom", Landlock::read);
    landlock.allow("/sys/devices/system/cpu", Landlock::read | LANDLOCK_ACCESS_FS_READ_DIR);
    landlock.enforce();
    return version;
}

// What decoding and transcoding need of a kernel: memory, threads, clocks, files, and programs to
// start. No sockets, no signals to others, no tracing, no namespaces, no mounts, no keys, no BPF.
// Names that libseccomp does not know on this machine are left out.
constexpr const char* allowed_calls[] = {
    // memory
    "brk",
    "mmap",
    "mmap2",
    "munmap",
    "mremap",
    "mprotect",
    "madvise",
    "membarrier",
    "mincore",
    // threads and processes of ours
    "clone",

    "exit",
    "exit_group",
    "wait4",
    "waitid",
    "futex",
    "set_robust_list",
    "get_robust_list",
    "set_tid_address",
    "rseq",
    "sched_yield",
    "sched_getaffinity",
    "sched_setaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "getpid",
    "getppid",
    "gettid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getpgrp",
    "getpgid",
    "arch_prctl",
    "getcpu",
    "setpriority",
    "getpriority",
    "prlimit64",
    "getrlimit",
    "getrusage",
    "times",
    "sysinfo",
    "uname",
    // signals within ourselves
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigtimedwait",
    "sigaltstack",
    "tgkill",
    "restart_syscall",
    "pause",
    // time
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "time",
    // files
    "read",
    "write",
    "readv",
    "writev",
    "pread64",
    "pwrite64",
    "lseek",
    "_llseek",
    "open",
    "openat",
    "close",
    "stat",
    "fstat",
    "lstat",
    "newfstatat",
    "fstatat64",
    "statx",
    "statfs",
    "fstatfs",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "getcwd",
    "getdents64",
    "ftruncate",
    "fallocate",
    "fadvise64",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "dup",
    "dup2",
    "dup3",
    "fcntl",
    "pipe",
    "pipe2",
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "eventfd2",

    "umask",
    "getrandom",
};

void allow(scmp_filter_ctx filter, const char* name) {
    const int number = ::seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR) return;
    const int added = ::seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
    must(added == 0 || added == -EDOM || added == -EINVAL, "seccomp_rule_add");
}

// Refused calls look as if the kernel did not have them: glibc has another way then (clone for
// clone3, whose flags a filter cannot see), and everything else fails.
void filter_calls(Programs programs) {
    auto* filter = ::seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    must(filter != nullptr, "seccomp_init");
    for (const char* name : allowed_calls) {
        if (std::string_view(name) == "clone") continue;
        allow(filter, name);
    }
    if (programs == Programs::Allowed) {
        for (const char* name : {"execve", "fork", "vfork"})
            allow(filter, name);
    }
    constexpr std::uint64_t namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                         CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
    must(::seccomp_rule_add(filter,
                            SCMP_ACT_ALLOW,
                            SCMP_SYS(clone),
                            1,
                            SCMP_A0_64(SCMP_CMP_MASKED_EQ, namespaces, 0)) == 0,
         "seccomp clone");
    for (const int option : {PR_SET_NAME, PR_SET_PDEATHSIG}) {
        must(::seccomp_rule_add(filter,
                                SCMP_ACT_ALLOW,
                                SCMP_SYS(prctl),
                                1,
                                SCMP_A0_64(SCMP_CMP_EQ, static_cast<std::uint64_t>(option))) == 0,
             "seccomp prctl");
    }
    const int loaded = ::seccomp_load(filter);
    ::seccomp_release(filter);
    must(loaded == 0, "seccomp_load");
}

} // namespace

bool drop_root() {
    if (::geteuid() != 0) return false;
    // While there still is the right to.
    const bool has_left_network = ::unshare(CLONE_NEWNET) == 0;
    must(::chown(".", nobody, nobody) == 0, "chown");
    must(::lchown("input", nobody, nobody) == 0, "chown");
    must(::setgroups(0, nullptr) == 0, "setgroups");
    must(::setresgid(nobody, nobody, nobody) == 0, "setresgid");
    must(::setresuid(nobody, nobody, nobody) == 0, "setresuid");
    return has_left_network;
}

Sandbox enter_sandbox(const Limits& limits, Programs programs, bool has_left_network) {
    // Whoever ends the server ends this too, whatever it is doing.
    must(::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "pdeathsig");
    must(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
    must(::prctl(PR_SET_DUMPABLE, 0) == 0, "dumpable");
    Sandbox sandbox{.no_network = has_left_network || leave_network()};
    limit_resources(limits);
    sandbox.landlock = close_files();
    filter_calls(programs);
    return sandbox;
}

Holes find_holes() {
    Holes holes;
    const int file = ::open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    holes.reads_files = file >= 0;
    const int place = ::socket(AF_INET, SOCK_STREAM, 0);
    holes.has_sockets = place >= 0;
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl("/bin/true", "true", nullptr);
        ::_exit(1);
    }
    int status = 0;
    const bool has_ended = child > 0 && ::waitpid(child, &status, 0) == child;
    holes.starts_programs = has_ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return holes;
}

} // namespace media_process
