using System.Globalization;
using Purser.Agent;
using Purser.Agent.Show;
using Purser.Agent.State;
using Purser.Protocol;

namespace Purser.Cli.Device;

/// <summary>A license is asked for or given back, as the product's own software would.</summary>
internal static class FeatureCommands
{
    public static async Task<int> RunAsync(DeviceSession session, bool request, string name, long count, CancellationToken cancel)
    {
        var agent = session.Agent;
        var outcome = request
            ? await agent.RequestAsync(name, count, cancel)
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

    private static string Line(LicensingAgent agent, EntitlementUse use) => string.Create(
        CultureInfo.InvariantCulture,
        $"{use.DisplayName ?? use.Requested} ({use.ShortName}): {use.Count} in use, {ShowLicense.StatusOf(agent.State, use, agent.Now)}");
}
