using Purser.Agent;
using Purser.Agent.Policy;
using Purser.Agent.Policy.Show;
using Purser.Agent.Policy.Upgrade;
using Purser.Agent.Restconf;
using Purser.Agent.Rules;
using Purser.Agent.Show;
using Purser.Protocol.Reservations;
using Purser.Tests.Agent.Reservations;
using Purser.Tests.Protocol;

namespace Purser.Tests.Agent.Policy;

/// <summary>The software of a device is replaced by one that is licensed by policy: earlier rights stay valid (device reference 4.6).</summary>
[Trait("Feature", "SP-06")]
public sealed class UpgradeTests : IDisposable
{
    private const string Pak = "regid.2021-05.com.purser.hseck9,1.0_90fdf411-3823-45bd-bd8c-5a5d0e0e1ea2";

    private readonly ReservedBench rig = new();

    private LicensingAgent Agent => rig.Bench.Agent;

    [Fact]
    public async Task A_reservation_stays_valid_and_what_is_used_is_reported()
    {
        rig.Install(ReservedBench.License(2, null, null) with { ExportRestricted = true });
        await rig.UseAsync(1);

        Assert.True(Agent.UpgradeToPolicy([]).IsDone);

        var report = Assert.Single(rig.State.Policy!.Reports);
        Assert.Equal((WireSamples.AdvantageTag, 1L), (report.Tag, report.Last.Count));
        Assert.Null(await rig.UseAsync(1));
        Assert.Contains("what is installed gives 2 of", (await Agent.RequestAsync(WireSamples.AdvantageTag, 1, AgentBench.Cancel)).Reason, StringComparison.Ordinal);
        var page = PolicyPages.Authorization(rig.State);
        Assert.Contains("    Status: SPECIFIC INSTALLED on ", page, StringComparison.Ordinal);
        Assert.Contains($"    Last Confirmation code: {rig.Unit.LastConfirmationCode}\n", page, StringComparison.Ordinal);
        Assert.Contains("    Total available count: 2\n    Enforcement type: EXPORT RESTRICTED\n", page, StringComparison.Ordinal);
        Assert.Contains("        Authorization type: SPECIFIC INSTALLED\n        License type: PERPETUAL\n        Term Count: 2\n", page, StringComparison.Ordinal);
        Assert.Contains("SPECIFIC INSTALLED", ShowLicense.All(rig.State, Agent.Now), StringComparison.Ordinal);
        Assert.Contains("authorization-type-slr", LicensingTree.Of(rig.State, Agent.Now).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ways_out_stay_open_and_no_new_reservation_is_made()
    {
        rig.Install(ReservedBench.License(2, null, null) with { ExportRestricted = true });
        await rig.UseAsync(2);
        Assert.True(Agent.UpgradeToPolicy([]).IsDone);

        Assert.True(rig.Reservation.Install(rig.File(rig.Unit.Installed!.RequestCode, 8, ReservedBench.License(3, null, null))).IsOk);
        Assert.Equal(ReservationError.NotReservationMode, rig.Reservation.Request(all: false).Code);
        var returned = Assert.Single(rig.Reservation.Return(all: false).Value).Code;

        Assert.Equal(returned, Assert.Single(rig.Reservation.Return(all: false).Value).Code);
        Assert.Contains("Status: NOT INSTALLED", PolicyPages.Authorization(rig.State), StringComparison.Ordinal);
        Assert.Contains("NOT AUTHORIZED", ShowLicense.Summary(rig.State, Agent.Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_universal_reservation_covers_whatever_is_asked()
    {
        Assert.True(rig.Reservation.Install(rig.Universal(rig.Request())).IsOk);
        await rig.UseAsync(1);
        Assert.Contains("nobody has told the entitlement tag", Agent.UpgradeToPolicy([]).Reason, StringComparison.Ordinal);
        await Agent.ReleaseAsync(TestAuthority.LicenseName, 1, AgentBench.Cancel);

        Assert.True(Agent.UpgradeToPolicy([]).IsDone);

        Assert.True(Agent.Policy.Describe(new ProductLicense(Pak, "hseck9", "High Security", Enforcement: LicenseEnforcement.Enforced)).IsOk);
        Assert.Null(await rig.UseAsync(9, "hseck9"));
        Assert.Contains("Status: UNIVERSAL INSTALLED on", PolicyPages.Authorization(rig.State), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_locked_licenses_are_a_source_of_authorization()
    {
        Assert.Equal("this device waits for an authorization; install it, or cancel its request first: license smart reservation cancel all", Waiting());
        rig.Reservation.Cancel(all: false);
        Assert.Contains("is no entitlement tag", Agent.UpgradeToPolicy([new NodeLockedLicense("hseck9", 1)]).Reason, StringComparison.Ordinal);
        Assert.True(Agent.UpgradeToPolicy([new NodeLockedLicense(Pak, 2)], "17.12.04").IsDone);
        Assert.Equal("17.12.04", Agent.State.Device.SoftwareVersion);
        Assert.True(Agent.Policy.Describe(new ProductLicense(Pak, "hseck9", "High Security", Enforcement: LicenseEnforcement.Enforced)).IsOk);

        Assert.Null(await rig.UseAsync(2, "hseck9"));
        Assert.NotNull((await Agent.RequestAsync("hseck9", 1, AgentBench.Cancel)).Reason);
        var page = PolicyPages.Authorization(rig.State);
        Assert.Contains("    Status: PAK\n", page, StringComparison.Ordinal);
        Assert.Contains("    Enforcement type: ENFORCED\n", page, StringComparison.Ordinal);
        Assert.Contains("        Authorization type: PAK\n", page, StringComparison.Ordinal);
        Assert.Contains("authorization-type-pak", LicensingTree.Of(rig.State, Agent.Now).ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("licensed by policy already", Agent.UpgradeToPolicy([]).Reason, StringComparison.Ordinal);
        await Agent.ReleaseAsync("hseck9", 2, AgentBench.Cancel);
        Assert.True(Agent.FactoryReset().IsDone);
        Assert.Single(rig.State.Policy!.NodeLocked);
    }

    public void Dispose() => rig.Dispose();

    private string? Waiting()
    {
        rig.Request();
        return Agent.UpgradeToPolicy([]).Reason;
    }
}
