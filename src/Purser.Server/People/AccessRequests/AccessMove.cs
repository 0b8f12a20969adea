using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// Requests that wait at a merged account wait at the other one. Its rules are made over there too, where there is none for the mail domain; those of
/// the closed account stay with it and answer nobody (SA-10, SA-15).
/// </summary>
internal static class AccessMove
{
    /// <returns>How many rules were made and how many requests went.</returns>
    public static async Task<(int Rules, int Requests)> RunAsync(MergerAct act, CancellationToken cancellation)
    {
        var requests = await act.Db.AccessRequests.Where(row => row.AccountId == act.From.Id && row.State == AccessRequestState.Pending).ToListAsync(cancellation);
        foreach (var request in requests)
        {
            act.Remember(MergedKind.AccessRequest, request.Id);
            act.Db.Rekey(request, row => row.AccountId = act.Into.Id);
        }

        var there = await act.Db.AccessRules.Where(row => row.AccountId == act.Into.Id).Select(row => row.MailDomain).ToListAsync(cancellation);
        var rules = await act.Db.AccessRules.Where(row => row.AccountId == act.From.Id && !there.Contains(row.MailDomain)).OrderBy(row => row.Id).ToListAsync(cancellation);
        var made = 0;
        foreach (var rule in rules)
        {
            made += await MakeAsync(act, rule, cancellation) ? 1 : 0;
        }

        await act.Db.SaveChangesAsync(cancellation);
        return (made, requests.Count);
    }

    /// <summary>What was answered meanwhile stays where it was answered.</summary>
    public static async Task UndoAsync(MergerAct act, IReadOnlyList<MergedThing> things, CancellationToken cancellation)
    {
        var (requests, rules) = (Numbers(things, MergedKind.AccessRequest), Numbers(things, MergedKind.AccessRule));
        foreach (var request in await act.Db.AccessRequests.Where(row => row.AccountId == act.Into.Id && row.State == AccessRequestState.Pending && requests.Contains(row.Id)).ToListAsync(cancellation))
        {
            act.Db.Rekey(request, row => row.AccountId = act.From.Id);
        }

        foreach (var rule in await act.Db.AccessRules.Where(row => row.AccountId == act.Into.Id && rules.Contains(row.Id)).ToListAsync(cancellation))
        {
            act.Scope.Journal(act.Into.Id).Append(AccessRequestEvents.RuleRemoved(rule.MailDomain));
            act.Db.AccessRules.Remove(rule);
        }

        await act.Db.SaveChangesAsync(cancellation);
    }

    private static HashSet<long> Numbers(IReadOnlyList<MergedThing> things, MergedKind kind) => things.Where(thing => thing.Kind == kind).Select(thing => thing.Id).ToHashSet();

    private static async Task<bool> MakeAsync(MergerAct act, AccessRule rule, CancellationToken cancellation)
    {
        var access = rule.Access is { VirtualAccountIds.Count: 0 } whole ? RoleMove.Over(whole.Role, act.Mode, act.Tops) : rule.Access;
        if ((access is null && rule.Role is not null) || access?.VirtualAccountIds.Count > Access.MostVirtualAccounts)
        {
            return false;
        }

        var made = new AccessRule
        {
            AccountId = act.Into.Id, Id = act.Scope.NextId(IdKind.AccessRequest), MailDomain = rule.MailDomain, Role = access?.Role, Reason = rule.Reason,
            VirtualAccounts = string.Join(',', (access?.VirtualAccountIds ?? []).Select(id => id.ToString(CultureInfo.InvariantCulture))),
            IncludesChildren = access is { VirtualAccountIds.Count: > 0, IncludesChildren: true }, CreatedBy = rule.CreatedBy, CreatedAt = rule.CreatedAt,
        };
        act.Db.AccessRules.Add(made);
        act.Remember(MergedKind.AccessRule, made.Id);
        var does = access is null ? "requests are declined" : $"requests are approved with {await access.WordsAsync(act.Db, act.Into.Id, cancellation)}";
        act.Scope.Journal(act.Into.Id).Append(AccessRequestEvents.RuleCreated(rule.MailDomain, does));
        return true;
    }
}
