using System.Runtime.InteropServices;

namespace Muk.Build.Tasks.Interop;

// Names and layouts are libclang's (clang-c/Index.h, CXString.h, release 19) and ClangSharp.Interop's, so that the
// package can take this folder's place. Only what the describer uses is here.

/// <summary>Kinds of cursors.</summary>
public enum CXCursorKind
{
    CXCursor_StructDecl = 2,
    CXCursor_UnionDecl = 3,
    CXCursor_EnumDecl = 5,
    CXCursor_FieldDecl = 6,
    CXCursor_EnumConstantDecl = 7,
    CXCursor_FunctionDecl = 8,
    CXCursor_VarDecl = 9,
    CXCursor_TypedefDecl = 20,
    CXCursor_DeclRefExpr = 101,
    CXCursor_AnnotateAttr = 406,
}

/// <summary>Kinds of types.</summary>
public enum CXTypeKind
{
    CXType_Invalid = 0,
    CXType_Void = 2,
    CXType_Bool = 3,
    CXType_Char_U = 4,
    CXType_UChar = 5,
    CXType_Char16 = 6,
    CXType_Char32 = 7,
    CXType_UShort = 8,
    CXType_UInt = 9,
    CXType_ULong = 10,
    CXType_ULongLong = 11,
    CXType_UInt128 = 12,
    CXType_Char_S = 13,
    CXType_SChar = 14,
    CXType_WChar = 15,
    CXType_Short = 16,
    CXType_Int = 17,
    CXType_Long = 18,
    CXType_LongLong = 19,
    CXType_Int128 = 20,
    CXType_Float = 21,
    CXType_Double = 22,
    CXType_LongDouble = 23,
    CXType_Complex = 100,
    CXType_Pointer = 101,
    CXType_Record = 105,
    CXType_Enum = 106,
    CXType_ConstantArray = 112,
    CXType_Vector = 113,
    CXType_IncompleteArray = 114,
    CXType_VariableArray = 115,
    CXType_Atomic = 177,
}

/// <summary>What a visitor asks for.</summary>
public enum CXChildVisitResult
{
    CXChildVisit_Break = 0,
    CXChildVisit_Continue = 1,
    CXChildVisit_Recurse = 2,
}

/// <summary>How parsing went.</summary>
public enum CXErrorCode
{
    CXError_Success = 0,
    CXError_Failure = 1,
    CXError_Crashed = 2,
    CXError_InvalidArguments = 3,
    CXError_ASTReadError = 4,
}

/// <summary>A string of libclang's, to be disposed of.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct CXString
{
    public nint data;
    public uint private_flags;
}

/// <summary>A place in a source.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct CXSourceLocation
{
    public nint ptr_data0;
    public nint ptr_data1;
    public uint int_data;
}

/// <summary>From one place to another.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct CXSourceRange
{
    public nint ptr_data0;
    public nint ptr_data1;
    public uint begin_int_data;
    public uint end_int_data;
}

/// <summary>A node of the syntax tree. A value; valid for as long as its translation unit.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct CXCursor
{
    public CXCursorKind kind;
    public int xdata;
    public nint data0;
    public nint data1;
    public nint data2;
}

/// <summary>A type. A value; valid for as long as its translation unit.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct CXType
{
    public CXTypeKind kind;
    public nint data0;
    public nint data1;
}
