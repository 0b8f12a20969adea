using System.Security.Cryptography;
using Purser.Protocol;
using Purser.Protocol.Usage;

namespace Purser.Tests.Protocol.Usage;

public sealed class UsageReportTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(UsageReport.Version2, "report-v2.json")]
    [InlineData(null, "report-v1.json")]
    public void Both_versions_are_written_as_devices_write_them_and_read_again(string? version, string golden)
    {
        var second = UsageSamples.Measured(UsageSamples.Start + Hour, Hour, 5) with
        {
            AddedUnits = [new Udi("AP-2", "FDW1")], RemovedUnits = [], ClockChange = TimeSpan.FromSeconds(-40), CloseReason = "REPORTING",
        };
        var report = UsageSamples.Report(1773129600, version, UsageSamples.Measured(UsageSamples.Start, Hour, 4), second);

        Golden.Check(golden, SealedReport.SealBuiltin(report).Write());
        var read = UsageReport.Read(report.Write()).Value;

        Assert.Equal(report.Write(), read.Write());
        Assert.Equal(version, read.Version);
        Assert.Equal([4L, 5L], read.Measurements.Select(measurement => measurement.Count));
    }

    [Fact]
    public void A_signature_of_the_trust_key_covers_every_byte_of_the_payload()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signed = SealedReport.Seal(UsageSamples.Report(), key, "0A");
        var text = signed.Write();

        Assert.True(SealedReport.Read(text).Value.IsSignedBy(key));
        for (var place = 0; place < signed.Payload.Length; place++)
        {
            var altered = signed.Payload.ToCharArray();
            altered[place] = altered[place] == '7' ? '8' : '7';
            Assert.False((signed with { Payload = new string(altered) }).IsSignedBy(key), $"Character {place} may be altered");
        }

        Assert.False((signed with { Payload = signed.Payload.Replace(",", ", ", StringComparison.Ordinal) }).IsSignedBy(key));
    }

    [Fact]
    public void A_signature_that_is_damaged_or_of_another_key_does_not_fit()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signed = SealedReport.Seal(UsageSamples.Report(), key, "0A");

        Assert.False(signed.IsSignedBy(other));
        Assert.False((signed with { Signature = signed.Signature with { Value = "no base64!" } }).IsSignedBy(key));
        Assert.False(SealedReport.SealBuiltin(UsageSamples.Report()).IsSignedBy(key));
    }

    public static TheoryData<string, string, string> Broken => new()
    {
        { "\"report_id\":1773129600,", "", "no report_id" },
        { "\"value\":\"4\"", "\"value\":\"-4\"", "cannot be read" },
        { "\"value\":\"4\"", "\"value\":\"four\"", "cannot be read" },
        { "\"value\":\"4\"", "\"value\":\"99999999999999999999\"", "cannot be read" },
        { "\"value\":\"4\"", "\"value\":\"2000000000\"", "no count" },
        { "\"version\":\"2.0\"", "\"version\":\"3.0\"", "versions 1 and 2" },
        { UsageSamples.LicenseTag, "ADVANTAGE", "no tag" },
        { "SW-48", "SW 48", "sudi" },
        { "\"end_time\":1773133200", "\"end_time\":1773129000", "ends before it begins" },
        { "\"metric_name\":\"ENTITLEMENT\"", "\"metric_name\":\"OTHER\"", "no measurement" },
        { "\"meta\":{", "\"meta\":{\"entitlement_tag\":\"x\",", "not the expected JSON" },
        { "\"measurements\":[", "\"measurements\":[,", "not the expected JSON" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_cannot_be_counted_is_refused_with_the_reason(string part, string instead, string reason)
    {
        var payload = UsageSamples.Report().Write();
        Assert.Contains(part, payload, StringComparison.Ordinal);

        var read = UsageReport.Read(payload.Replace(part, instead, StringComparison.Ordinal));

        Assert.Equal(WireCode.Malformed, read.Code);
        Assert.Contains(reason, read.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Measurements_that_overlap_are_refused()
    {
        var report = UsageSamples.Report(1, UsageReport.Version2, UsageSamples.Measured(UsageSamples.Start, Hour, 4), UsageSamples.Measured(UsageSamples.Start + (Hour / 2), Hour, 5));

        Assert.Contains("overlap", UsageReport.Read(report.Write()).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_of_other_makers_are_borne_and_telemetry_counts_nothing()
    {
        var payload = UsageSamples.Report().Write()
            .Replace("\"meta\":{\"entitlement_tag\"", "\"meta\":{\"report_type\":\"telemetry\",\"something\":{\"new\":[1]},\"entitlement_tag\"", StringComparison.Ordinal)
            .Replace("ENTITLEMENT", "hardware_inventory", StringComparison.Ordinal);

        var report = UsageReport.Read(payload).Value;

        Assert.False(report.IsOfUse);
        Assert.Empty(report.Measurements);
    }

    [Fact]
    public void A_report_that_another_device_signed_is_refused()
    {
        var text = SealedReport.SealBuiltin(UsageSamples.Report()).Write();
        var other = text[..text.LastIndexOf("FOC2601A001", StringComparison.Ordinal)] + "FOC2601A002" + text[(text.LastIndexOf("FOC2601A001", StringComparison.Ordinal) + 11)..];

        Assert.Equal(WireCode.BadSignature, SealedReport.Read(other).Code);
    }
}
