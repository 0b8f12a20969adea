using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Events;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Audit;

/// <summary>The audit log of a Smart Account or of the installation, newest first: who did what, and what it changed.</summary>
public sealed class ListAudit(Database database, AccountLookup accounts)
{
    private static readonly Keyset<AuditEntry> Newest = Keyset.Descending((AuditEntry row) => row.Seq);

    public sealed record Item(long Seq, DateTimeOffset At, string Command, string ActorKind, string ActorName, string Input, string Changes);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/operator/audit", async (string? of, [AsParameters] PageRequest page, ListAudit list, HttpContext context) =>
            (await list.HandleAsync(of, page, context.RequestAborted)).ToHttp())
        .Requires(Permission.AuditView)
            .WithSummary("List the audit log of a Smart Account (of=its domain or number) or of the installation")
        .WithTags("Operator: audit");

    public async Task<Verdict<Page<Item>>> HandleAsync(string? of, PageRequest page, CancellationToken cancellation = default)
    {
        var account = string.IsNullOrEmpty(of) || of == ExportAudit.Installation ? AccountHead.Installation : (await accounts.FindAsync(of, cancellation))?.Id;
        if (account is not { } id)
        {
            return Verdict.Refused(RefusalCode.NotFound, $"There is no Smart Account '{of}'.", "of");
        }

        await using var db = database.Read(id);
        var rows = await db.AuditEntries.Where(row => row.AccountId == id).ToPageAsync(Newest, page, cancellation);
        return rows.Map(row => new Item(row.Seq, row.At, row.Command, row.ActorKind, row.ActorName, row.Input, row.Changes));
    }
}
