using System.Globalization;
using Purser.Agent;
using Purser.Agent.Policy;
using Purser.Agent.Show;
using Purser.Agent.State;
using Purser.Protocol;

namespace Purser.Cli.Device;

/// <summary>A license is asked for or given back, as the product's own software would.</summary>
internal static class FeatureCommands
{
    public static async Task<int> RunAsync(DeviceSession session, bool request, string name, long count, CancellationToken cancel, string[]? units = null)
    {
        var agent = session.Agent;
        var outcome = units is { Length: > 0 } ? WithUnits(session, request, name, count, [.. units.Select(Unit)])
            : request ? await agent.RequestAsync(name, count, cancel)
            : await agent.ReleaseAsync(name, count, cancel);
        var code = await session.ReportAsync(request ? "The request" : "The release", outcome);
        if (outcome.Kind == AgentOutcomeKind.Refused)
        {
            return code;
        }

        var use = agent.State.Entitlements.FirstOrDefault(one => one.IsCalled(name));
        if (request && outcome.IsDone && use is null or { Status: EntitlementStatus.InvalidTag })
        {
            throw new CommandException($"the authority has no license '{name}'; give the license name or the entitlement tag exactly as its catalog shows it");
        }

        if (request && outcome.IsDone && use is { Status: EntitlementStatus.NotAuthorized })
        {
            throw new CommandException($"NOT AUTHORIZED: {use.Reason ?? "the authority gave no reason"}. Nothing is counted for it.");
        }

        await session.Output.WriteLineAsync(use is null ? $"{name}: 0 in use" : Line(agent, use));
        return code;
    }

    private static AgentOutcome WithUnits(DeviceSession session, bool request, string name, long count, List<Udi> units)
    {
        var policy = session.Agent.Policy;
        return !policy.IsInUse ? throw new CommandException("only a device that is licensed by policy tells which of its sub-devices use a license; 'init --policy' makes one")
            : request ? policy.Request(name, count, new UnitChange(units, []))
            : policy.Release(name, count, new UnitChange([], units));
    }

    private static Udi Unit(string text) => text.Split('/') is [var pid, var sn] && new Udi(pid, sn) is { IsWellFormed: true } udi
        ? udi
        : throw new CommandException($"'{text}' is no sub-device; expected PID/SN");

    private static string Line(LicensingAgent agent, EntitlementUse use) => string.Create(
        CultureInfo.InvariantCulture,
        $"{use.DisplayName ?? use.Requested} ({use.ShortName}): {use.Count} in use, {ShowLicense.StatusOf(agent.State, use, agent.Now)}");
}
