using System.Security.Cryptography;
using Purser.Protocol;
using Purser.Protocol.Usage;

namespace Purser.Tests.Protocol.Usage;

/// <summary>Files that are carried between device and authority.</summary>
public sealed class ReportFileTests
{
    [Fact]
    public void A_saved_file_is_read_again_as_it_was()
    {
        var reports = new[] { 1UL, 2UL }.Select(id => SealedReport.SealBuiltin(UsageSamples.Report(id)).Write()).ToList();
        var file = new ReportFile([.. reports, "{\"payload\":\"]]>\"}"], "{\"hostname\":\"<r1>\"}");

        Golden.Check("saved-usage.xml", (file with { Reports = reports }).Write());
        var read = ReportFile.Read("\uFEFF" + file.Write()).Value;

        Assert.Equal(file.Reports, read.Reports);
        Assert.Equal(file.SystemInfo, read.SystemInfo);
    }

    [Theory]
    [InlineData("", "no XML")]
    [InlineData("hello", "no XML")]
    [InlineData("<smartLicense><RUMReport><![CDATA[{", "only a part")]
    [InlineData("<smartLicense/>", "no usage report in it")]
    [InlineData("<specificPLR/>", "begins with <specificPLR>")]
    [InlineData("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><smartLicense><RUMReport>&a;</RUMReport></smartLicense>", "no XML")]
    public void What_is_no_report_file_is_refused_with_what_to_do(string text, string reason)
    {
        var read = ReportFile.Read(text);

        Assert.Equal(WireCode.Malformed, read.Code);
        Assert.Contains(reason, read.Detail, StringComparison.Ordinal);
        Assert.Contains("license smart save usage", read.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_collectors_bundle_in_its_place_is_told_to_go_where_bundles_go() =>
        Assert.Contains("uploaded as a bundle", ReportFile.Read("\u001F\uFFFD\b").Detail, StringComparison.Ordinal);

    [Fact]
    public void An_acknowledgement_with_a_policy_is_read_again_and_its_signature_fits_neither_another_text_nor_another_kind()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var acknowledgement = new Acknowledgement(UsageSamples.Switch, "5278df84-7316-4332-88be-62623dd30b9e", [7, 8], "Example", "Plant", UsageSamples.Start);
        var policy = new DeliveredPolicy(ReportingPolicy.Default with { Name = "SLE Policy" }, 3, UsageSamples.Start);
        var file = new ImportFile(
        [
            SignedElement.Seal(Acknowledgement.Element, acknowledgement.Write(), key, [[1]]), SignedElement.Seal(DeliveredPolicy.Element, policy.Write(), key, [[1]]),
        ]);

        var read = ImportFile.Read(file.Write()).Value;
        var (first, second) = (read.Find(Acknowledgement.Element)!, read.Find(DeliveredPolicy.Element)!);

        Golden.Check("acknowledgement.json", first.Data);
        Golden.Check("policy.json", second.Data);
        Assert.True(first.IsSignedBy(key) && second.IsSignedBy(key));
        Assert.False((first with { Data = first.Data.Replace('7', '9') }).IsSignedBy(key));
        Assert.False((first with { Name = DeliveredPolicy.Element }).IsSignedBy(key));
        var again = Acknowledgement.Read(first.Data).Value;
        Assert.Equal([7UL, 8UL], again.Acknowledged);
        Assert.Equal(acknowledgement with { Acknowledged = again.Acknowledged }, again);
        Assert.Equal(policy, DeliveredPolicy.Read(second.Data).Value);
        Assert.Equal(policy, DeliveredPolicy.Read(ImportFile.Read(second.ToXml().ToString()).Value.Elements[0].Data).Value);
    }

    [Theory]
    [InlineData("<smartLicense>")]
    [InlineData("<smartLicense/>")]
    [InlineData("<smartLicense><smartLicenseRumAck><data>{}</data></smartLicenseRumAck></smartLicense>")]
    public void A_damaged_file_is_not_imported(string text) => Assert.Equal(WireCode.Malformed, ImportFile.Read(text).Code);

    [Fact]
    public void A_policy_beyond_all_bounds_is_refused()
    {
        var policy = new DeliveredPolicy(ReportingPolicy.Default with { Export = new(0, 4000, 0) }, 1, UsageSamples.Start);

        Assert.Contains("between 0 and 3650", DeliveredPolicy.Read(policy.Write()).Detail, StringComparison.Ordinal);
    }
}
