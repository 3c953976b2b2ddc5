namespace Muk.Channel.Rings;

/// <summary>Shall an operation wait? Twin of <c>enum muk_patience</c>.</summary>
internal enum RingPatience
{
    Try = 0,
    Wait = 1,
}
