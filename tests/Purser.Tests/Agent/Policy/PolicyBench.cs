using System.Security.Cryptography;
using Purser.Agent;
using Purser.Agent.Policy;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Agent.Transport;
using Purser.Protocol;
using Purser.Protocol.Trust;
using Purser.Protocol.Usage;
using Purser.Protocol.Wire;
using Purser.Tests.Protocol;

namespace Purser.Tests.Agent.Policy;

/// <summary>A device that is licensed by policy, the certificates of an authority, and a clock.</summary>
internal sealed class PolicyBench : IDisposable
{
    public const string Subscription = "regid.2026-01.com.example.NW9300_48P_Telemetry,1.0_0d4e8a31-7c25-4b9f-8e61-2a5b7c9d1e03";
    public const string Restricted = "regid.2026-01.com.example.HSEC,1.0_1d4e8a31-7c25-4b9f-8e61-2a5b7c9d1e04";

    public static readonly DateTimeOffset Start = new(2024, 7, 29, 17, 0, 51, TimeSpan.Zero);
    public static readonly Udi Device = new("NW-9300-48", "FOC2501A0B1");

    private readonly TestPki pki = new(Start);
    private readonly AuthorityLink link;
    private readonly HttpMessageInvoker? http;
    private readonly RandomNumberGenerator random = RandomNumberGenerator.Create();

    /// <param name="door">Where it pushes; null: nowhere.</param>
    public PolicyBench(HttpMessageHandler? door = null)
    {
        http = door is null ? null : new HttpMessageInvoker(door);
        link = http is null ? new AuthorityLink(Clock) : new AuthorityLink(http);
        Store = new MemoryTrustedStore(DeviceSetup.Make(
            new DeviceDescription { SoftwareTag = WireSamples.SoftwareTag, Pid = Device.Pid, Sn = Device.Sn, Hostname = "edge-1", SoftwareVersion = "17.09.02" }, pki.Root, byPolicy: true));
        Agent = Open();
        Agent.Policy.Describe(new ProductLicense(WireSamples.AdvantageTag, "network-advantage", "NW9300-48 Network Advantage"));
        Agent.Policy.Describe(new ProductLicense(Subscription, "telemetry-advantage", "NW9300-48 Telemetry", IsSubscription: true));
        Agent.Policy.Describe(new ProductLicense(Restricted, "hseck9", "NW9300 High Security", Enforcement: LicenseEnforcement.ExportRestricted));
    }

    public ManualClock Clock { get; } = new(Start);

    public MemoryTrustedStore Store { get; }

    public LicensingAgent Agent { get; private set; }

    public List<AgentNotice> Notices { get; } = [];

    public PolicyState State => Agent.State.Policy!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ReportingOutlook Outlook => ReportingOutlook.Of(Agent.State);

    public void Restart()
    {
        Agent.Dispose();
        Agent = Open();
    }

    public Task<DateTimeOffset?> AdvanceAsync(TimeSpan span)
    {
        Clock.Advance(span);
        return Agent.TickAsync(Cancel);
    }

    public async Task UseAsync(string license, long count)
    {
        var outcome = count > 0 ? await Agent.RequestAsync(license, count, Cancel) : await Agent.ReleaseAsync(license, -count, Cancel);
        Assert.True(outcome.IsDone, outcome.Reason);
    }

    public async Task<IReadOnlyList<SealedReport>> SaveAsync(ReportChoice? choice = null)
    {
        var file = "";
        var saved = await Agent.Policy.SaveAsync(choice ?? ReportChoice.Unreported, text =>
        {
            file = text;
            return Task.CompletedTask;
        });
        Assert.True(saved.IsOk, saved.Detail);
        var read = ReportFile.Read(file).Value;
        Assert.Equal(saved.Value, read.Reports.Count);
        return [.. read.Reports.Select(text => SealedReport.Read(text).Value)];
    }

    public async Task<IReadOnlyList<TrustRequest>> AskForTrustAsync()
    {
        var file = "";
        await Agent.Policy.Trust.SaveRequestAsync(text =>
        {
            file = text;
            return Task.CompletedTask;
        });
        return TrustRequestFile.Read(file).Value.Requests;
    }

    public void PushTo(TransportKind kind) => Agent.Configure(state => state with
    {
        Transport = state.Transport with { Kind = kind, SmartUrl = "https://central.example/cslu/v1/pi", CsluUrl = "https://collector.example/cslu/v1/pi" },
    });

    /// <summary>As the authority makes them: the ids count from the one given.</summary>
    public string Trust(IEnumerable<TrustRequest> requests, int id = 552, int days = 2922) => Signed(requests.Select((request, index) => (
        TrustCode.Element,
        new TrustCode($"{id + index}", request.Udi, "piid-1", request.PublicKey, Clock.GetUtcNow().AddMinutes(-5), Clock.GetUtcNow().AddDays(days), Clock.GetUtcNow()).Write())));

    public Task SetUnitsAsync(string active = "FOC2501A0B1", string standby = "FOC2501A0B2") => Agent.SetUnitsAsync(
        [
            new HaUnit(HaRole.Active, new Sudi { UdiPid = Device.Pid, UdiSerialNumber = active }),
            new HaUnit(HaRole.Standby, new Sudi { UdiPid = Device.Pid, UdiSerialNumber = standby }),
            new HaUnit(HaRole.Member, new Sudi { UdiPid = "NW-9300-24", UdiSerialNumber = "FOC2501A0B3" }),
        ],
        Cancel);

    public string Acknowledge(IEnumerable<ulong> ids, Udi? udi = null, DeliveredPolicy? policy = null) => Signed(
        [(Acknowledgement.Element, new Acknowledgement(udi ?? Device, "piid-1", [.. ids], "Harbour Freight Lines", "Default", Clock.GetUtcNow()).Write()), .. Policies(policy)]);

    public string Deliver(DeliveredPolicy policy) => Signed([.. Policies(policy)]);

    public string Signed(IEnumerable<(string Name, string Data)> elements) =>
        new ImportFile([.. elements.Select(one => SignedElement.Seal(one.Name, one.Data, pki.SignerKey, pki.Chain.Select(Convert.FromBase64String)))]).Write();

    public WireResult<IReadOnlyList<ImportNote>> Import(string file) => Agent.Policy.Import(file);

    public void Dispose()
    {
        Agent.Dispose();
        link.Dispose();
        http?.Dispose();
        random.Dispose();
        pki.Dispose();
    }

    private static IEnumerable<(string Name, string Data)> Policies(DeliveredPolicy? policy) => policy is null ? [] : [(DeliveredPolicy.Element, policy.Write())];

    private LicensingAgent Open() => new(Store, link, Clock, random, Notices.Add);
}
