using Purser.Server.Commands;
using Purser.Server.Devices.Door;
using Purser.Server.Reservations;

namespace Purser.Server.Devices.Committing;

/// <summary>What came of a piece of work: a reply text, a certificate still to be signed, or a machine that cannot serve now.</summary>
public sealed record CommittedAnswer
{
    public string? Reply { get; private init; }

    public PendingIdentity? Pending { get; private init; }

    public Refusal? Unavailable { get; private init; }

    /// <summary>Nothing was decided: this is to be done first, then the message is decided anew.</summary>
    public RegistrationMove? First { get; private init; }

    public static CommittedAnswer Of(string reply) => new() { Reply = reply };

    public static CommittedAnswer Of(PendingIdentity pending) => new() { Pending = pending };

    public static CommittedAnswer Of(RegistrationMove first) => new() { First = first };

    public static CommittedAnswer Of(Refusal unavailable) => new() { Unavailable = unavailable };
}

/// <summary>
/// What the book does before a registration: a product instance that registers in another virtual account takes along, with their lines, the restricted
/// licenses that are locked to it; or gives up what it reserved.
/// </summary>
public sealed record RegistrationMove(long AccountId, long FromVirtualAccountId, long ToVirtualAccountId, long DeviceId)
{
    /// <summary>Present where it gives up a reservation.</summary>
    public GiveUpReservation.Input? GivenUp { get; init; }
}

/// <summary>Something that waits for the committer.</summary>
internal abstract class DeviceWork(long arrivedAt)
{
    private readonly TaskCompletionSource<CommittedAnswer> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Machine time stamp: work whose account is held by somebody else for long is waited for alone.</summary>
    public long ArrivedAt => arrivedAt;

    public Task<CommittedAnswer> Answer => completion.Task;

    /// <summary>Set while a batch decides; given out only after its commit.</summary>
    public CommittedAnswer? Decided { get; set; }

    public void Publish() => completion.TrySetResult(Decided ?? throw new InvalidOperationException("Nothing was decided"));

    public void Fail(Refusal unavailable) => completion.TrySetResult(CommittedAnswer.Of(unavailable));
}

/// <summary>A device's message.</summary>
internal sealed class MessageWork(DeviceMessage message, long arrivedAt) : DeviceWork(arrivedAt)
{
    public DeviceMessage Message => message;

    /// <summary>How often its product instance was not where it was known to lie, and was looked for anew.</summary>
    public int Searches { get; set; }
}

/// <summary>A certificate was signed as recorded; now it goes on record as issued, with the answer that carries it (docs/issuance.md, step 6).</summary>
internal sealed class IssuedWork(DeviceMessage message, string serial, string reply, long arrivedAt) : DeviceWork(arrivedAt)
{
    public DeviceMessage Message => message;

    public string Serial => serial;

    public string Reply => reply;
}
