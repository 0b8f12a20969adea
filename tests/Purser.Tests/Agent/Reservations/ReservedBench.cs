using Purser.Agent;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Reservations;
using Purser.Tests.Protocol;

namespace Purser.Tests.Agent.Reservations;

/// <summary>A device in reservation mode that knows its authority's root, and a portal that makes authorizations for it.</summary>
internal sealed class ReservedBench : IDisposable
{
    public static readonly AuthorizedLicense Perpetual = License(5, null, null);
    public static readonly AuthorizedLicense Term = License(3, new DateOnly(2026, 1, 1), new DateOnly(2026, 6, 30)) with { SubscriptionId = "Sub-77" };

    public ReservedBench()
    {
        Bench.Agent.Configure(state => state with { Trust = DeviceSetup.Pin(Bench.Authority.Root) });
        Assert.True(Reservation.Enable(true).IsOk);
    }

    public AgentBench Bench { get; } = new();

    public DeviceReservation Reservation => Bench.Agent.Reservation;

    public DeviceState State => Bench.Agent.State;

    public UnitReservation Unit => State.ActiveUnit();

    public static AuthorizedLicense License(long count, DateOnly? from, DateOnly? to) =>
        new(WireSamples.AdvantageTag, count, from, to, TestAuthority.LicenseName, "NW9300 48-port Advantage", "");

    /// <summary>Where both is the same, <paramref name="number"/> tells a later authorization from an earlier one.</summary>
    public string File(string requestCode, ulong number, params AuthorizedLicense[] licenses)
    {
        var authorization = new SpecificAuthorization(number, WireSamples.Identifier, Bench.Clock.GetUtcNow(), requestCode, RequestCode.Read(requestCode).Value.Udi, licenses);
        return authorization.Seal(Bench.Authority.Pki.SignerKey, Bench.Authority.Pki.Chain.Select(Convert.FromBase64String));
    }

    public string Universal(string requestCode) => UniversalAuthorization.New(RequestCode.Read(requestCode).Value, Bench.Authority.Pki.RootKey).ToString();

    public string Request() => Assert.Single(Reservation.Request(all: false).Value).Code;

    /// <summary>Requests and installs; the authorization's file.</summary>
    public string Install(params AuthorizedLicense[] licenses)
    {
        var file = File(Request(), 7, licenses);
        var installed = Reservation.Install(file);
        Assert.True(installed.IsOk, installed.Detail);
        return file;
    }

    public async Task<string?> UseAsync(long count, string license = TestAuthority.LicenseName) => (await Bench.Agent.RequestAsync(license, count, AgentBench.Cancel)).Code;

    public void Dispose() => Bench.Dispose();
}
