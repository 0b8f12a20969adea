using System.Globalization;
using Purser.Agent.Policy.Authorizations;
using Purser.Agent.Rules;
using Purser.Agent.Show;
using Purser.Agent.State;
using Purser.Protocol.Reservations;
using Purser.Protocol.Wire;

namespace Purser.Agent.Policy.Show;

/// <summary>The authorizations as "show license authorization" has them: codes, and what stays valid from before the upgrade (device reference 4.6).</summary>
internal static class CodeSection
{
    public static void Write(ShowText text, DeviceState state)
    {
        var codes = state.Policy!.Codes;
        text.Line("Overall status:");
        foreach (var (role, udi) in PolicyStatus.UnitsOf(state))
        {
            text.Line($"  {role}: {udi.Display}");
            Status(text, state, role, state.UnitsOf().First(one => (one.Unit.Pid, one.Unit.Sn) == (udi.Pid, udi.Sn)).Unit);
        }

        var given = AuthorizationSources.Of(state).ToList();
        if (given.Count > 0)
        {
            text.Line().Line("Authorizations:");
        }

        foreach (var licenses in given.GroupBy(static one => one.License.Tag))
        {
            License(text, state, [.. licenses]);
        }

        if (codes.Asked.Count > 0)
        {
            text.Line().Line("Outstanding request:");
            foreach (var one in codes.Asked)
            {
                text.Line(string.Create(CultureInfo.InvariantCulture, $"  {ReportingOutlook.LicenseOf(state.Policy!, one.Tag).Name}: {one.Count} in all"));
            }
        }

        if (codes is { Installed: null, ReturnCode: { } returned })
        {
            text.Line().Line($"Last return code: {returned}");
        }
    }

    private static void Status(ShowText text, DeviceState state, string role, UnitReservation unit)
    {
        var policy = state.Policy!;
        List<(string Status, string? Confirmation)> sources = [];
        if (policy.Codes.Installed is { } code && (code.Code.Udi.Pid, code.Code.Udi.Sn) == (unit.Pid, unit.Sn))
        {
            sources.Add(($"{AuthorizationSources.Code} on {ShowText.Date(code.At)}", code.Confirmation));
        }

        if (unit.Installed is { } reserved)
        {
            sources.Add(($"{AuthorizationSources.StatusOf(reserved)} on {ShowText.Date(reserved.At)}", unit.LastConfirmationCode));
        }

        if (role == HaRole.Active && policy.NodeLocked.Count > 0)
        {
            sources.Add((AuthorizationSources.NodeLocked, null));
        }

        foreach (var (status, confirmation) in sources.DefaultIfEmpty(("NOT INSTALLED", null)))
        {
            text.Line($"    Status: {status}");
            if (confirmation is not null)
            {
                text.Line($"    Last Confirmation code: {confirmation}");
            }
        }
    }

    private static void License(ShowText text, DeviceState state, IReadOnlyList<GivenLicense> given)
    {
        var license = ReportingOutlook.LicenseOf(state.Policy!, given[0].License.Tag);
        text.Line($"  {license.Name} ({license.Description}):")
            .Line($"    Description: {license.Description}")
            .Line(string.Create(CultureInfo.InvariantCulture, $"    Total available count: {given.Sum(static one => one.License.Count)}"))
            .Line($"    Enforcement type: {Enforcement(license, given)}")
            .Line("    Term information:");
        foreach (var unit in given.GroupBy(static one => (one.Role, one.Udi)))
        {
            text.Line($"      {unit.Key.Role}: {unit.Key.Udi.Display}");
            foreach (var one in unit)
            {
                Term(text, one.Status, one.License);
            }
        }
    }

    /// <summary>Only for licenses that need one is an authorization code made.</summary>
    private static string Enforcement(ProductLicense license, IReadOnlyList<GivenLicense> given) =>
        given.Any(static one => one.License.ExportRestricted) ? "EXPORT RESTRICTED"
        : given.Any(static one => !one.IsEarlier) ? "ENFORCED"
        : PolicyUsage.Enforcement(license);

    private static void Term(ShowText text, string status, AuthorizedLicense term)
    {
        text.Line($"        Authorization type: {status}").Line($"        License type: {(term.IsPerpetual ? "PERPETUAL" : "TERM")}");
        if (term.EndsOn is { } ends)
        {
            text.Line(string.Create(CultureInfo.InvariantCulture, $"          Start Date: {(term.StartsOn is { } starts ? $"{starts:yyyy-MMM-dd}" : "<none>")}"))
                .Line(string.Create(CultureInfo.InvariantCulture, $"          End Date: {ends:yyyy-MMM-dd}"));
        }

        text.Line(string.Create(CultureInfo.InvariantCulture, $"        Term Count: {term.Count}"));
    }
}
