using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.People.SignIn;
using Purser.Server.Preferences;
using Purser.Server.Store;
using Purser.Server.Tokens;

namespace Purser.Server.Accounts;

/// <summary>
/// Takes a merger or split back while it is provisional: exactly the same virtual accounts go back, with everything that lies in them now, to
/// their earlier names and places (decision 0013). Refused where somebody has built on them since, saying what stands in the way.
/// </summary>
public sealed class UndoMerger(WritePath writePath, Database database, AgreementGate agreement, TokenBook tokens, BearerTokens bearers, TellNews news)
{
    public const string Name = "accounts.undo-merger";

    public sealed record Input(long MergerId);

    /// <param name="IsClosed">The account that the split had made was empty and is closed again.</param>
    public sealed record Answer(long Id, string From, string Into, IReadOnlyList<MergeAccounts.PlaceMoved> VirtualAccounts, MovedContent Content, bool IsClosed);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/operator/mergers/{merger:long}/undo", async (long merger, UndoMerger undo, HttpContext context) =>
            (await undo.HandleAsync(context.Command(Name, new Input(merger)), new Input(merger), context.RequestAborted)).ToHttp())
        .Requires(Permission.AccountMerge)
            .WithSummary("Undo a provisional merger or split")
            .WithDescription("?dryRun=true is the preview.")
        .WithTags("Operator: mergers and splits");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (await FindAsync(input.MergerId, cancellation) is not { } known)
        {
            return Verdict.Refused(RefusalCode.NotFound, $"There is no merger or split {input.MergerId}.");
        }

        if (!command.DryRun)
        {
            await news.HandleAsync(known.IntoAccountId, cancellation);
        }

        var locked = command with { Accounts = [known.FromAccountId, known.IntoAccountId], Ids = await IdsAsync(known.IntoAccountId, cancellation) };
        return await writePath.RunAsync<Answer>(locked, async scope =>
        {
            var merger = await scope.Db.AccountMergers.FirstAsync(row => row.Id == input.MergerId, cancellation);
            var from = await scope.Db.Accounts.FirstAsync(row => row.Id == merger.FromAccountId, cancellation);
            var into = await scope.Db.Accounts.FirstAsync(row => row.Id == merger.IntoAccountId, cancellation);
            var planned = await PlanAsync(scope, merger, from, into, cancellation);
            if (!planned.IsOk)
            {
                return planned.Refusal!;
            }

            var places = planned.Value;
            var moved = places.Select(place => new MergeAccounts.PlaceMoved(place.Row.Id, place.Row.Name, place.Name, place.Level, place.IsDefault)).ToList();
            scope.Journal(from.Id).Append(MergerEvents.Undone(merger, into));
            scope.Journal(into.Id).Append(MergerEvents.Undone(merger, from));
            var ids = places.Select(place => place.Row.Id).ToHashSet();
            var act = new MergerAct(scope, merger, from, into, ids, [], default);
            await BelongingsMove.UndoAsync(act, cancellation);
            await RoleMove.UndoAsync(scope, merger, ids, cancellation);
            var content = await AccountMove.RunAsync(scope, tokens, into, from, places, cancellation);
            await NewsMove.UndoAsync(act, cancellation);
            if (merger.Kind == MergerKind.Merge)
            {
                from.Status = AccountStatus.Active;
                await agreement.RaiseIfPendingAsync(scope, from, cancellation);
            }

            var isClosed = merger.IntoIsNew && await IsEmptyAsync(scope, into.Id, cancellation);
            into.Status = isClosed ? AccountStatus.Closed : into.Status;
            (merger.State, merger.EndedAt, merger.EndedBy) = (MergerState.Undone, scope.Now, scope.Actor.Name);
            scope.AfterCommit(bearers.Forget);
            return new Answer(merger.Id, from.Domain, into.Domain, moved, content, isClosed);
        }, cancellation);
    }

    private static async Task<Verdict<IReadOnlyList<PlannedPlace>>> PlanAsync(
        WriteScope scope, AccountMerger merger, Account from, Account into, CancellationToken cancellation)
    {
        if (merger.State != MergerState.Provisional || merger.UndoUntil <= scope.Now)
        {
            return Verdict.Refused(RefusalCode.Conflict, merger.State == MergerState.Undone ? "It was undone already." : "It is final and cannot be undone any more. Split or merge anew instead.");
        }

        var before = await scope.Db.MergedPlaces.Where(row => row.MergerId == merger.Id).ToDictionaryAsync(row => row.VirtualAccountId, cancellation);
        var there = await scope.Db.VirtualAccounts.Where(row => row.AccountId == into.Id).ToListAsync(cancellation);
        if ((MergerRules.JudgeUndo(before, there) ?? await JudgePeopleAsync(scope, merger, cancellation)) is { } refusal)
        {
            return refusal;
        }

        var here = await scope.Db.VirtualAccounts.Where(row => row.AccountId == from.Id).ToListAsync(cancellation);
        var known = here.Select(row => row.Id).Concat(before.Keys).ToHashSet();
        return MergerRules.Plan(
            [.. there.Where(row => before.ContainsKey(row.Id))],
            here,
            into.Domain,
            row => before[row.Id].ParentBefore is { } parent && known.Contains(parent) ? parent : null,
            row => before[row.Id].WasDefault,

            // What somebody has renamed since keeps that name.
            row => row.Name == before[row.Id].NameAfter ? before[row.Id].NameBefore : row.Name);
    }

    /// <summary>Those whom the merger made administrators may be the only ones by now.</summary>
    private static async Task<Refusal?> JudgePeopleAsync(WriteScope scope, AccountMerger merger, CancellationToken cancellation)
    {
        var given = await scope.Db.MergedRoles.Where(row => row.MergerId == merger.Id && row.IsGiven && row.Role == Role.SmartAccountAdministrator)
            .Select(row => row.GrantId).ToListAsync(cancellation);
        return given.Count == 0 ? null : await LastAdministrator.JudgeAsync(scope.Db, merger.IntoAccountId, given);
    }

    private static async Task<bool> IsEmptyAsync(WriteScope scope, long account, CancellationToken cancellation)
    {
        var rows = await scope.Db.VirtualAccounts.Where(row => row.AccountId == account).ToListAsync(cancellation);
        return rows.Count == 1
            && !await scope.Db.ApiClients.AnyAsync(row => row.AccountId == account && row.RevokedAt == null, cancellation)
            && !await scope.Db.UserGroups.AnyAsync(row => row.AccountId == account, cancellation)

            // Groups of other accounts that work in it or ask to, and people who wait for an answer, would be left before a closed door.
            && !await scope.Db.GroupSpans.AnyAsync(row => row.TargetAccountId == account, cancellation)
            && !await scope.Db.AccessRequests.AnyAsync(row => row.AccountId == account && row.State == AccessRequestState.Pending, cancellation)
            && !(await DeleteVirtualAccount.ContentAsync(scope.Db, rows[0], scope.Now, cancellation) with { IsDefault = false }).Reasons().Any();
    }

    private async Task<AccountMerger?> FindAsync(long id, CancellationToken cancellation)
    {
        await using var db = database.Read();
        return await db.AccountMergers.FirstOrDefaultAsync(row => row.Id == id, cancellation);
    }

    private async Task<int> IdsAsync(long account, CancellationToken cancellation)
    {
        await using var db = database.Read(account);
        return 64 + await db.Holdings.CountAsync(row => row.AccountId == account && row.Held > 0, cancellation) + await db.CustomTagValues.CountAsync(row => row.AccountId == account, cancellation);
    }
}
