using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Muk.Channel.Interop;

namespace Muk.Kernel.Machines.Process.Interop;

/// <summary>posix_spawn of the launcher: vfork semantics, no managed code in the child.</summary>
internal static unsafe partial class Spawn
{
    /// <summary>Larger than glibc's posix_spawn_file_actions_t (80) and posix_spawnattr_t (336).</summary>
    private const int OpaqueBytes = 512;

    private const short SetSignalDefaults = 0x04;
    private const short SetSignalMask = 0x08;
    private const short SetSession = 0x80;

    /// <summary>Starts the launcher with nothing but <paramref name="socket"/> as its descriptor 3, in a session of its own,
    /// with no signal blocked or ignored. The calling thread is the one whose death ends it.</summary>
    /// <returns>Its process id.</returns>
    public static int Launcher(string path, SafeFileHandle socket)
    {
        // SAFETY: the opaque structures are larger than the C library's; strings and arrays live until the call returns,
        // and posix_spawn keeps nothing after it.
        var actions = stackalloc byte[OpaqueBytes];
        var attributes = stackalloc byte[OpaqueBytes];
        var none = stackalloc byte[128];
        var all = stackalloc byte[128];
        new Span<byte>(none, 128).Clear();
        new Span<byte>(all, 128).Fill(0xff);

        Check(FileActionsInit(actions), "posix_spawn_file_actions_init");
        Check(AttributesInit(attributes), "posix_spawnattr_init");
        Check(AddDuplicate(actions, (int)socket.DangerousGetHandle(), LaunchLayout.PlanSocket), "posix_spawn_file_actions_adddup2");
        Check(SetFlags(attributes, SetSignalDefaults | SetSignalMask | SetSession), "posix_spawnattr_setflags");
        Check(SetMask(attributes, none), "posix_spawnattr_setsigmask");
        Check(SetDefaults(attributes, all), "posix_spawnattr_setsigdefault");

        var name = Marshal.StringToCoTaskMemUTF8("muk-launch");
        var arguments = stackalloc nint[2];
        arguments[0] = name;
        arguments[1] = 0;
        var environment = stackalloc nint[1];
        environment[0] = 0;
        try
        {
            var error = PosixSpawn(out var pid, path, actions, attributes, arguments, environment);
            return error == 0
                ? pid
                : throw new HostException($"posix_spawn({path})", error, "the launcher is built beside the core kernel: build again");
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
            _ = FileActionsDestroy(actions);
            _ = AttributesDestroy(attributes);
            GC.KeepAlive(socket);
        }
    }

    private static void Check(int error, string call)
    {
        if (error != 0)
        {
            throw new HostException(call, error, "");
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PosixSpawn(
        out int pid, string path, byte* actions, byte* attributes, nint* arguments, nint* environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int FileActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int FileActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetMask(byte* attributes, byte* mask);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefaults(byte* attributes, byte* mask);
}
