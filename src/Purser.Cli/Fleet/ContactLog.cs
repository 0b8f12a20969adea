namespace Purser.Cli.Fleet;

/// <summary>When the server heard a device, kept only where the pauses are long enough to matter.</summary>
internal sealed class ContactLog
{
    /// <summary>Shorter pauses than the first alert of any sensible setting are normal life.</summary>
    private static readonly TimeSpan WorthKeeping = TimeSpan.FromDays(25);

    private readonly List<Pause> pauses = [];
    private DateTimeOffset? last;

    /// <param name="From">The last contact.</param>
    /// <param name="To">The next one; null: none until the end.</param>
    public sealed record Pause(DateTimeOffset From, DateTimeOffset? To);

    /// <summary>On file at the server, as far as its answers tell; a device that is not cannot be missed.</summary>
    public bool IsOnFile { get; private set; }

    public IReadOnlyList<Pause> Pauses => last is { } since && IsOnFile ? [.. pauses, new Pause(since, null)] : pauses;

    public void Heard(DateTimeOffset at)
    {
        if (IsOnFile && last is { } before && at - before >= WorthKeeping)
        {
            pauses.Add(new Pause(before, at));
        }

        (last, IsOnFile) = (at, true);
    }

    public void Gone(DateTimeOffset at)
    {
        Heard(at);
        IsOnFile = false;
    }
}
