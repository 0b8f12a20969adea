using System.Globalization;
using Purser.Agent.Policy.Authorizations;
using Purser.Agent.Show;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Reservations;

namespace Purser.Agent.Policy.Show;

/// <summary>The authorization code as "show license authorization" has it (device reference 4.6).</summary>
internal static class CodeSection
{
    public static void Write(ShowText text, DeviceState state)
    {
        var codes = state.Policy!.Codes;
        text.Line("Overall status:");
        foreach (var (role, udi) in PolicyStatus.UnitsOf(state))
        {
            text.Line($"  {role}: {udi.Display}");
            Status(text, codes, udi);
        }

        if (codes.Installed is { } installed)
        {
            text.Line().Line("Authorizations:");
            foreach (var licenses in installed.Code.Licenses.GroupBy(static license => license.Tag))
            {
                License(text, state, [.. licenses]);
            }
        }
        else if (codes.ReturnCode is { } returned)
        {
            text.Line().Line($"Last return code: {returned}");
        }
    }

    private static void Status(ShowText text, CodeState codes, Udi udi)
    {
        if (codes.Installed is { } installed && installed.Code.Udi with { Uuid = null } == udi with { Uuid = null })
        {
            text.Line($"    Status: SMART AUTHORIZATION INSTALLED on {ShowText.Date(installed.At)}").Line($"    Last Confirmation code: {installed.Confirmation}");
            return;
        }

        text.Line("    Status: NOT INSTALLED");
    }

    private static void License(ShowText text, DeviceState state, IReadOnlyList<AuthorizedLicense> terms)
    {
        var license = ReportingOutlook.LicenseOf(state.Policy!, terms[0].Tag);
        text.Line($"  {license.Name} ({license.Description}):")
            .Line($"    Description: {license.Description}")
            .Line(string.Create(CultureInfo.InvariantCulture, $"    Total available count: {terms.Sum(static term => term.Count)}"))
            .Line($"    Enforcement type: {(terms[0].ExportRestricted ? "EXPORT RESTRICTED" : "ENFORCED")}")
            .Line("    Term information:")
            .Line($"      Active: {ReportMaker.ActiveUdi(state).Display}");
        foreach (var term in terms)
        {
            text.Line("        Authorization type: SMART AUTHORIZATION INSTALLED").Line($"        License type: {(term.IsPerpetual ? "PERPETUAL" : "TERM")}");
            if (term.EndsOn is { } ends)
            {
                text.Line(string.Create(CultureInfo.InvariantCulture, $"          Start Date: {(term.StartsOn is { } starts ? $"{starts:yyyy-MMM-dd}" : "<none>")}"))
                    .Line(string.Create(CultureInfo.InvariantCulture, $"          End Date: {ends:yyyy-MMM-dd}"));
            }

            text.Line(string.Create(CultureInfo.InvariantCulture, $"        Term Count: {term.Count}"));
        }
    }
}
