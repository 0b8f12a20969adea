using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Catalog;
using Purser.Server.Devices.Rules;

namespace Purser.Tests.Devices.Rules;

[Trait("Feature", "PI-02")]
public sealed class AuthorizationRulesTests
{
    private static readonly Entitlement Advantage = New(1, Enforcement.NotEnforced);
    private static readonly Entitlement Essentials = New(2, Enforcement.Enforced);
    private static readonly Entitlement Restricted = New(3, Enforcement.ExportRestricted);

    // present → asked → changes "entitlement:before>after"
    [Theory]
    [InlineData("", "1:2", "1:0>2")]
    [InlineData("1:2", "1:2", "")]
    [InlineData("1:2", "1:5", "1:2>5")]
    [InlineData("1:2", "1:0", "1:2>0")]
    [InlineData("1:2", "", "1:2>0")]
    [InlineData("1:2 2:3", "2:4", "2:3>4 1:2>0")]
    [InlineData("", "1:2 1:3", "1:0>5")] // once by tag, once by name
    [InlineData("", "1:0", "")]
    [InlineData("", "?:4 1:1", "1:0>1")] // unknown: left out, the rest proceeds
    [InlineData("", "3:4 1:1", "1:0>1")] // restricted without permission
    [InlineData("3:4", "3:4", "3:4>0")]  // permission withdrawn with a new registration
    public void Counts_are_absolute(string present, string asked, string changes)
    {
        var decision = AuthorizationRules.Decide(Asked(asked), Present(present), exportAllowed: false);

        Assert.Equal(changes, string.Join(' ', decision.Changes.Select(change => $"{change.EntitlementId}:{change.Before}>{change.After}")));
    }

    [Theory]
    [InlineData("1:1", true, false, null)]
    [InlineData("?:1", true, false, EntitlementStatus.InvalidTag)]
    [InlineData("1:1", false, false, EntitlementStatus.NotAuthorized)]
    [InlineData("3:1", true, false, EntitlementStatus.NotAuthorized)]
    [InlineData("3:1", true, true, null)]
    [InlineData("3:0", true, false, null)]
    public void Refused_alone(string asked, bool mayUse, bool exportAllowed, string? status) =>
        Assert.Equal(status, AuthorizationRules.RefusalOf(Asked(asked).Single() with { MayUse = mayUse }, exportAllowed));

    [Fact]
    public void A_sum_beyond_the_limit_stays_at_the_limit() =>
        Assert.Equal(WireLimits.Count, AuthorizationRules.Decide(Asked("1:1000000000 1:1000000000"), Present(""), false).Demands[1]);

    private static List<AskedLicense> Asked(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split(':')).Select(parts =>
        new AskedLicense(
            new EntitlementRequest(long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), parts[0]),
            parts[0] switch { "1" => Advantage, "2" => Essentials, "3" => Restricted, _ => null },
            MayUse: true)).ToList();

    private static Dictionary<long, long> Present(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split(':'))
        .ToDictionary(parts => long.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), parts => long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));

    private static Entitlement New(long id, Enforcement enforcement) => new() { Id = id, Tag = $"tag{id}", TagUuid = $"uuid{id}", Name = $"License {id}", Enforcement = enforcement };
}
