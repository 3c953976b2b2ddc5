namespace Muk.Build.Tasks.Tools;

/// <summary>Tools that somebody wants taken from a place of their own; "" for where Debian puts them.</summary>
/// <param name="Clang">The compiler (<c>MukClang</c>).</param>
/// <param name="Linker">LLVM's linker (<c>MukLinker</c>).</param>
/// <param name="LibClang">libclang (<c>MukLibClang</c>).</param>
public sealed record ToolPaths(string Clang = "", string Linker = "", string LibClang = "");
