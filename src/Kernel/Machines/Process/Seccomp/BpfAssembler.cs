namespace Muk.Kernel.Machines.Process.Seccomp;

/// <summary>Puts a classic BPF program together, with labels for its forward jumps. Pure; one use, one thread.</summary>
public sealed class BpfAssembler
{
    private const int JumpMax = 255;
    private readonly List<BpfInstruction> _program = [];
    private readonly List<(int At, string Label, Branch Branch)> _open = [];

    private enum Branch
    {
        True,
        False,
        Always,
    }

    /// <summary>Instructions so far.</summary>
    public int Count => _program.Count;

    /// <summary>A = the word at <paramref name="offset"/>.</summary>
    public BpfAssembler Load(uint offset) => Add(new(BpfInstruction.LoadWord, 0, 0, offset));

    /// <summary>A = A AND <paramref name="mask"/>.</summary>
    public BpfAssembler And(uint mask) => Add(new(BpfInstruction.And, 0, 0, mask));

    /// <summary>Goes to <paramref name="label"/> if A equals <paramref name="value"/>, else on.</summary>
    public BpfAssembler IfEqual(uint value, string label) => Jump(BpfInstruction.JumpEqual, value, label, Branch.True);

    /// <summary>Goes to <paramref name="label"/> unless A equals <paramref name="value"/>.</summary>
    public BpfAssembler UnlessEqual(uint value, string label) => Jump(BpfInstruction.JumpEqual, value, label, Branch.False);

    /// <summary>Goes to <paramref name="label"/> if A, unsigned, is at least <paramref name="value"/>.</summary>
    public BpfAssembler IfAtLeast(uint value, string label) => Jump(BpfInstruction.JumpAtLeast, value, label, Branch.True);

    /// <summary>Goes to <paramref name="label"/> if A, unsigned, is below <paramref name="value"/>.</summary>
    public BpfAssembler IfBelow(uint value, string label) => Jump(BpfInstruction.JumpAtLeast, value, label, Branch.False);

    /// <summary>Goes to <paramref name="label"/>.</summary>
    public BpfAssembler Go(string label) => Jump(BpfInstruction.Jump, 0, label, Branch.Always);

    /// <summary>Ends the program with a verdict.</summary>
    public BpfAssembler Return(uint verdict) => Add(new(BpfInstruction.Return, 0, 0, verdict));

    /// <summary>Jumps to <paramref name="label"/> made so far lead here.</summary>
    /// <exception cref="InvalidOperationException">One of them is further away than BPF can jump.</exception>
    public BpfAssembler Label(string label)
    {
        foreach (var (at, _, branch) in _open.Where(o => o.Label == label))
        {
            var distance = _program.Count - at - 1;
            if (distance > JumpMax && branch != Branch.Always)
            {
                throw new InvalidOperationException($"the jump to '{label}' skips {distance} instructions, BPF can skip {JumpMax}");
            }

            _program[at] = branch switch
            {
                Branch.True => _program[at] with { IfTrue = (byte)distance },
                Branch.False => _program[at] with { IfFalse = (byte)distance },
                _ => _program[at] with { K = (uint)distance },
            };
        }

        _open.RemoveAll(o => o.Label == label);
        return this;
    }

    /// <summary>The program.</summary>
    /// <exception cref="InvalidOperationException">A jump leads nowhere, or the end can be reached without a verdict.</exception>
    public BpfInstruction[] ToArray()
    {
        if (_open.Count > 0)
        {
            throw new InvalidOperationException($"no label '{_open[0].Label}' follows the jump to it");
        }

        return _program.Count > 0 && _program[^1].Code == BpfInstruction.Return
            ? [.. _program]
            : throw new InvalidOperationException("a filter must end with a verdict");
    }

    private BpfAssembler Jump(ushort code, uint value, string label, Branch branch)
    {
        _open.Add((_program.Count, label, branch));
        return Add(new(code, 0, 0, value));
    }

    private BpfAssembler Add(BpfInstruction instruction)
    {
        _program.Add(instruction);
        return this;
    }
}
