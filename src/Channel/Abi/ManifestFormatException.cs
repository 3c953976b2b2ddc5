namespace Muk.Abi;

/// <summary>A manifest's bytes are not what <c>muk_abi.h</c> says; the message says what is wrong, for a user to read.</summary>
public sealed class ManifestFormatException(string message) : Exception(message);
