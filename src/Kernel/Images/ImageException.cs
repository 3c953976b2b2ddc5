namespace Muk.Kernel.Images;

/// <summary>A file is not an image that can run here; the message is one line that says what is wrong and what to do.</summary>
public sealed class ImageException(string message) : Exception(message);
