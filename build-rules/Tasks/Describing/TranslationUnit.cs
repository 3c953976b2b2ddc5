using Muk.Build.Tasks.Interop;

namespace Muk.Build.Tasks.Describing;

/// <summary>A place in a source, for messages: absolute file, line and column from 1.</summary>
public readonly record struct SourcePlace(string File, int Line, int Column);

/// <summary>One C file as libclang understands it. Belongs to the thread that uses it; dispose of it there.</summary>
internal sealed class TranslationUnit : IDisposable
{
    private const uint KeepGoing = 0x200;

    private readonly nint _index;
    private readonly nint _unit;
    private readonly string _folder;

    private TranslationUnit(nint index, nint unit, string folder)
    {
        _index = index;
        _unit = unit;
        _folder = folder;
    }

    /// <summary>Parses a C file; null if libclang gives it up, which the compiler will then say better.</summary>
    /// <param name="file">The C file, absolute.</param>
    /// <param name="arguments">The compiler's.</param>
    /// <param name="folder">Where the compiler runs.</param>
    public static TranslationUnit? TryParse(string file, IReadOnlyList<string> arguments, string folder)
    {
        var index = clang.createIndex(0, 0);
        string[] all = [.. arguments, "-fparse-all-comments", "-working-directory", folder];
        var result = clang.parseTranslationUnit2(index, file, all, all.Length, 0, 0, KeepGoing, out var unit);
        if (result == CXErrorCode.CXError_Success)
        {
            return new(index, unit, folder);
        }

        clang.disposeIndex(index);
        return null;
    }

    /// <summary>Declarations at file scope, headers' included.</summary>
    public IReadOnlyList<CXCursor> Declarations => clang.Children(clang.getTranslationUnitCursor(_unit));

    /// <summary>Where the user wrote it: for what a macro made, where the macro is used.</summary>
    public SourcePlace Place(CXCursor cursor)
    {
        clang.getExpansionLocation(clang.getCursorLocation(cursor), out var file, out var line, out var column, out _);
        var name = file == 0 ? "" : Path.GetFullPath(clang.Text(clang.getFileName(file)), _folder);
        return new(name, (int)line, (int)column);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        clang.disposeTranslationUnit(_unit);
        clang.disposeIndex(_index);
    }
}
