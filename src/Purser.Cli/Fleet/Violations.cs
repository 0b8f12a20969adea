using System.Globalization;

namespace Purser.Cli.Fleet;

/// <summary>Where the authority did not do what it must. Each is told at once, with all that is needed to find it again.</summary>
internal sealed class Violations(ulong seed, FleetClock clock, TextWriter output)
{
    private readonly Lock gate = new();
    private readonly List<string> all = [];

    public int Count
    {
        get
        {
            lock (gate)
            {
                return all.Count;
            }
        }
    }

    public IReadOnlyList<string> All
    {
        get
        {
            lock (gate)
            {
                return [.. all];
            }
        }
    }

    public void Report(string what, string? device = null)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"VIOLATION seed={seed} day={clock.Day:0.00} ({clock.Now:yyyy-MM-dd HH:mm:ss}) {(device is null ? "" : $"device={device} ")}{what}");
        lock (gate)
        {
            all.Add(text);
            output.WriteLine(text);
        }
    }
}
