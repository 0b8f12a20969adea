using System.Text.Json.Nodes;
using Purser.Agent;
using Purser.Agent.Restconf;
using Purser.Protocol.Usage;
using Purser.Tests.Agent.Policy;
using Purser.Tests.Agent.Reservations;
using Purser.Tests.Protocol;

namespace Purser.Tests.Agent.Restconf;

/// <summary>What a device shows of itself is valid by the published model in each of its states, and says what the device knows.</summary>
[Trait("Feature", "AG-03")]
public sealed class LicensingTreeTests : IDisposable
{
    private readonly AgentBench bench = new();

    [Fact]
    public async Task A_new_device()
    {
        var info = await InfoAsync(bench.Agent);
        Assert.Equal("reg-state-not-registered", (string?)info["registration"]!["registration-state"]);
        Assert.Equal("auth-state-none", (string?)info["authorization"]!["authorization-state"]);
        Assert.Equal(90u * 24 * 3600, (uint)info["evaluation"]!["eval-period-left"]!["time-left"]!);
        Assert.Equal("FOC2501A0B1", (string?)info["udi"]!["sn"]);
    }

    [Fact]
    public async Task An_evaluating_device_and_one_whose_evaluation_is_over()
    {
        await bench.Agent.RequestAsync(WireSamples.AdvantageTag, 1, AgentBench.Cancel);
        bench.Advance(TimeSpan.FromDays(1));
        Assert.Equal("7689600", (string?)(await InfoAsync(bench.Agent))["authorization"]!["authorization-eval"]!["seconds-left"]);

        bench.Advance(TimeSpan.FromDays(90));
        await bench.Agent.TickAsync(AgentBench.Cancel);
        var info = await InfoAsync(bench.Agent);
        Assert.Equal("2026-06-11T08:09:24Z", (string?)info["authorization"]!["authorization-eval-expired"]!["expire-time"]);
        Assert.Equal("enforcement-evaluation-expired", (string?)info["usage"]![0]!["enforcement-mode"]);
    }

    [Theory]
    [InlineData(2, "authorized", "enforcement-in-compliance")]
    [InlineData(11, "out-of-compliance", "enforcement-out-of-compliance")]
    public async Task A_registered_device(int count, string state, string mode)
    {
        await bench.RegisterAsync();
        await bench.Agent.RequestAsync(WireSamples.AdvantageTag, count, AgentBench.Cancel);

        var info = await InfoAsync(bench.Agent);
        Assert.Equal("Harbour Freight Lines", (string?)info["registration"]!["registration-complete"]!["smart-account"]);
        Assert.Equal("2026-09-09T08:09:24Z", (string?)info["registration"]!["registration-complete"]!["next-renew-time"]);
        Assert.Equal($"auth-state-{state}", (string?)info["authorization"]!["authorization-state"]);
        Assert.True((bool)info["authorization"]![$"authorization-{state}"]!["last-comm-status-success"]!);
        Assert.Equal((mode, (long)count), ((string?)info["usage"]![0]!["enforcement-mode"], (long)info["usage"]![0]!["count"]!));
    }

    [Fact]
    public async Task A_device_whose_authorization_ran_out()
    {
        await bench.RegisterAsync();
        await bench.Agent.RequestAsync(WireSamples.AdvantageTag, 2, AgentBench.Cancel);
        bench.Authority.Unreachable = true;
        bench.Advance(TimeSpan.FromDays(95));
        await bench.Agent.TickAsync(AgentBench.Cancel);

        var expired = (await InfoAsync(bench.Agent))["authorization"]!["authorization-authorization-expired"]!;
        Assert.False((bool)expired["last-comm-status-success"]!);
        Assert.Equal(bench.Agent.State.Authorization.LastAttempt!.Failure, (string?)expired["fail-message"]);
    }

    [Fact]
    public async Task A_refused_registration_and_one_that_has_no_answer_yet()
    {
        await bench.Agent.RegisterAsync("other", cancel: AgentBench.Cancel);
        Assert.Equal("'other' is not valid", (string?)(await InfoAsync(bench.Agent))["registration"]!["registration-failed"]!["fail-message"]);

        bench.Authority.Unreachable = true;
        await bench.Agent.RegisterAsync(TestAuthority.Token, cancel: AgentBench.Cancel);
        Assert.NotNull((await InfoAsync(bench.Agent))["registration"]!["registration-retry"]!["retry-next-time"]);
    }

    [Fact]
    public async Task A_reserved_device_and_one_that_uses_more_than_is_reserved()
    {
        using var reserved = new ReservedBench();
        reserved.Install(ReservedBench.Perpetual);
        await reserved.UseAsync(5);
        var info = await InfoAsync(reserved.Bench.Agent);
        Assert.NotNull(info["authorization"]!["authorization-authorized-reservation"]);
        Assert.Equal("authorization-type-slr", (string?)info["imported-authorizations"]!["overall-status"]![0]!["installed-list"]![0]!["install-type"]);
        Assert.Equal(5, (long)info["imported-authorizations"]!["authorization-list"]![0]!["total-count"]!);

        await reserved.UseAsync(1);
        Assert.Equal("enforcement-out-of-compliance", (string?)(await InfoAsync(reserved.Bench.Agent))["usage"]![0]!["enforcement-mode"]);
    }

    [Fact]
    public async Task A_device_licensed_by_policy_with_reports_that_wait_and_an_acknowledgement()
    {
        using var policy = new PolicyBench();
        await policy.UseAsync("telemetry-advantage", 1);
        await policy.AdvanceAsync(TimeSpan.FromDays(1));
        var ids = (await policy.SaveAsync()).Select(report => report.Report.Id).ToList();
        var waiting = await InfoAsync(policy.Agent);
        Assert.Equal("rum-report-state-unacknowledged", (string?)waiting["rum-reports-closed-keys"]![0]!["report-state"]);
        Assert.Equal("policy-type-cisco-default", (string?)waiting["policy"]!["policy-type"]);
        Assert.Equal(90, (int)waiting["policy"]!["policy-subscription"]!["reporting-first-time"]!);

        Assert.True(policy.Import(policy.Acknowledge(ids)).IsOk);
        var known = await InfoAsync(policy.Agent);
        Assert.Empty(known["rum-reports-closed-keys"]!.AsArray());
        Assert.Equal("2024-07-30T17:00:51Z", (string?)known["rum-ack"]!["last-received-time"]);
    }

    [Fact]
    public async Task A_set_of_which_one_unit_has_no_trust_code()
    {
        using var policy = new PolicyBench();
        await policy.SetUnitsAsync();
        Assert.All((await InfoAsync(policy.Agent))["trust-code"]!.AsArray(), code => Assert.False((bool)code!["is-installed"]!));
        policy.Import(policy.Trust((await policy.AskForTrustAsync()).Take(2)));

        var codes = (await InfoAsync(policy.Agent))["trust-code"]!.AsArray();
        Assert.Equal([true, true, false], codes.Select(code => (bool)code!["is-installed"]!));
        Assert.Equal("2024-07-29T17:00:51Z", (string?)codes[0]!["time-installed"]);
    }

    /// <summary>Without it nobody knows that the validator sees anything.</summary>
    [Fact]
    public async Task What_the_model_forbids_is_found()
    {
        var tree = LicensingTree.Of(bench.Agent.State, bench.Agent.Now);
        tree["state"]!["state-info"]!["registration"]!["registration-state"] = "reg-state-nearly";
        await Yanglint.InvalidAsync("reg-state-nearly", "data", Named(tree));

        var guarded = LicensingTree.Of(bench.Agent.State, bench.Agent.Now);
        guarded["state"]!["state-info"]!["registration"]!["registration-complete"] = new JsonObject { ["smart-account"] = "Harbour Freight Lines" };
        await Yanglint.InvalidAsync("When condition", "data", Named(guarded));
    }

    public void Dispose() => bench.Dispose();

    private static async Task<JsonNode> InfoAsync(LicensingAgent agent)
    {
        var tree = LicensingTree.Of(agent.State, agent.Now);
        await Yanglint.ValidAsync("data", Named((JsonObject)tree.DeepClone()));
        return tree["state"]!["state-info"]!;
    }

    private static JsonObject Named(JsonObject tree) => new() { [$"{LicensingTree.Module}:licensing"] = tree };
}
