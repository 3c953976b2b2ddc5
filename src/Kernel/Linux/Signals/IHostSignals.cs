namespace Muk.Kernel.Linux.Signals;

/// <summary>A guest whose signals Linux itself keeps (<c>process</c>): the personality hands it what it raises itself, such as
/// SIGPIPE and SIGALRM. Implemented by the machine's <see cref="IGuest"/>; vCPU thread.</summary>
public interface IHostSignals
{
    /// <summary>Sends the guest a signal, to be delivered when the call in hand returns.</summary>
    void Raise(int signal);
}
