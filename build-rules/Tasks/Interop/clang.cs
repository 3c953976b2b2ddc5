using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Muk.Build.Tasks.Interop;

// SAFETY: signatures are those of clang-c/Index.h, release 19; structs are passed by value as libclang declares them, and
// strings that come back are copied and disposed of at once in clang.Text.

/// <summary>libclang's functions, without their <c>clang_</c>, as ClangSharp.Interop spells them.</summary>
internal static unsafe partial class clang
{
    private const string Library = "libclang-19.so.19";

    [LibraryImport(Library, EntryPoint = "clang_createIndex")]
    internal static partial nint createIndex(int excludeDeclarationsFromPch, int displayDiagnostics);

    [LibraryImport(Library, EntryPoint = "clang_disposeIndex")]
    internal static partial void disposeIndex(nint index);

    [LibraryImport(Library, EntryPoint = "clang_parseTranslationUnit2", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial CXErrorCode parseTranslationUnit2(
        nint index, string source, string[] arguments, int argumentCount,
        nint unsavedFiles, uint unsavedCount, uint options, out nint unit);

    [LibraryImport(Library, EntryPoint = "clang_disposeTranslationUnit")]
    internal static partial void disposeTranslationUnit(nint unit);

    [LibraryImport(Library, EntryPoint = "clang_getTranslationUnitCursor")]
    internal static partial CXCursor getTranslationUnitCursor(nint unit);

    [LibraryImport(Library, EntryPoint = "clang_getCursorSpelling")]
    internal static partial CXString getCursorSpelling(CXCursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_Cursor_getRawCommentText")]
    internal static partial CXString Cursor_getRawCommentText(CXCursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_Cursor_getCommentRange")]
    internal static partial CXSourceRange Cursor_getCommentRange(CXCursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_getCursorLocation")]
    internal static partial CXSourceLocation getCursorLocation(CXCursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_getExpansionLocation")]
    internal static partial void getExpansionLocation(
        CXSourceLocation location, out nint file, out uint line, out uint column, out uint offset);

    [LibraryImport(Library, EntryPoint = "clang_getFileName")]
    internal static partial CXString getFileName(nint file);

    [LibraryImport(Library, EntryPoint = "clang_isCursorDefinition")]
    internal static partial uint isCursorDefinition(CXCursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_getCursorType")]
    internal static partial CXType getCursorType(CXCursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_getTypedefDeclUnderlyingType")]
    internal static partial CXType getTypedefDeclUnderlyingType(CXCursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_getCanonicalType")]
    internal static partial CXType getCanonicalType(CXType type);

    [LibraryImport(Library, EntryPoint = "clang_getTypeSpelling")]
    internal static partial CXString getTypeSpelling(CXType type);

    [LibraryImport(Library, EntryPoint = "clang_getTypeDeclaration")]
    internal static partial CXCursor getTypeDeclaration(CXType type);

    [LibraryImport(Library, EntryPoint = "clang_Type_getSizeOf")]
    internal static partial long Type_getSizeOf(CXType type);

    [LibraryImport(Library, EntryPoint = "clang_Type_getAlignOf")]
    internal static partial long Type_getAlignOf(CXType type);

    [LibraryImport(Library, EntryPoint = "clang_getArrayElementType")]
    internal static partial CXType getArrayElementType(CXType type);

    [LibraryImport(Library, EntryPoint = "clang_getArraySize")]
    internal static partial long getArraySize(CXType type);

    [LibraryImport(Library, EntryPoint = "clang_Type_getOffsetOf", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long Type_getOffsetOf(CXType type, string field);

    [LibraryImport(Library, EntryPoint = "clang_Cursor_isBitField")]
    internal static partial uint Cursor_isBitField(CXCursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_Cursor_isAnonymousRecordDecl")]
    internal static partial uint Cursor_isAnonymousRecordDecl(CXCursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_getEnumDeclIntegerType")]
    internal static partial CXType getEnumDeclIntegerType(CXCursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_getEnumConstantDeclValue")]
    internal static partial long getEnumConstantDeclValue(CXCursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_getCString")]
    private static partial nint getCString(CXString text);

    [LibraryImport(Library, EntryPoint = "clang_disposeString")]
    private static partial void disposeString(CXString text);

    [LibraryImport(Library, EntryPoint = "clang_visitChildren")]
    private static partial uint visitChildren(
        CXCursor parent, delegate* unmanaged[Cdecl]<CXCursor, CXCursor, nint, CXChildVisitResult> visitor, nint data);

    /// <summary>The string's text; the string is disposed of.</summary>
    internal static string Text(CXString text)
    {
        var copy = Marshal.PtrToStringUTF8(getCString(text)) ?? "";
        disposeString(text);
        return copy;
    }

    /// <summary>The cursors right under <paramref name="parent"/>, in the source's order.</summary>
    internal static List<CXCursor> Children(CXCursor parent)
    {
        var children = new List<CXCursor>();
        var handle = GCHandle.Alloc(children);
        // SAFETY: the handle outlives the call, and the visitor does nothing but append to the list it names.
        _ = visitChildren(parent, &Append, GCHandle.ToIntPtr(handle));
        handle.Free();
        return children;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static CXChildVisitResult Append(CXCursor cursor, CXCursor parent, nint data)
    {
        ((List<CXCursor>)GCHandle.FromIntPtr(data).Target!).Add(cursor);
        return CXChildVisitResult.CXChildVisit_Continue;
    }
}
