namespace Muk.Tests.Channel;

/// <summary>A thread of the test's own with a result, for sides of rings that wait.</summary>
internal sealed class Background<T>
{
    private readonly Thread _thread;
    private T? _result;
    private Exception? _failure;

    public Background(Func<T> run)
    {
        _thread = new Thread(() =>
        {
            try
            {
                _result = run();
            }
            catch (Xunit.Sdk.XunitException e)
            {
                _failure = e;
            }
        })
        { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Is it done within so many milliseconds?</summary>
    public bool Ends(int milliseconds) => _thread.Join(milliseconds);

    /// <summary>Its result; a failed assertion of its own fails the test here.</summary>
    public T Result(string otherwise)
    {
        Assert.True(Ends(60_000), otherwise);
        return _failure is null ? _result! : throw new Xunit.Sdk.XunitException(_failure.ToString());
    }
}
