using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>A role and where it is held: in the whole Smart Account, or in chosen virtual accounts with or without those below them (SA-07).</summary>
public sealed record Access(Role Role)
{
    public const int MostVirtualAccounts = 500;

    /// <summary>For the roles of a virtual account; empty for the others.</summary>
    public IReadOnlyList<long> VirtualAccountIds { get; init; } = [];

    public bool IncludesChildren { get; init; } = true;

    internal IReadOnlyList<long?> Places() => VirtualAccountIds.Count == 0 ? [null] : [.. VirtualAccountIds.Distinct().Select(id => (long?)id)];

    /// <summary>May this person give it, and is what it names there? Asked in the command: a virtual account may have been deleted meanwhile.</summary>
    internal async Task<Refusal?> JudgeAsync(PurserContext db, Actor granter, Permission manage, long accountId, CancellationToken cancellation)
    {
        if (!Enum.IsDefined(Role))
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "Choose a role.", nameof(Role));
        }

        if (VirtualAccountIds.Count > MostVirtualAccounts)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"Choose at most {MostVirtualAccounts} virtual accounts at once.", nameof(VirtualAccountIds));
        }

        if (Places().Select(place => GrantRules.Judge(granter, manage, accountId, Role, place)).FirstOrDefault(found => found is not null) is { } notAllowed)
        {
            return notAllowed.Field == "VirtualAccountId" ? notAllowed with { Field = nameof(VirtualAccountIds) } : notAllowed;
        }

        return await MissingAsync(db, accountId, cancellation) is { Count: > 0 } missing
            ? Verdict.Refused(
                RefusalCode.NotFound,
                $"{(missing.Count == 1 ? "A virtual account that was chosen is" : $"{missing.Count} virtual accounts that were chosen are")} not there any more. Choose again.",
                nameof(VirtualAccountIds))
            : null;
    }

    internal async Task<IReadOnlyList<long>> MissingAsync(PurserContext db, long accountId, CancellationToken cancellation)
    {
        var there = await db.VirtualAccounts.Where(row => row.AccountId == accountId && VirtualAccountIds.Contains(row.Id)).Select(row => row.Id).ToListAsync(cancellation);
        return [.. VirtualAccountIds.Distinct().Except(there)];
    }

    /// <summary>"Virtual Account User in Stockholm and below, Oslo and below".</summary>
    internal async Task<string> WordsAsync(PurserContext db, long accountId, CancellationToken cancellation)
    {
        if (VirtualAccountIds.Count == 0)
        {
            return Role.Display();
        }

        var names = await db.VirtualAccounts.Where(row => row.AccountId == accountId && VirtualAccountIds.Contains(row.Id))
            .OrderBy(row => row.NameKey).Select(row => row.Name).Take(WordyPlaces + 1).ToListAsync(cancellation);
        var below = IncludesChildren ? " and below" : "";
        var listed = string.Join(", ", names.Take(WordyPlaces).Select(name => name + below));
        return names.Count > WordyPlaces
            ? string.Create(CultureInfo.InvariantCulture, $"{Role.Display()} in {listed} and {VirtualAccountIds.Distinct().Count() - WordyPlaces} more")
            : $"{Role.Display()} in {listed}";
    }

    private const int WordyPlaces = 5;
}
