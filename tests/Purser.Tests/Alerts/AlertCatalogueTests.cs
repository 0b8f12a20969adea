using System.Text.RegularExpressions;
using Purser.Server.Alerts;
using Purser.Server.Licenses;

namespace Purser.Tests.Alerts;

/// <summary>The catalogue against its source, rule by rule (help ch. 2; what else it holds: domain rules 10.2).</summary>
[Trait("Feature", "AL-01")]
public sealed partial class AlertCatalogueTests
{
    public static TheoryData<AlertKind, string, string, string, string, string> Source
    {
        get
        {
            var data = new TheoryData<AlertKind, string, string, string, string, string>();
            foreach (var line in AlertSource.Rows.Split('\n'))
            {
                var cells = line.Split(" | ", StringSplitOptions.TrimEntries);
                data.Add(Enum.Parse<AlertKind>(cells[0]), cells[1], cells[2], cells[3], cells[4], cells[5]);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Source))]
    public void Level_and_wording_are_those_of_the_source(AlertKind kind, string otherwise, string alert, string type, string action, string behavior)
    {
        var rule = AlertCatalogue.Of(kind);
        Assert.Equal(type, rule.Level.ToString());
        if (otherwise.Length == 0)
        {
            Assert.Contains(Bare(rule.Wording), Bare(alert), StringComparison.OrdinalIgnoreCase);
        }

        Assert.NotEmpty(action + behavior + rule.Clears);
    }

    /// <summary>Both levels offer the union of what their rows offer (domain rules 10.6); "cannot be dismissed" holds everywhere.</summary>
    [Theory, MemberData(nameof(Source))]
    public void Actions_and_dismissal_are_those_of_the_source(AlertKind kind, string otherwise, string alert, string type, string action, string behavior)
    {
        var rule = AlertCatalogue.Of(kind);
        foreach (var (words, offered) in new[]
        {
            ("Transfer Licenses", AlertAction.TransferLicenses), ("View/Accept", AlertAction.AcceptAgreement), ("Remind Later", AlertAction.RemindLater),
            ("Dismiss", AlertAction.Dismiss), ("dismiss link", AlertAction.Dismiss), ("Remove Instance", AlertAction.RemoveInstance), ("update the reservation", AlertAction.UpdateReservation),
        })
        {
            if (action.Contains(words, StringComparison.Ordinal))
            {
                Assert.Contains(offered, rule.Actions);
            }
        }

        if (behavior.Contains("cannot be manually dismissed", StringComparison.Ordinal))
        {
            Assert.False(rule.CanBeDismissed);
        }

        Assert.True(alert.Length > 0 && type.Length > 0 && otherwise is not null);
    }

    /// <summary>What a person may do, and what cannot be dismissed (domain rules 10.2: R, D, never D).</summary>
    [Theory]
    [InlineData(AlertKind.InsufficientLicenses, AlertLevel.Major, false, false)]
    [InlineData(AlertKind.AgreementUpdated, AlertLevel.Major, false, false)]
    [InlineData(AlertKind.AgreementPending, AlertLevel.Major, false, false)]
    [InlineData(AlertKind.LicensesExpiring, AlertLevel.Minor, true, true)]
    [InlineData(AlertKind.LicensesExpired, AlertLevel.Minor, false, true)]
    [InlineData(AlertKind.ReservedLicenseExpired, AlertLevel.Minor, false, true)]
    [InlineData(AlertKind.FailedToConnect, AlertLevel.Minor, true, true)]
    [InlineData(AlertKind.FailedToRenew, AlertLevel.Major, false, true)]
    [InlineData(AlertKind.RestrictedFailedToRenew, AlertLevel.Major, false, true)]
    [InlineData(AlertKind.DeauthorizationFailed, AlertLevel.Major, true, true)]
    [InlineData(AlertKind.DuplicateLicenses, AlertLevel.Minor, false, false)]
    [InlineData(AlertKind.RestrictedLicenseNotAvailable, AlertLevel.Informational, false, true)]
    [InlineData(AlertKind.ReservedLicensesReturned, AlertLevel.Informational, false, true)]
    [InlineData(AlertKind.ConversionIncomplete, AlertLevel.Minor, false, true)]
    [InlineData(AlertKind.LicensesNotConverted, AlertLevel.Minor, false, true)]
    [InlineData(AlertKind.ConversionFailed, AlertLevel.Minor, false, true)]
    [InlineData(AlertKind.UpgradePending, AlertLevel.Informational, false, false)]
    [InlineData(AlertKind.ReservationPending, AlertLevel.Informational, false, false)]
    [InlineData(AlertKind.PendingRemoval, AlertLevel.Informational, false, true)]
    [InlineData(AlertKind.AuthorizationPending, AlertLevel.Informational, false, false)]
    [InlineData(AlertKind.AuthorizationFileReady, AlertLevel.Minor, false, true)]
    [InlineData(AlertKind.UpcomingSyncDeadline, AlertLevel.Minor, true, true)]
    [InlineData(AlertKind.SynchronizationOverdue, AlertLevel.Major, true, false)]
    [InlineData(AlertKind.SynchronizationFailed, AlertLevel.Minor, false, true)]
    [InlineData(AlertKind.SatelliteRemoved, AlertLevel.Major, false, true)]
    public void A_rule_is_the_one_of_the_domain(AlertKind kind, AlertLevel level, bool canBePutOff, bool canBeDismissed)
    {
        var rule = AlertCatalogue.Of(kind);
        Assert.Equal((level, canBePutOff, canBeDismissed), (rule.Level, rule.Allows(AlertAction.RemindLater), rule.CanBeDismissed));
    }

    [Fact]
    public void Satellite_agreement_and_conversion_alerts_live_at_the_Smart_Account()
    {
        AlertKind[] atAccount =
        [
            AlertKind.AgreementUpdated, AlertKind.AgreementPending, AlertKind.ConversionIncomplete, AlertKind.LicensesNotConverted, AlertKind.ConversionFailed,
            AlertKind.AuthorizationPending, AlertKind.AuthorizationFileReady, AlertKind.UpcomingSyncDeadline, AlertKind.SynchronizationOverdue,
            AlertKind.SynchronizationFailed, AlertKind.SatelliteRemoved, AlertKind.IntegrityViolation,
        ];
        Assert.Equal(atAccount.Order(), AlertCatalogue.Kinds.Where(kind => AlertCatalogue.Of(kind).Place == AlertPlace.SmartAccount).Order());
    }

    [Fact]
    public void A_wording_is_filled_in_whole_or_not_at_all()
    {
        Assert.Equal(
            "The product instance r1 has requested license Gold which enables restricted encryption technology. This license is not available within the virtual account Lab.",
            AlertTexts.Fill(AlertKind.RestrictedLicenseNotAvailable, ("Product Instance Name", "r1"), ("License Name", "Gold"), ("VA name", "Lab")));
        Assert.Throws<KeyNotFoundException>(() => AlertTexts.Fill(AlertKind.PendingRemoval));
        Assert.Throws<ArgumentException>(() => AlertTexts.Fill(AlertKind.ConversionFailed, ("name", "r1")));

        // What a name holds is never taken for a place.
        Assert.Contains("\"<Product Name>\"", AlertTexts.Fill(AlertKind.PendingRemoval, ("Product Name", "<Product Name>")), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Feature", "AL-02")]
    [InlineData(RemindPlan.NextPeriod, "2027-01-31", "2027-01-17")] // day 60 of silence hides until day 76 (domain rules 10.4)
    [InlineData(RemindPlan.HalfOfTheTimeLeft, "2027-01-27", "2027-01-14")] // 26 days to the deadline hide for 13 (domain rules 13.5)
    [InlineData(RemindPlan.NextPeriod, null, "2027-01-02")]
    [InlineData(RemindPlan.NextPeriod, "2026-12-01", "2027-01-02")]
    public void Remind_later_hides_for_a_while_that_lies_ahead(RemindPlan plan, string? due, string until)
    {
        var now = At("2027-01-01");
        Assert.Equal(At(until), Reminder.Until(plan, now, due is null ? null : At(due), new ExpiryPeriods([90, 60, 30, 14, 7, 3, 2, 1])));
    }

    private static DateTimeOffset At(string day) => new(DateTime.ParseExact(day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero);

    /// <summary>Places by any name, one space, and the two slips of the source that every row shares (domain rules 14, row 10).</summary>
    private static string Bare(string text) =>
        Spaces.Replace(Places.Replace(text, " <> "), " ").Replace("\" <> \", \" <> \"", "<>", StringComparison.Ordinal).Replace("\" ", "\"", StringComparison.Ordinal)
            .Replace(" \"", "\"", StringComparison.Ordinal).Replace(" .", ".", StringComparison.Ordinal).Replace(" <>", "<>", StringComparison.Ordinal).Replace("<> ", "<>", StringComparison.Ordinal);

    [GeneratedRegex("<[^<>]+>", RegexOptions.None, 1000)]
    private static partial Regex Places { get; }

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Spaces { get; }
}
