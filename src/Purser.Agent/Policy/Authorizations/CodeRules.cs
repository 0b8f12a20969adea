using Purser.Agent.Policy.Trust;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Authorizations;

namespace Purser.Agent.Policy.Authorizations;

/// <summary>What an authorization code lets a device do (device reference 4.6). Pure.</summary>
internal static class CodeRules
{
    public static bool NeedsCode(ProductLicense license) => license.Enforcement != LicenseEnforcement.NotEnforced;

    /// <summary>Asks for so many of a license, and of those that were asked for before; <paramref name="replaces"/> begins anew.</summary>
    public static CodeState Ask(CodeState codes, string tag, long count, bool replaces) => codes with
    {
        Asked = [.. codes.Asked.Where(asked => asked.Tag != tag && !replaces), new AskedCount(tag, count, replaces || codes.Asked.Any(asked => asked.Tag == tag && asked.Replaces))],
    };

    /// <summary>How many of a license the installed code gives, without terms that have ended.</summary>
    public static long Given(CodeState codes, string tag, DateTimeOffset now) => codes.Installed?.Code.Licenses.Where(license => license.Tag == tag && license.End() > now).Sum(static license => license.Count) ?? 0;

    /// <summary>An answer came without a code for these: whoever still wants them asks again.</summary>
    public static CodeState Drop(CodeState codes, IReadOnlyList<AskedCount> those) => codes with { Asked = [.. codes.Asked.Except(those)] };

    /// <summary>A later code takes the place of the earlier one; the same again is harmless.</summary>
    public static WireResult<DeviceState> Install(DeviceState state, AuthorizationCode code, string data, string signature, DateTimeOffset now)
    {
        var codes = state.Policy!.Codes;
        var units = TrustRules.Units(state).ToList();
        if (!units.Exists(unit => unit with { Uuid = null } == code.Udi with { Uuid = null }))
        {
            return new WireRefusal(ReservationError.AnotherDevice, $"The authorization code is for {code.Udi}, and this is {string.Join(" and ", units)}. Import it there");
        }

        if (codes.Installed?.Code.Number == code.Number)
        {
            return state;
        }

        return code.Number <= codes.LastNumber
            ? new WireRefusal(ReservationError.PreviouslyInstalled, codes.Installed is null
                ? $"The authorization code (number {code.Number}) was returned, or is older than one that was. Ask for another: license smart authorization request add FEATURE local"
                : $"The authorization code (number {code.Number}) is older than the one that is installed (number {codes.Installed.Code.Number}), which stays")
            : Judged(state with
            {
                Policy = state.Policy with
                {
                    Codes = codes with { Installed = new InstalledCode(data, signature, now), LastNumber = code.Number, Asked = Unanswered(codes, code), ReturnCode = null },
                },
            }, now);
    }

    /// <summary>Which licenses in use are not given, after time or a step changed something.</summary>
    public static DeviceState Judged(DeviceState state, DateTimeOffset now)
    {
        var policy = state.Policy!;
        List<string> uncovered =
        [
            .. from use in state.Entitlements
               where use.Tag is not null && NeedsCode(ReportingOutlook.LicenseOf(policy, use.Tag)) && use.Count > AuthorizationSources.Allowed(state, use.Tag, now)
               orderby use.Tag
               select use.Tag,
        ];
        return uncovered.SequenceEqual(policy.Codes.Uncovered) ? state : state with { Policy = policy with { Codes = policy.Codes with { Uncovered = uncovered } } };
    }

    /// <summary>What was asked for after the request that this code answers; what replaces is answered by exactly that.</summary>
    private static List<AskedCount> Unanswered(CodeState codes, AuthorizationCode code) =>
    [
        .. from asked in codes.Asked
           let given = code.Licenses.Where(license => license.Tag == asked.Tag).Sum(static license => license.Count)
           where asked.Count > given || (asked.Replaces && (asked.Count < given || code.Licenses.Any(license => codes.Asked.All(other => other.Tag != license.Tag))))
           select asked,
    ];
}
