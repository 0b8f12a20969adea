using System.Globalization;

namespace Purser.Cli.Fleet;

/// <summary>What a simulation did and found, as a table.</summary>
internal static class Summary
{
    public static void Write(FleetWorld world, IReadOnlyList<SimulatedDevice> devices, TimeSpan took, TextWriter output)
    {
        output.WriteLine();
        string? group = null;
        foreach (var (name, row, count) in world.Tally.Rows)
        {
            if (name != group)
            {
                output.WriteLine(group = name);
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {row,-40}{count,12:N0}"));
        }

        var living = devices.Count(static device => device.Shadow.IsRegistered);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            {devices.Count} devices, {living} of them registered at the end; {world.Options.Days} days in {took.TotalSeconds:0} s; {world.Tally.Of("messages") / Math.Max(1, took.TotalSeconds):0} messages/s
            {(world.Violations.Count == 0 ? "No violation." : $"{world.Violations.Count} VIOLATIONS; repeat the run with --seed {world.Options.Seed}")}
            """));
    }
}
