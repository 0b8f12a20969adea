using System.Globalization;
using Purser.Agent.Rules;

namespace Purser.Agent.Policy.Authorizations;

/// <summary>What a step writes of authorization codes into the event log and the device's log: read off the two states.</summary>
internal static class CodeEvents
{
    public static IEnumerable<string> Between(PolicyState before, PolicyState after)
    {
        var (old, now) = (before.Codes, after.Codes);
        if (now.Installed is { } installed && installed != old.Installed)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"SAEVT_AUTHORIZATION_INSTALLED number=\"{installed.Code.Number}\"");
        }
        else if (old.Installed is { } gone && now.Installed is null)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"SAEVT_AUTHORIZATION_REMOVED number=\"{gone.Code.Number}\"");
        }

        foreach (var tag in now.Uncovered.Except(old.Uncovered))
        {
            yield return $"SAEVT_NOT_AUTHORIZED entitlementTag=\"{tag}\"";
        }
    }

    public static IEnumerable<AgentNotice> Notices(PolicyState before, PolicyState after, DateTimeOffset now)
    {
        if (after.Codes.Installed is { } installed && installed != before.Codes.Installed)
        {
            yield return new AgentNotice(now, 6, "AUTHORIZATION_INSTALL_SUCCESS", $"A new licensing authorization code was successfully installed on {installed.Code.Udi}");
        }
        else if (before.Codes.Installed is { } gone && after.Codes.Installed is null)
        {
            yield return new AgentNotice(now, 6, "AUTHORIZATION_REMOVED", $"A licensing authorization code has been removed from {gone.Code.Udi}");
        }

        foreach (var tag in after.Codes.Uncovered.Except(before.Codes.Uncovered))
        {
            yield return new AgentNotice(now, 3, "NOT_AUTHORIZED", $"The use of {ReportingOutlook.LicenseOf(after, tag).Name} is not authorized. Reason: the authorization code does not give as many, or no longer");
        }

        foreach (var note in after.Imports.Except(before.Imports).Where(static note => note is { Type: ImportJudge.AuthorizationType, Failure: not null }))
        {
            yield return new AgentNotice(now, 3, "AUTHORIZATION_INSTALL_FAILED", $"The install of a new licensing authorization code has failed: {note.Failure}");
        }
    }
}
