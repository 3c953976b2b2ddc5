using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Proc;
using Muk.Kernel.Linux.Signals;
using Muk.Kernel.Machines.Process.Interop;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines.Process;

/// <summary>The guest process as a system call sees it: it waits in the kernel for the answer.</summary>
internal sealed class ProcessGuest(int pid, ProcessMemory memory) : IGuest, IHostSignals, IHostMaps
{
    private NotifiedCall _call;

    public IGuestMemory Memory => memory;

    /// <summary>Null: Linux serves the memory family itself, under the filter.</summary>
    public IAddressSpace? AddressSpace => null;

    /// <summary>What is known of a process that waits for an answer, without stopping it: the call's own registers, and
    /// the stack pointer. The others read as 0.</summary>
    public GuestRegisters Registers
    {
        get => new()
        {
            Rip = _call.InstructionPointer,
            Rax = (ulong)(uint)_call.Number,
            Rdi = _call.A0,
            Rsi = _call.A1,
            Rdx = _call.A2,
            R10 = _call.A3,
            R8 = _call.A4,
            R9 = _call.A5,
            Rsp = StackPointer(),
        };
        set => throw new NotSupportedException("on the process machine Linux delivers signals; nothing sets registers");
    }

    public ulong FsBase
    {
        get => 0;
        set => throw new NotSupportedException("on the process machine a guest sets its own FS base");
    }

    public int ExtendedStateBytes => 0;

    /// <summary>The call that is being served.</summary>
    public void Serve(in NotifiedCall call)
    {
        _call = call;
        memory.Thread = (int)call.Pid;
    }

    /// <inheritdoc/>
    public void Raise(int signal) => _ = GuestProcessCalls.Send(pid, (int)_call.Pid, signal);

    /// <inheritdoc/>
    public IEnumerable<string> Maps()
    {
        try
        {
            return File.ReadAllLines($"/proc/{pid}/maps");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public void SaveExtendedState(Span<byte> into) => into.Clear();

    public bool TryLoadExtendedState(ReadOnlySpan<byte> from) => false;

    /// <summary>From /proc/tid/syscall: "number six-arguments stack-pointer instruction-pointer".</summary>
    private ulong StackPointer()
    {
        try
        {
            var words = File.ReadAllText($"/proc/{_call.Pid}/syscall").Split(' ');
            return words.Length == 9 ? Convert.ToUInt64(words[7], 16) : 0;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;   // It has been killed, or this kernel does not tell.
        }
    }
}
