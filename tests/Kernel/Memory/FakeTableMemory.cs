using Muk.Kernel.Memory;

namespace Muk.Tests.Kernel.Memory;

/// <summary>Room for some page tables in the test's own memory.</summary>
internal sealed class FakeTableMemory(FakePhysicalMemory memory, ulong start, int tables) : ITableMemory
{
    public int Opened { get; private set; }

    public int Released { get; private set; }

    public ulong Start => start;

    public ulong End => start + ((ulong)tables * 4096);

    public bool TryOpen()
    {
        Opened++;
        return true;
    }

    public void Release(ulong end)
    {
        Released++;
        memory.Release(start, end - start);
    }
}
