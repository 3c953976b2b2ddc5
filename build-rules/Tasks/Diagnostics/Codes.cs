namespace Muk.Build.Tasks.Diagnostics;

/// <summary>Codes of Muk's own errors. A code keeps its meaning for ever; <c>build-rules/README.md</c> explains each.</summary>
public static class Codes
{
    /// <summary>A program, library or header that the build needs is not installed.</summary>
    public const string ToolMissing = "MUK0001";

    /// <summary>A source's name cannot be an image's name.</summary>
    public const string BadName = "MUK0002";

    /// <summary>Two sources would make the same image.</summary>
    public const string NameTwice = "MUK0003";

    /// <summary>No <c>main</c>.</summary>
    public const string NoMain = "MUK0004";

    /// <summary>A port is declared twice.</summary>
    public const string PortTwice = "MUK0005";

    /// <summary>More ports than a MUK may have.</summary>
    public const string TooManyPorts = "MUK0006";

    /// <summary>A port's name is too long.</summary>
    public const string PortNameTooLong = "MUK0007";

    /// <summary>A pointer in a message.</summary>
    public const string PointerInMessage = "MUK0008";

    /// <summary>A bit-field in a message.</summary>
    public const string BitFieldInMessage = "MUK0009";

    /// <summary>Another type that cannot cross a ring.</summary>
    public const string UnsupportedInMessage = "MUK0010";

    /// <summary>The linker refused.</summary>
    public const string LinkFailed = "MUK0011";

    /// <summary>A Makefile or CMakeLists.txt failed, or made no program.</summary>
    public const string MakeFailed = "MUK0012";

    /// <summary>What was built is not a proper image.</summary>
    public const string BadImage = "MUK0013";

    /// <summary>The compiler failed without a diagnostic.</summary>
    public const string CompilerFailed = "MUK0014";

    /// <summary>No source of the name that was asked for.</summary>
    public const string NoSuchSource = "MUK0015";

    /// <summary>A message is larger than a ring can carry.</summary>
    public const string MessageTooLarge = "MUK0016";

    /// <summary>A port's name is not one that a pipeline can say.</summary>
    public const string ReservedPort = "MUK0017";

    /// <summary>A reference (class, string, array) inside a C# message type.</summary>
    public const string ReferenceInMessage = "MUK0020";

    /// <summary>A port's name, or a number beside it, that the build cannot know.</summary>
    public const string NotConstant = "MUK0021";

    /// <summary>A C# message type whose layout the runtime chooses.</summary>
    public const string AutoLayout = "MUK0022";

    /// <summary>A message type that is still a type parameter where its port is made.</summary>
    public const string OpenMessageType = "MUK0023";

    /// <summary>A <c>#:</c> line that makes no sense.</summary>
    public const string BadDirective = "MUK0024";

    /// <summary>A C# project that could not be restored or evaluated, without a diagnostic.</summary>
    public const string PlanFailed = "MUK0025";

    /// <summary>The native compiler failed without a diagnostic.</summary>
    public const string NativeCompilerFailed = "MUK0026";
}
