using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Jobs;
using Purser.Server.People;
using Purser.Server.People.Sources;
using Purser.Server.Preferences;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>A merger or split becomes final: an operator confirms it, or its time for undoing has passed (SA-15).</summary>
public sealed class ConfirmMergers(WritePath writePath, Database database, DomainClock clock) : IJob
{
    public const string Name = "accounts.confirm-merger";

    public static readonly TimeSpan Period = TimeSpan.FromHours(1);

    public sealed record Input(long MergerId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/operator/mergers/{merger:long}/confirm", async (long merger, ConfirmMergers confirm, HttpContext context) =>
            (await confirm.HandleAsync(context.Command(Name, new Input(merger)), new Input(merger), context.RequestAborted)).ToHttp())
        .Requires(Permission.AccountMerge)
            .WithSummary("Confirm a provisional merger or split: it cannot be undone any more")
        .WithTags("Operator: mergers and splits");

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        await using var db = database.Read();
        var now = clock.Now;
        var due = await db.AccountMergers.Where(row => row.State == MergerState.Provisional && row.UndoUntil <= now).Select(row => row.Id).ToListAsync(cancellation);
        foreach (var merger in due)
        {
            await HandleAsync(new Command(Name, Actor.System, new Input(merger)), new Input(merger), cancellation);
        }

        return $"{due.Count} became final";
    }

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        if (await db.AccountMergers.FirstOrDefaultAsync(row => row.Id == input.MergerId, cancellation) is not { } known)
        {
            return Verdict.Refused(RefusalCode.NotFound, $"There is no merger or split {input.MergerId}.");
        }

        return await writePath.RunAsync<Done>(command with { Accounts = [known.FromAccountId, known.IntoAccountId] }, async scope =>
        {
            var merger = await scope.Db.AccountMergers.FirstAsync(row => row.Id == input.MergerId, cancellation);
            if (merger.State != MergerState.Provisional)
            {
                return Verdict.Refused(RefusalCode.Conflict, merger.State == MergerState.Final ? "It is final already." : "It was undone.");
            }

            var from = await scope.Db.Accounts.FirstAsync(row => row.Id == merger.FromAccountId, cancellation);
            var into = await scope.Db.Accounts.FirstAsync(row => row.Id == merger.IntoAccountId, cancellation);
            (merger.State, merger.EndedAt, merger.EndedBy) = (MergerState.Final, scope.Now, scope.Actor.Name);
            if (merger.Kind == MergerKind.Merge)
            {
                await SourceRoleMove.ForgetAsync(scope.Db, from.Id, cancellation);
                await NewsMove.ForgetAsync(scope.Db, from.Id, cancellation);
            }

            scope.Journal(from.Id).Append(MergerEvents.Confirmed(merger, into));
            scope.Journal(into.Id).Append(MergerEvents.Confirmed(merger, from));
            return Verdict.Done;
        }, cancellation);
    }
}
