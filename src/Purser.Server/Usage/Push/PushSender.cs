using Purser.Protocol;
using Purser.Server.Commands;
using Purser.Server.People;

namespace Purser.Server.Usage.Push;

/// <summary>Who pushes, as far as it is proven, and what it may: only in its virtual account what its user may.</summary>
/// <param name="DeviceId">0: it is known by a registration token alone.</param>
/// <param name="TrustId">0: as above.</param>
/// <param name="Units">The UDIs for which it speaks, as keys; the first is the one by which the product instance is known.</param>
internal sealed record PushSender(long AccountId, long VirtualAccountId, long DeviceId, long TrustId, string Name, IReadOnlyList<string> Units)
{
    /// <summary>A later trust code took the place of the one that signed: it opens nothing but the same answer again.</summary>
    public bool IsReplaced { get; init; }

    /// <summary>The registration token, where that is what proves it.</summary>
    public long? TokenId { get; init; }

    public Actor Actor => new(ActorKind.Device, DeviceId, Name) { Grants = [new Grant(AccountId, Role.VirtualAccountUser, new HashSet<long> { VirtualAccountId })] };

    public bool SpeaksFor(Udi udi) => Units.Contains(udi.Key);
}
