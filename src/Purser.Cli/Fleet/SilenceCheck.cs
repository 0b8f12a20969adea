using System.Globalization;
using Purser.Cli.Rest;

namespace Purser.Cli.Fleet;

/// <summary>
/// Whether every device that was silent was missed on the right day and no other at any time: 30 and 60 days minor, 90 major and release, 365 removal
/// (domain rules 7.4). What is expected follows from the contacts alone: the first sweep at or after the day, unless the device spoke before it.
/// </summary>
internal static class SilenceCheck
{
    public const int FirstMinor = 30;
    public const int SecondMinor = 60;
    public const int Major = 90;
    public const int Removal = 365;

    /// <summary>What a pause must have brought about, and when.</summary>
    internal sealed record Expected(string SerialNumber, int Days, DateTimeOffset At);

    public static IReadOnlyList<Expected> Of(IEnumerable<SimulatedDevice> devices, IReadOnlyList<DateTimeOffset> sweeps) =>
        (from device in devices
         from pause in device.Contacts.Pauses
         from days in new[] { FirstMinor, SecondMinor, Major, Removal }
         let sweep = FirstFrom(sweeps, pause.From.AddDays(days))
         where sweep is not null && (pause.To is null || sweep < pause.To)
         select new Expected(device.SerialNumber, days, sweep.Value)).ToList();

    public static IEnumerable<string> Compare(IReadOnlyList<Expected> expected, IReadOnlyList<Expected> actual)
    {
        var wanted = expected.Select(Text).ToHashSet(StringComparer.Ordinal);
        var found = actual.Select(Text).ToHashSet(StringComparer.Ordinal);
        return wanted.Except(found).Select(text => $"missing: {text}").Concat(found.Except(wanted).Select(text => $"not expected: {text}"));
    }

    private static string Text(Expected what) => string.Create(
        CultureInfo.InvariantCulture, $"{what.SerialNumber} {(what.Days == Removal ? "removed" : "alert")} at {what.Days} days on {what.At.UtcDateTime:yyyy-MM-dd HH:mm}");

    private static DateTimeOffset? FirstFrom(IReadOnlyList<DateTimeOffset> sweeps, DateTimeOffset due)
    {
        int low = 0, high = sweeps.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sweeps[middle] < due ? (middle + 1, high) : (low, middle);
        }

        return low < sweeps.Count ? sweeps[low] : null;
    }
}
