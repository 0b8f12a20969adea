namespace Purser.Server.Usage.Bills.Rules;

/// <summary>When a product instance lay in a virtual account, and whether more is awaited of it. Pure.</summary>
/// <param name="stays">All its stays, oldest first: each lasts until the next begins.</param>
internal sealed class DeviceTimes(IReadOnlyList<ReportingStay> stays, long virtualAccountId)
{
    public IReadOnlyList<TimeHere> Here { get; } =
    [
        .. stays.Select((stay, index) => (stay.VirtualAccountId, Time: new TimeHere(stay.From, index + 1 < stays.Count ? stays[index + 1].From : DateTimeOffset.MaxValue)))
            .Where(stay => stay.VirtualAccountId == virtualAccountId)
            .Select(stay => stay.Time),
    ];

    /// <summary>It lay here in that time and its reports do not reach the end of it. One that was removed reports no more.</summary>
    public bool IsAwaited(DateTimeOffset begin, DateTimeOffset end, DateTimeOffset reportedUntil) =>
        stays[^1].VirtualAccountId is not null && Here.Any(time => time.From < end && time.To > begin && reportedUntil < (time.To < end ? time.To : end));
}
