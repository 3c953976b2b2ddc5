using Muk.Build.Tasks.Diagnostics;

namespace Muk.Tests.BuildRules;

/// <summary>C# sources, good and bad, built once for all tests of this kind: each costs a run of the native compiler.</summary>
public sealed class CSharpWorkshop : IDisposable
{
    public const string Messages = """
        // relay: passes peaks on.
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;
        using Muk;

        // Where they come from.
        var peaks = Port.In<Peak>("peaks", 1 << 20);
        var loud = Port.Out<Peak>("loud");
        var text = Port.OutStream("text");
        while (peaks.Receive(out var peak))
        {
            loud.Send(peak);
        }

        text.Send("done"u8);

        /// <summary>A peak.</summary>
        unsafe struct Peak
        {
            /// <summary>Counted from 0.</summary>
            public ulong SampleIndex;
            public double Value;
            public Level Level;
            public bool Real;
            public fixed int Taps[4];
            public Name Name;
            public Packed Packed;
        }

        enum Level : uint { Low, High = 7 }

        [InlineArray(5)]
        struct Name { private byte _first; }

        [StructLayout(LayoutKind.Sequential, Pack = 1)]
        struct Packed { public byte A; public long B; }
        """;

    public const string SameInC = """
        #include <muk.h>
        #include <stdbool.h>
        enum level { LEVEL_LOW, LEVEL_HIGH = 7 };
        struct __attribute__((packed)) packed { uint8_t a; int64_t b; };
        struct peak {
            uint64_t sample_index;
            double value;
            enum level level;
            bool real;
            int32_t taps[4];
            char name[5];
            struct packed packed;
        };
        MUK_OUT(loud, struct peak)
        int main(void) { return muk_claim(loud) == NULL; }
        """;

    public CSharpWorkshop()
    {
        Shop.Write("hello.cs", """
            #:property Product=Greeting
            // hello: greets.
            Console.Error.WriteLine("to err");
            Console.WriteLine($"hello, {string.Join(' ', args)}: {Console.In.ReadToEnd().Trim()}");
            return args.Length;
            """);
        Shop.Write("relay.cs", Messages);
        Shop.Write("twin.c", SameInC);
        Shop.Write("quoted.cs", """
            #:package MedallionShell@1.6.1
            Console.WriteLine(new Medallion.Shell.WindowsCommandLineSyntax().CreateArgumentString(["a b"]));
            """);
        Shop.Write("project/project.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><RootNamespace>Two</RootNamespace></PropertyGroup>
            </Project>
            """);
        Shop.Write("project/Main.cs", "namespace Two; static class Entry { static int Main() => Other.Seven; }\n");
        Shop.Write("project/Other.cs", """
            namespace Two;

            static class Other
            {
                public static int Seven => int.Parse("7");

                public static void Never(Muk.RecordOutPort port) => Muk.Port.Out<long>("numbers").Claim() = port.RecordBytesMax;
            }
            """);
        Shop.Write("trim.cs", "\nConsole.WriteLine(Type.GetType(args[0])!.GetMethods().Length);\n");

        Shop.Write("bad-syntax.cs", "\nConsole.WriteLine(1;\n");
        Shop.Write("bad-line.cs", "#:propertie X=1\nConsole.WriteLine();\n");
        Shop.Write("bad-reference.cs", """
            using Muk;
            var port = Port.In<Wrong>("wrong");
            struct Wrong { public int A; public string B; }
            """);
        Shop.Write("bad-pointer.cs", """
            using Muk;
            var port = Port.In<Wrong>("wrong");
            unsafe struct Wrong { public int A;
              public int* B; }
            """);
        Shop.Write("bad-name.cs", "using Muk;\nvar port =\n    Port.In<int>(args[0]);\n");
        Shop.Write("bad-twice.cs", "using Muk;\nvar a = Port.In<int>(\"p\");\nvar b = Port.Out<long>(\"p\");\n");
        Shop.Write("bad-auto.cs", """
            using Muk;
            var port = Port.In<Wrong>("wrong");
            [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
            struct Wrong { public int A; public long B; }
            """);
        Shop.Write("bad-generic.cs", """
            using Muk;
            var port = Make<int>();
            static InPort<T> Make<T>() where T : unmanaged => Port.In<T>("p");
            """);
        Shop.Write("bad-large.cs", """
            using Muk;
            var port = Port.Out<Large>("p");
            [System.Runtime.CompilerServices.InlineArray(1 << 30)]
            struct Large { private byte _first; }
            """);
        // What lies above the build's own files is not the sources' affair.
        Directory.CreateDirectory(Shop.Options.ObjectFolder);
        File.WriteAllText(Path.Combine(Shop.Options.ObjectFolder, "Directory.Packages.props"), """
            <Project><PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup></Project>
            """);
        Failed = Shop.Build();
        Said = [.. Shop.Diagnostics];
    }

    internal Workshop Shop { get; } = new();

    public IReadOnlyList<string> Failed { get; }

    public IReadOnlyList<Diagnostic> Said { get; }

    public void Dispose() => Shop.Dispose();
}
