using Purser.Server.Accounts;
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
    AccountRequestWaits,
    AccountRequestAnswered,

    /// <summary>Told on the page and as an alert, by no mail of its own.</summary>
    AgreementWaits,
}

/// <summary>Somebody does not want mails of this kind about this Smart Account. Without a row she gets them (domain rules 12.7: per person per account).</summary>
public sealed class NoticeMute : IDirectoryRow
{
    public long PersonId { get; set; }

    /// <summary>The installation's number for what belongs to no Smart Account of hers: <see cref="NoticeKinds.OfNoAccount"/>.</summary>
    public long AccountId { get; set; }
    public NoticeKind Kind { get; set; }
}

public static class NoticeKinds
{
    private static readonly NoticeKind[] OfAccount = [NoticeKind.AccessRequestWaits, NoticeKind.GroupRequestWaits, NoticeKind.GroupRequestAnswered, NoticeKind.ApiClientEnds];
    private static readonly NoticeKind[] OfNoAccount = [NoticeKind.AccessRequestAnswered, NoticeKind.AccountRequestAnswered];
    private static readonly NoticeKind[] OfStaff = [.. OfNoAccount, NoticeKind.AccountRequestWaits, NoticeKind.ApiClientEnds];

    /// <summary>What mails are sent of, to somebody of an account, or to somebody wherever she works.</summary>
    public static IReadOnlyList<NoticeKind> Mailed(long accountId, bool isStaff) => accountId != AccountHead.Installation ? OfAccount : isStaff ? OfStaff : OfNoAccount;

    public static string Display(this NoticeKind kind) => kind switch
    {
        NoticeKind.AccessRequestWaits => "Somebody asks for access",
        NoticeKind.GroupRequestWaits => "A user group of another Smart Account asks for access",
        NoticeKind.AccessRequestAnswered => "Your request for access was answered",
        NoticeKind.GroupRequestAnswered => "Your request for access of a user group was answered",
        NoticeKind.ApiClientEnds => "An API client expires soon",
        NoticeKind.AccountRequestWaits => "A Smart Account is requested and waits for you",
        NoticeKind.AccountRequestAnswered => "A Smart Account that you requested was activated or declined",
        NoticeKind.AgreementWaits => "The license agreement is not accepted",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind"),
    };
}
