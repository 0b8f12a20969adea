using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Purser.Protocol.Usage;

namespace Purser.Server.Usage;

/// <summary>A report that came and can be read.</summary>
/// <param name="Text">As it came.</param>
internal sealed record ReadableReport(string Text, SealedReport Sealed)
{
    /// <summary>Reports that one command counts: enough to share its cost, few enough that nobody waits long.</summary>
    private const int AtOnce = 250;

    public UsageReport Report => Sealed.Report;

    public string Id => Report.Id.ToString(CultureInfo.InvariantCulture);

    public static (List<ReadableReport> Readable, List<RefusedReport> Unreadable) ReadAll(IReadOnlyList<string> reports)
    {
        var (readable, unreadable) = (new List<ReadableReport>(), new List<RefusedReport>());
        foreach (var text in reports)
        {
            var read = SealedReport.Read(text);
            if (read.IsOk)
            {
                readable.Add(new ReadableReport(text, read.Value));
            }
            else
            {
                unreadable.Add(new RefusedReport(null, read.Detail!));
            }
        }

        return (readable, unreadable);
    }

    /// <summary>Reports of one product instance stay together, and in a few commands rather than one for each.</summary>
    public static IEnumerable<List<List<ReadableReport>>> Slices(IEnumerable<ReadableReport> reports)
    {
        var (slice, size) = (new List<List<ReadableReport>>(), 0);
        foreach (var device in reports.GroupBy(report => (report.Report.Udi.Key, report.Report.SoftwareTag)))
        {
            foreach (var part in device.OrderBy(report => report.Report.Id).Chunk(AtOnce))
            {
                if (size > 0 && size + part.Length > AtOnce)
                {
                    yield return slice;
                    (slice, size) = ([], 0);
                }

                slice.Add([.. part]);
                size += part.Length;
            }
        }

        if (size > 0)
        {
            yield return slice;
        }
    }

    /// <summary>SHA-256 of them all.</summary>
    public static string Digest(IEnumerable<ReadableReport> reports)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var report in reports)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(report.Text));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
