using Purser.Protocol;

namespace Purser.Server.Devices.Rules;

/// <summary>Whether what a set tells of its units is news, and whether it can be believed (domain rules 7.8; device reference 9).</summary>
public static class HighAvailabilityRules
{
    /// <param name="known">The units on record; empty for a single device.</param>
    /// <returns>Whether the units changed.</returns>
    public static RuleVerdict<bool> Decide(IReadOnlyList<HaUnitRow> known, long knownSequence, IReadOnlyList<HaUnitRow> told, long toldSequence)
    {
        var isChanged = !known.SequenceEqual(told);
        if (toldSequence > knownSequence || (toldSequence == knownSequence && !isChanged))
        {
            return isChanged;
        }

        return new WireRefusal(WireCode.HaStale, toldSequence < knownSequence
            ? $"The state {toldSequence} of this high availability set is old: state {knownSequence} is known. Send the present roles; if the unit was restored from a copy, count on from {knownSequence}."
            : $"Another state {toldSequence} of this high availability set is known. Two units may both believe to be active: settle which one is, then send the present roles as state {knownSequence + 1}.");
    }
}
