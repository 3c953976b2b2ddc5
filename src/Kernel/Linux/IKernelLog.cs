namespace Muk.Kernel.Linux;

/// <summary>Where the personality says something about the run in hand, for people. Called on the vCPU thread, seldom.</summary>
public interface IKernelLog
{
    void Line(string text);
}
