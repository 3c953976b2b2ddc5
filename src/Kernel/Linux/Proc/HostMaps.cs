using System.Text;

namespace Muk.Kernel.Linux.Proc;

/// <summary>What of the host's /proc/pid/maps (proc_pid_maps(5)) its guest may see: addresses, rights and the names that Linux gives.
/// Names of the host's files stay outside. Pure.</summary>
internal static class HostMaps
{
    private const int NameColumn = 73;
    private const int FieldsBeforeName = 5;

    /// <param name="image">What code is called.</param>
    public static string Text(IEnumerable<string> lines, string image)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            var fields = line.Split(' ', FieldsBeforeName + 1, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < FieldsBeforeName)
            {
                continue;
            }

            var start = text.Length;
            text.Append(fields[0]).Append(' ').Append(fields[1]).Append(" 00000000 00:00 0 ");
            var named = fields.Length > FieldsBeforeName ? fields[FieldsBeforeName].Trim() : "";
            var name = named.StartsWith('[') ? named
                : named.Length > 0 && fields[1].Contains('x', StringComparison.Ordinal) ? image : "";
            if (name.Length > 0)
            {
                text.Append(' ', Math.Max(0, NameColumn - (text.Length - start))).Append(name);
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
