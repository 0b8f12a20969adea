using Purser.Agent.Policy.Trust;
using Purser.Agent.Show;
using Purser.Agent.State;

namespace Purser.Agent.Policy.Show;

/// <summary>"Trust Code Installed:", and what tech support adds (device reference 4.5).</summary>
internal static class TrustSection
{
    public static void Write(ShowText text, DeviceState state)
    {
        var units = PolicyStatus.UnitsOf(state).Select(one => (one.Role, one.Udi, TrustRules.Of(state, one.Udi).Installed)).ToList();
        if (state.HighAvailability is null || units.TrueForAll(static unit => unit.Installed is null))
        {
            text.Line($"Trust Code Installed: {ShowText.Date(units[0].Installed?.At, "<none>")}");
            return;
        }

        text.Line("Trust Code Installed:");
        foreach (var (role, udi, installed) in units)
        {
            text.Line($"  {role}: {udi.Display}").Line(installed is null ? "    NOT INSTALLED" : $"    INSTALLED on {ShowText.Date(installed.At)}");
        }
    }

    /// <summary>For tech support: which key each unit has, and the whole.</summary>
    public static void Keys(ShowText text, DeviceState state, DateTimeOffset now)
    {
        foreach (var (_, udi) in PolicyStatus.UnitsOf(state))
        {
            var unit = TrustRules.Of(state, udi);
            text.Line($"{udi.Key}: {udi.Key}, state[2], {(unit.Installed is { } installed ? $"Trust Data INSTALLED  TrustId:{installed.Id}" : "No Trust Data")}");
            Known(text, "Valid until", unit.Installed?.ValidUntil);
            Known(text, "Requested", unit.Asked?.At);
        }

        text.Line($"Overall Trust: {(TrustRules.InForce(state, now) is null ? "No ID" : "INSTALLED (2)")}");
    }

    private static void Known(ShowText text, string what, DateTimeOffset? at)
    {
        if (at is { } known)
        {
            text.Line($"  {what}: {ShowText.Date(known)}");
        }
    }
}
