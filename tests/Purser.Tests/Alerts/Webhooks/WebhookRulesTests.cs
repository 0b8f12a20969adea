using System.Net;
using Purser.Server.Alerts;
using Purser.Server.Alerts.Webhooks;

namespace Purser.Tests.Alerts.Webhooks;

[Trait("Feature", "AL-04")]
public sealed class WebhookRulesTests
{
    [Theory]
    [InlineData("https://alerts.example/hook", null)]
    [InlineData("https://alerts.example:8443/hook?team=1", null)]
    [InlineData("https://8.8.8.8/", null)]
    [InlineData("http://alerts.example/", "https://")]
    [InlineData("ftp://alerts.example/", "https://")]
    [InlineData("alerts.example", "https://")]
    [InlineData("", "https://")]
    [InlineData("https://me:secret@alerts.example/", "password")]
    [InlineData("https://alerts.example/#part", "after #")]
    [InlineData("https://localhost/", "inside")]
    [InlineData("https://127.0.0.1/", "inside")]
    [InlineData("https://2130706433/", "inside")] // 127.0.0.1 as one number
    [InlineData("https://10.1.2.3/", "inside")]
    [InlineData("https://169.254.169.254/latest/meta-data", "inside")]
    [InlineData("https://[::1]/", "inside")]
    [InlineData("https://[::ffff:192.168.0.1]/", "inside")]
    public void An_address_is_public_and_https_or_the_reason_is_told(string url, string? reason)
    {
        var refusal = WebhookRules.Judge(new WebhookChoice("Pager", url), allowsPrivate: false);
        Assert.Equal(reason is null, refusal is null);
        Assert.Contains(reason ?? "", refusal?.Detail ?? "", StringComparison.Ordinal);
        Assert.Equal(reason is null ? null : "Url", refusal?.Field);
    }

    [Theory]
    [InlineData("22:00", "06:00", "Europe/Berlin", null)]
    [InlineData("", "", "nowhere", null)]
    [InlineData("22:00", "", "UTC", "QuietTo")]
    [InlineData("25:00", "06:00", "UTC", "QuietFrom")]
    [InlineData("22:00", "22:00", "UTC", "QuietTo")]
    [InlineData("22:00", "06:00", "Mars/Phobos", "Zone")]
    public void Quiet_hours_have_two_times_and_a_zone(string from, string to, string zone, string? field) =>
        Assert.Equal(field, WebhookRules.Judge(new WebhookChoice("Pager", "https://a.example/", QuietFrom: from, QuietTo: to, Zone: zone), allowsPrivate: false)?.Field);

    [Theory]
    [InlineData("2026-01-10T20:59:00Z", "2026-01-10T20:59:00Z")] // 21:59 in Berlin
    [InlineData("2026-01-10T21:00:00Z", "2026-01-11T05:00:00Z")]
    [InlineData("2026-01-11T03:00:00Z", "2026-01-11T05:00:00Z")]
    [InlineData("2026-01-11T05:00:00Z", "2026-01-11T05:00:00Z")]
    [InlineData("2026-03-28T22:00:00Z", "2026-03-29T04:00:00Z")] // the clocks go forward in this night
    [InlineData("2026-10-24T21:00:00Z", "2026-10-25T05:00:00Z")] // and back in this one
    public void Quiet_hours_follow_the_clock_on_the_wall(string instant, string expected) =>
        Assert.Equal(At(expected), new QuietHours(new TimeOnly(22, 0), new TimeOnly(6, 0), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")).EndAfter(At(instant)));

    [Fact]
    public void Quiet_hours_that_end_in_a_skipped_hour_end_after_it() => Assert.Equal(
        At("2026-03-29T01:00:00Z"), new QuietHours(new TimeOnly(22, 0), new TimeOnly(2, 30), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")).EndAfter(At("2026-03-29T00:10:00Z")));

    [Fact]
    public void Major_alerts_may_go_through_the_quiet_hours_and_are_grouped_all_the_same()
    {
        var webhook = new Webhook
        {
            Name = "", Url = "", SealedSecret = [], CreatedBy = "", GroupMinutes = 5, QuietFrom = 22 * 60, QuietTo = 6 * 60, Zone = "UTC", MajorAlways = true, LeastLevel = AlertLevel.Minor,
        };
        var now = At("2026-01-10T23:00:00Z");
        Assert.Equal(now.AddMinutes(5), DeliveryPlan.NotBefore(webhook, AlertLevel.Major, now));
        Assert.Equal(At("2026-01-11T06:00:00Z"), DeliveryPlan.NotBefore(webhook, AlertLevel.Minor, now));
        Assert.True(DeliveryPlan.Wants(webhook, AlertLevel.Major, 3));
        Assert.False(DeliveryPlan.Wants(webhook, AlertLevel.Informational, 3));
        webhook.VirtualAccountId = 4;
        Assert.False(DeliveryPlan.Wants(webhook, AlertLevel.Major, 3));
        Assert.False(DeliveryPlan.Wants(webhook, AlertLevel.Major, null));
    }

    [Theory]
    [InlineData("8.8.8.8", false)]
    [InlineData("2606:4700::1", false)]
    [InlineData("172.15.255.255", false)]
    [InlineData("172.16.0.1", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("224.0.0.1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("64:ff9b::a00:1", true)]
    [InlineData("2002:a00:1::", true)]
    public void Addresses_inside_are_known_in_every_form(string address, bool isPrivate) => Assert.Equal(isPrivate, TargetAddress.IsPrivate(IPAddress.Parse(address)));

    /// <summary>The example of Standard Webhooks 1.0.</summary>
    [Fact]
    public void The_signature_is_that_of_the_standard() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSecrets.Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), "{\"test\": 2432232314}"));

    private static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture);
}
