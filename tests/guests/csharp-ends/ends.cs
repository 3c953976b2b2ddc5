// ends WAY: ends in one of the ways in which a program of .NET ends.
using System.Runtime.CompilerServices;

var way = args.Length > 0 ? args[0] : "";
switch (way)
{
    case "return":
        return 7;
    case "exit":
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Console.WriteLine("goodbye");
        Ways.Leave(9);
        return 1;
    case "caught":
        return Ways.Caught();
    case "throw":
        Ways.Throw(3);
        return 1;
    case "null":
        return Ways.Length(null);
    case "divide":
        return Ways.Divide(7, 0);
    case "thread":
        var thread = new Thread(() => Ways.Throw(1)) { Name = "second" };
        thread.Start();
        thread.Join();
        return 1;
    case "task":
        await Task.Run(() => Ways.Throw(1));
        return 1;
    case "overflow":
        return Ways.Deeper(1);
    case "failfast":
        Environment.FailFast("enough");
        return 1;
    case "wild":
        return Ways.Wild();
    default:
        Console.Error.WriteLine($"ends: '{way}' is no way to end");
        return 2;
}

internal static class Ways
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Throw(int depth)
    {
        if (depth > 0)
        {
            Throw(depth - 1);
            Console.Write("");
            return;
        }

        throw new InvalidOperationException("this was too much");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Length(string? text) => text!.Length;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Divide(int a, int b) => a / b;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Leave(int status) => Environment.Exit(status);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Wild() => Unsafe.AddByteOffset(ref Unsafe.NullRef<int>(), (nint)0x123456789000);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Deeper(int depth) => depth < 0 ? 0 : Deeper(depth + 1) + 1;

    public static int Caught()
    {
        var caught = 0;
        try
        {
            Length(null);
        }
        catch (NullReferenceException)
        {
            caught |= 1;
        }

        try
        {
            Divide(1, 0);
        }
        catch (DivideByZeroException)
        {
            caught |= 2;
        }

        try
        {
            Throw(2);
        }
        catch (InvalidOperationException problem) when (problem.Message.Contains("much"))
        {
            caught |= 4;
        }
        finally
        {
            caught |= 8;
        }

        try
        {
            Divide(int.MinValue, -1);
        }
        catch (OverflowException)
        {
            caught |= 16;
        }

        return caught;
    }
}
