using System.Globalization;
using Purser.Server.Devices.Silence;
using Purser.Server.Settings;

namespace Purser.Tests.Devices.Silence;

[Trait("Feature", "PI-03")]
public sealed class SilenceRulesTests
{
    private static readonly DateTimeOffset LastContact = At("2026-03-02 08:00");
    private static readonly DateTimeOffset CertificateEnd = At("2027-01-10 07:55");

    // The worked example of domain rules 7.4, with the second before each step.
    [Theory]
    [InlineData(SilenceStage.None, "2026-04-01 07:59", "")]
    [InlineData(SilenceStage.None, "2026-04-01 08:00", "FirstWarning 2026-04-01 08:00")]
    [InlineData(SilenceStage.FirstWarning, "2026-05-01 07:59", "")]
    [InlineData(SilenceStage.FirstWarning, "2026-05-01 08:00", "SecondWarning 2026-05-01 08:00")]
    [InlineData(SilenceStage.SecondWarning, "2026-05-31 07:59", "")]
    [InlineData(SilenceStage.SecondWarning, "2026-05-31 08:00", "Released 2026-05-31 08:00")]
    [InlineData(SilenceStage.Released, "2027-03-02 07:59", "")]
    [InlineData(SilenceStage.Released, "2027-03-02 08:00", "Removed 2027-03-02 08:00")]
    [InlineData(SilenceStage.None, "2026-06-10 00:00", "FirstWarning 2026-04-01 08:00, SecondWarning 2026-05-01 08:00, Released 2026-05-31 08:00")]
    [InlineData(SilenceStage.Removed, "2030-01-01 00:00", "")]
    public void Stages_pass_at_their_instants(SilenceStage done, string now, string passed) =>
        Assert.Equal(passed, Passed("silence", done, now));

    [Theory]
    [InlineData("2027-01-10 07:54", "")]
    [InlineData("2027-01-10 07:55", "Removed 2027-01-10 07:55")]
    public void Removal_may_go_by_the_certificate(string now, string passed) =>
        Assert.Equal(passed, Passed("certificate", SilenceStage.Released, now));

    private static string Passed(string removeBy, SilenceStage done, string now) => string.Join(
        ", ",
        SilenceRules.Of(new DeviceSettings { RemoveBy = removeBy }).Passed(done, LastContact, CertificateEnd, At(now))
            .Select(passage => string.Create(CultureInfo.InvariantCulture, $"{passage.Stage} {passage.At:yyyy-MM-dd HH:mm}")));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
