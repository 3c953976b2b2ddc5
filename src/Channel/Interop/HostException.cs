using System.Runtime.InteropServices;

namespace Muk.Channel.Interop;

/// <summary>The host refused a call. The message names the call, the errno and what to do about it.</summary>
public sealed class HostException : Exception
{
    /// <param name="call">The call as it was made, such as "open(/dev/kvm)".</param>
    /// <param name="errno">Linux's error number.</param>
    /// <param name="advice">What the reader can do; "" for nothing.</param>
    public HostException(string call, int errno, string advice)
        : base($"{call} failed: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno}){(advice.Length > 0 ? "; " : "")}{advice}")
    {
        Call = call;
        Errno = errno;
        Advice = advice;
    }

    /// <summary>The call that was refused.</summary>
    public string Call { get; }

    /// <summary>Linux's error number.</summary>
    public int Errno { get; }

    /// <summary>What to do about it.</summary>
    public string Advice { get; }

    /// <summary>Throws with the errno of the P/Invoke this thread made last.</summary>
    public static HostException Last(string call, string advice) => new(call, Marshal.GetLastPInvokeError(), advice);
}
