using System.Globalization;
using Purser.Agent.Rules;

namespace Purser.Agent.Policy.Trust;

/// <summary>What a step writes of trust codes into the event log and the device's log: read off the two states.</summary>
internal static class TrustEvents
{
    public static IEnumerable<string> Between(PolicyState before, PolicyState after)
    {
        foreach (var (unit, old) in Changed(before, after))
        {
            if (unit.Asked is { } asked && asked != old?.Asked)
            {
                yield return $"SAEVT_TRUST_REQUESTED udi=\"{unit.Unit}\"";
            }

            if (unit.Installed is { } installed && installed.At != old?.Installed?.At)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"SAEVT_TRUST_INSTALLED udi=\"{unit.Unit}\" trustId=\"{installed.Id}\" validUntil=\"{installed.ValidUntil:yyyy-MM-dd}\"");
            }
        }
    }

    public static IEnumerable<AgentNotice> Notices(PolicyState before, PolicyState after, DateTimeOffset now)
    {
        foreach (var (unit, old) in Changed(before, after))
        {
            if (unit.Installed is { } installed && installed.At != old?.Installed?.At)
            {
                yield return new AgentNotice(now, 6, "TRUST_CODE_INSTALL_SUCCESS", $"A new licensing trust code was successfully installed on {unit.Unit}");
            }
            else if (unit.Installed?.Reminded is { } days && days != old?.Installed?.Reminded)
            {
                yield return days == 0
                    ? new AgentNotice(now, 3, "TRUST_CODE_EXPIRED", $"The licensing trust code of {unit.Unit} has ended: its usage reports cannot be verified any more. Renew it: license smart save trust-request FILE")
                    : new AgentNotice(now, 4, "TRUST_CODE_EXPIRE_WARNING", string.Create(CultureInfo.InvariantCulture, $"The licensing trust code of {unit.Unit} will end in {days} days. Renew it: license smart save trust-request FILE"));
            }
        }

        foreach (var note in after.Imports.Except(before.Imports).Where(static note => note is { Type: ImportJudge.TrustType, Failure: not null }))
        {
            yield return new AgentNotice(now, 3, "TRUST_CODE_INSTALL_FAILED", $"The install of a new licensing trust code has failed: {note.Failure}");
        }
    }

    private static IEnumerable<(UnitTrust Unit, UnitTrust? Old)> Changed(PolicyState before, PolicyState after) => after.Trusts
        .Select(unit => (Unit: unit, Old: before.Trusts.FirstOrDefault(old => old.Unit == unit.Unit)))
        .Where(static pair => pair.Unit != pair.Old);
}
