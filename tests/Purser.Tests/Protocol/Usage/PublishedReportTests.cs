using System.Runtime.CompilerServices;
using System.Text;
using Purser.Protocol.Usage;

namespace Purser.Tests.Protocol.Usage;

/// <summary>A real report as it was published: three measurements, a change of the clock, sub-devices that came.</summary>
public sealed class PublishedReportTests
{
    [Fact]
    public void It_reads_as_three_measurements_with_counts_2_3_3()
    {
        var report = Read().Report;

        Assert.Equal(1671840750UL, report.Id);
        Assert.Equal("C9800-CL-K9", report.Udi.Pid);
        Assert.Equal("17.09.02", report.SoftwareVersion);
        Assert.Equal([2L, 3L, 3L], report.Measurements.Select(measurement => measurement.Count));
        Assert.Equal([2, 1, 0], report.Measurements.Select(measurement => measurement.AddedUnits?.Count ?? 0));
        Assert.Equal(["FDW2109B29P", "FDW2109B2BX", "FDW2028D3SV"], report.Measurements.SelectMany(measurement => measurement.AddedUnits ?? []).Select(unit => unit.Sn));
        Assert.Equal(TimeSpan.FromSeconds(-3433), report.Measurements[2].ClockChange);
        Assert.Equal("ProductReload", report.Measurements[2].CloseReason);
        Assert.Equal([97L, 417L, 1615L], report.Measurements.Select(measurement => measurement.Samples));
        Assert.Equal("Active", Assert.Single(report.Units!).Role);
    }

    [Fact]
    public void Its_payload_is_written_again_byte_for_byte()
    {
        var sealedReport = Read();

        Assert.Equal(sealedReport.Payload, sealedReport.Report.Write());
    }

    [Fact]
    public void The_file_keeps_the_text_of_its_report_byte_for_byte()
    {
        var file = ReportFile.Read(Text()).Value;
        var again = ReportFile.Read(file.Write()).Value;

        Assert.Contains(Assert.Single(file.Reports), Text(), StringComparison.Ordinal);
        Assert.Equal(file.Reports, again.Reports);
        Assert.Equal(SealedReport.Read(file.Reports[0]).Value.Payload, SealedReport.Read(SealedReport.Read(file.Reports[0]).Value.Write()).Value.Payload);
    }

    [Fact]
    public void Its_signature_is_of_the_maker_and_cannot_be_verified()
    {
        var sealedReport = Read();

        Assert.Equal(SigningTypes.Builtin, sealedReport.Signature.SigningType);
        Assert.False(sealedReport.CanBeVerified);
    }

    private static SealedReport Read() => SealedReport.Read(ReportFile.Read(Text()).Value.Reports.Single()).Value;

    private static string Text([CallerFilePath] string test = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(test)!, "Published", "published-report-1671840750.xml"), Encoding.UTF8);
}
