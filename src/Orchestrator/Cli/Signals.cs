using System.Runtime.InteropServices;

namespace Muk.Orchestrator.Cli;

/// <summary>Turns SIGINT, SIGTERM and SIGHUP into a cancellation, so that cores and files are given back; a second one ends
/// the process at once (the next start clears up), but for SIGHUP, which a shell and the system both send at the end of a terminal.
/// Handlers run on a thread of the runtime's.</summary>
/// <remarks>One of these spans a verb from its first line to its last, so that there is no moment at which a signal is lost.</remarks>
public sealed class Signals : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _status;

    /// <param name="interrupts">Who takes SIGINT, each one, instead; null for nobody.</param>
    public Signals(IInterrupts? interrupts = null) => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            if (interrupts is null)
            {
                OnSignal(context, ExitStatus.Interrupted);
            }
            else
            {
                context.Cancel = true;
                interrupts.Interrupt();
            }
        }),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, 128 + 15)),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            OnSignal(context, 128 + 1);
            context.Cancel = true;
        }),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>128 + the number of the signal that came, 0 for none.</summary>
    public int Status => Volatile.Read(ref _status);

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        // The source of the cancellation is left alone: a handler that runs just now may still cancel it, and it holds nothing.
    }

    private void OnSignal(PosixSignalContext context, int status)
    {
        if (Interlocked.CompareExchange(ref _status, status, 0) == 0)
        {
            context.Cancel = true; // The first one: put things away. The second takes the default way, which ends the process.
            _cancellation.Cancel();
        }
    }
}
