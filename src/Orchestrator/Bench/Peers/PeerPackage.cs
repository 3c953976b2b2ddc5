namespace Muk.Orchestrator.Bench.Peers;

/// <summary>A source file of the peers' program and what it needs of the system.</summary>
/// <param name="Source">File name under <c>peers/</c>.</param>
/// <param name="Rows">The subjects it brings.</param>
/// <param name="Header">Must be there for the file to be compiled; "" for nothing.</param>
/// <param name="Package">Debian's package that has it.</param>
/// <param name="Flags">Extra compiler flags.</param>
/// <param name="Libraries">Extra linker flags.</param>
public sealed record PeerPackage(
    string Source, IReadOnlyList<string> Rows, string Header, string Package, IReadOnlyList<string> Flags, IReadOnlyList<string> Libraries)
{
    public static IReadOnlyList<PeerPackage> All { get; } =
    [
        new("peer_boost.cpp", ["boost spsc_queue"], "/usr/include/boost/lockfree/spsc_queue.hpp", "libboost-dev", [], []),
        new("peer_moodycamel.cpp", ["moodycamel"], "/usr/include/readerwriterqueue.h", "libreaderwriterqueue-dev", [], []),
        new("peer_ck.cpp", ["ck_ring"], "/usr/include/ck_ring.h", "libck-dev", [], []),
        new("peer_rte.cpp", ["rte_ring", "rte_ring zero-copy"], "/usr/include/dpdk/rte_ring.h", "libdpdk-dev",
            ["-isystem", "/usr/include/dpdk", "-isystem", "/usr/include/x86_64-linux-gnu/dpdk", "-include", "rte_config.h"],
            ["-lrte_ring", "-lrte_eal"]),
        new("peer_cds.cpp", ["libcds variable", "libcds typed"], "/usr/include/cds/container/weak_ringbuffer.h", "libcds-dev", [],
            ["-lcds"]),
        new("peer_linux.cpp", ["pipe", "unix socket"], "", "", [], []),
    ];

    /// <summary>Whether it can be compiled here.</summary>
    public bool IsInstalled => Header.Length == 0 || File.Exists(Header);
}
