namespace Muk.Tests.EndToEnd;

/// <summary>The machines that tests run on. One without <c>/dev/kvm</c> is skipped, or fails where MUK_REQUIRE asks for it.</summary>
internal static class Machines
{
    public static TheoryData<string> All => ["process", "kvm"];

    public static void Need(string machine)
    {
        if (machine == "kvm" && (Environment.GetEnvironmentVariable("MUK_REQUIRE") ?? "").Contains("kvm", StringComparison.Ordinal))
        {
            Assert.True(File.Exists("/dev/kvm"), "MUK_REQUIRE has kvm and there is no /dev/kvm");
        }

        Assert.SkipUnless(machine != "kvm" || File.Exists("/dev/kvm"), "needs /dev/kvm");
    }
}
