using Purser.Agent.Show;
using Purser.Agent.State;
using Purser.Tests.Protocol;

namespace Purser.Tests.Agent;

[Trait("Feature", "AG-01")]
public sealed class ShowGoldenTests : IDisposable
{
    private readonly AgentBench bench = new();

    [Fact]
    public async Task A_registered_device_in_compliance()
    {
        await bench.RegisterAsync();
        bench.Advance(TimeSpan.FromSeconds(4));
        await bench.Agent.RequestAsync(WireSamples.AdvantageTag, 2, AgentBench.Cancel);
        CheckAll("authorized");

        // The rule itself, to the second, beside the layout.
        var status = ShowLicense.Status(bench.Agent.State, bench.Agent.Now);
        Assert.Contains("  Initial Registration: SUCCEEDED on Mar 13 08:09:24 2026 UTC\n", status, StringComparison.Ordinal);
        Assert.Contains("  Next Renewal Attempt: Sep 09 08:09:24 2026 UTC\n", status, StringComparison.Ordinal);
        Assert.Contains("  Registration Expires: Mar 13 08:04:24 2027 UTC\n", status, StringComparison.Ordinal);
        Assert.Contains("  Status: AUTHORIZED on Mar 13 08:09:28 2026 UTC\n", status, StringComparison.Ordinal);
        Assert.Contains("  Next Communication Attempt: Apr 12 08:09:28 2026 UTC\n", status, StringComparison.Ordinal);
        Assert.Contains("  Communication Deadline: Jun 11 08:04:28 2026 UTC\n", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registered_device_out_of_compliance()
    {
        await bench.RegisterAsync();
        bench.Advance(TimeSpan.FromSeconds(4));
        await bench.Agent.RequestAsync(TestAuthority.LicenseName, 11, AgentBench.Cancel);
        CheckAll("out-of-compliance");

        var status = ShowLicense.Status(bench.Agent.State, bench.Agent.Now);
        Assert.Contains("  Status: OUT OF COMPLIANCE on Mar 13 08:09:28 2026 UTC\n", status, StringComparison.Ordinal);
        Assert.Contains("  Next Communication Attempt: Mar 13 20:09:28 2026 UTC\n", status, StringComparison.Ordinal);
        Assert.Contains("  Communication Deadline: Jun 11 08:04:28 2026 UTC\n", status, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_device() => CheckAll("unregistered");

    [Fact]
    public async Task An_evaluating_device()
    {
        await bench.Agent.RequestAsync(WireSamples.AdvantageTag, 1, AgentBench.Cancel);
        bench.Advance(new TimeSpan(0, 22, 26, 9));
        CheckAll("evaluation");
        Assert.Contains("Evaluation Period Remaining: 89 days, 1 hours, 33 minutes, 51 seconds\n", ShowLicense.Status(bench.Agent.State, bench.Agent.Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_lost_contact()
    {
        await bench.RegisterAsync();
        await bench.Agent.RequestAsync(WireSamples.AdvantageTag, 2, AgentBench.Cancel);
        bench.Agent.Configure(static state => state with
        {
            Transport = state.Transport with { Proxy = new ProxySettings("proxy.northwind.net", 3128) },
        });
        bench.Authority.Unreachable = true;
        bench.Advance(TimeSpan.FromDays(30));
        await bench.Agent.TickAsync(AgentBench.Cancel);
        CheckAll("lost-contact");
    }

    [Fact]
    public async Task A_refused_registration()
    {
        await bench.Agent.RegisterAsync("other", cancel: AgentBench.Cancel);
        CheckAll("registration-failed");
    }

    [Fact]
    public void Columns_stand_where_they_are_published()
    {
        var use = new EntitlementUse
        {
            Requested = "x",
            Tag = "regid.2026-01.net.northwind.NW9300_48_Network_Advantage,1.0_0e3f1b52-6d2f-4c55-8a5b-0a0d6a1f7c11",
            DisplayName = "NW9300 Network Advantage",
            Count = 1234567,
            RequestedAt = AgentBench.Start,
        };
        var row = SummaryRow(use);
        Assert.Equal("NW9300 Network Advan... (NW9300_48_Network_Adva...) 1234567 AUTHORIZED", row);
        Assert.Equal(24, row.IndexOf('(', StringComparison.Ordinal));
        Assert.Equal(58, row.IndexOf("7 A", StringComparison.Ordinal));
        Assert.Equal(60, row.IndexOf("AUTHORIZED", StringComparison.Ordinal));
    }

    public void Dispose() => bench.Dispose();

    private static string SummaryRow(EntitlementUse use)
    {
        var state = AgentBench.NewDevice() with { Entitlements = [use with { Status = "IN_COMPLIANCE" }] };
        var registered = state with
        {
            Registration = new Registration
            {
                Status = RegistrationStatus.Registered,
                Identity = new DeviceIdentity
                {
                    ProductInstanceIdentifier = WireSamples.Identifier,
                    Certificates = [],
                    SerialNumber = "01",
                    SmartAccount = "A",
                    VirtualAccount = "B",
                    ExportAllowed = false,
                    RegisteredAt = AgentBench.Start,
                    IssuedAt = AgentBench.Start,
                    NotBefore = AgentBench.Start,
                    RenewAt = AgentBench.Start.AddDays(180),
                    ExpiresAt = AgentBench.Start.AddDays(365),
                },
            },
            Authorization = new Authorization { InCompliance = true, Since = AgentBench.Start },
        };
        return ShowLicense.Summary(registered, AgentBench.Start).Split('\n')[^2][2..];
    }

    private void CheckAll(string name)
    {
        var (state, now) = (bench.Agent.State, bench.Agent.Now);
        Golden.Check($"{name}-status.txt", ShowLicense.Status(state, now));
        Golden.Check($"{name}-summary.txt", ShowLicense.Summary(state, now));
        Golden.Check($"{name}-usage.txt", ShowLicense.Usage(state, now));
        Golden.Check($"{name}-all.txt", ShowLicense.All(state, now));
        Golden.Check("udi.txt", ShowLicense.UdiPage(state));

        // Serial numbers are random.
        var support = string.Join('\n', ShowLicense.TechSupport(state, now).Split('\n').Select(static line => line.Contains("Serial Number:", StringComparison.Ordinal) ? "    Serial Number: …" : line));
        Golden.Check($"{name}-tech-support.txt", support);
    }
}
