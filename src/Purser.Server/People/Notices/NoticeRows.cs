using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>What somebody is told of: something waits for her, or something she asked was answered (SA-12).</summary>
public enum NoticeKind
{
    AccessRequestWaits,
    GroupRequestWaits,
    AccessRequestAnswered,
    GroupRequestAnswered,
    ApiClientEnds,
}

/// <summary>Somebody does not want mails of this kind. Without a row she gets them.</summary>
public sealed class NoticeMute : IDirectoryRow
{
    public long PersonId { get; set; }
    public NoticeKind Kind { get; set; }
}

public static class NoticeKinds
{
    public static string Display(this NoticeKind kind) => kind switch
    {
        NoticeKind.AccessRequestWaits => "Somebody asks for access to a Smart Account that you administer",
        NoticeKind.GroupRequestWaits => "A user group of another Smart Account asks for access to one that you administer",
        NoticeKind.AccessRequestAnswered => "Your request for access was answered",
        NoticeKind.GroupRequestAnswered => "Your request for access of a user group was answered",
        NoticeKind.ApiClientEnds => "An API client of a Smart Account that you administer expires soon",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind"),
    };
}
