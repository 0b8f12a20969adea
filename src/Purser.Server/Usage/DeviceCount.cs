using System.Globalization;
using Purser.Server.Usage.Rules;

namespace Purser.Server.Usage;

/// <summary>What was counted of one product instance within a command.</summary>
internal sealed class DeviceCount
{
    private readonly Dictionary<long, UsageTimeline> timelines = [];

    public List<ulong> Counted { get; } = [];

    public List<ulong> Repeated { get; } = [];

    public List<RefusedReport> Refused { get; } = [];

    public List<string> Notes { get; } = [];

    public IReadOnlyDictionary<long, UsageTimeline> Timelines => timelines;

    public DateTimeOffset? FirstUse => timelines.Values.Min(timeline => timeline.FirstUse);

    public void Refuse(ulong id, string reason) => Refused.Add(new RefusedReport(id.ToString(CultureInfo.InvariantCulture), reason));

    public async Task<UsageTimeline> TimelineAsync(long license, Func<Task<UsageTimeline>> load)
    {
        if (!timelines.TryGetValue(license, out var timeline))
        {
            timeline = await load();
            timelines.Add(license, timeline);
        }

        return timeline;
    }
}
