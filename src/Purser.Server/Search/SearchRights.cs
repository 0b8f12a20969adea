using Purser.Server.Commands;
using Purser.Server.People;

namespace Purser.Server.Search;

/// <summary>Where a reader may find things of one kind: everywhere, in whole accounts, in single virtual accounts.</summary>
internal sealed record SearchRights(bool Everywhere, IReadOnlyList<long> Accounts, IReadOnlyList<long> PartialAccounts, IReadOnlyList<long> VirtualAccounts)
{
    public bool Any => Everywhere || Accounts.Count > 0 || VirtualAccounts.Count > 0;

    /// <summary>Every account in which there may be something to find.</summary>
    public IEnumerable<long> AllAccounts => Accounts.Concat(PartialAccounts);

    /// <param name="accountId">Null: in all accounts that the reader sees.</param>
    public static SearchRights Of(Actor actor, SearchKind kind, long? accountId)
    {
        var permission = PermissionOf(kind);
        if (accountId is null && (actor.IsUnlimited || actor.ReachOf(permission, NoAccount).IsWhole))
        {
            return new SearchRights(true, [], [], []);
        }

        var accounts = accountId is { } one ? [one] : actor.Grants.Select(grant => grant.AccountId).Distinct().Order().ToList();
        var reaches = accounts.Select(account => (Account: account, Reach: actor.ReachOf(permission, account))).ToList();
        var partial = reaches.Where(item => !item.Reach.IsWhole && item.Reach.Any).ToList();
        return new SearchRights(
            false,
            [.. reaches.Where(item => item.Reach.IsWhole).Select(item => item.Account)],
            [.. partial.Select(item => item.Account)],
            [.. partial.SelectMany(item => item.Reach.VirtualAccountIds).Distinct().Order()]);
    }

    /// <summary>No grant is ever for it, so only an operator's role reaches there, and then everywhere.</summary>
    private const long NoAccount = -1;

    private static Permission PermissionOf(SearchKind kind) => kind switch
    {
        SearchKind.Device => Permission.DeviceView,
        SearchKind.License or SearchKind.Order => Permission.LicenseView,
        SearchKind.Token => Permission.TokenView,
        SearchKind.Person => Permission.PeopleView,
        SearchKind.VirtualAccount => Permission.VirtualAccountView,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind"),
    };
}
