namespace Purser.Cli.Fleet;

/// <summary>What happened, counted from many devices at once.</summary>
internal sealed class FleetCounters
{
    private long sent;
    private long lostRequests;
    private long lostReplies;
    private long duplicates;
    private long late;
    private long clockCorrections;
    private long registrations;
    private long deregistrations;
    private long refusals;

    public long SentCount => Volatile.Read(ref sent);

    public void Sent() => Interlocked.Increment(ref sent);

    public void LostRequest() => Interlocked.Increment(ref lostRequests);

    public void LostReply() => Interlocked.Increment(ref lostReplies);

    public void Duplicate() => Interlocked.Increment(ref duplicates);

    public void Late() => Interlocked.Increment(ref late);

    public void ClockCorrected() => Interlocked.Increment(ref clockCorrections);

    public void Registered() => Interlocked.Increment(ref registrations);

    public void Deregistered() => Interlocked.Increment(ref deregistrations);

    public void Refused() => Interlocked.Increment(ref refusals);

    public IEnumerable<(string Name, long Count)> Rows() =>
    [
        ("messages sent", sent),
        ("registrations", registrations),
        ("deregistrations", deregistrations),
        ("messages lost", lostRequests),
        ("answers lost", lostReplies),
        ("messages doubled", duplicates),
        ("old messages come back", late),
        ("clocks corrected", clockCorrections),
        ("refusals", refusals),
    ];
}
