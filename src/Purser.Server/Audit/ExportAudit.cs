using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Events;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Audit;

/// <summary>The audit log of a Smart Account, or of the installation, as a file that proves itself (SA-16). For the operator: it names staff (domain rules 11.3).</summary>
public sealed class ExportAudit(Database database, AccountLookup accounts, TimeProvider machine)
{
    /// <summary>The name under which the installation's own log is asked for.</summary>
    public const string Installation = "installation";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/operator/audit/export", async (string? of, ExportAudit export, HttpContext context) => await export.HandleAsync(of, context.RequestAborted))
            .Requires(Permission.AuditView)
            .WithSummary("Export the audit log of a Smart Account (of=its domain or number) or of the installation, for offline verification")
            .Produces<string>(contentType: AuditFile.MediaType)
            .WithTags("Operator: audit");
        routes.MapGet("/operator/audit/export", async (string? of, ExportAudit export, HttpContext context) => await export.HandleAsync(of, context.RequestAborted))
            .Requires(Permission.AuditView).ExcludeFromDescription();
    }

    public async Task<IResult> HandleAsync(string? of, CancellationToken cancellation = default)
    {
        if (string.IsNullOrEmpty(of) || of == Installation)
        {
            return new File(database, AccountHead.Installation, Installation, machine.GetUtcNow());
        }

        return await accounts.FindAsync(of, cancellation) is { } account
            ? new File(database, account.Id, account.Domain, machine.GetUtcNow())
            : Problems.Of(Verdict.Refused(RefusalCode.NotFound, $"There is no Smart Account '{of}'."));
    }

    private sealed class File(Database database, long account, string domain, DateTimeOffset now) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var cancellation = httpContext.RequestAborted;
            var response = httpContext.Response;
            response.ContentType = AuditFile.MediaType;
            var disposition = new ContentDispositionHeaderValue("attachment");
            disposition.SetHttpFileName(string.Create(CultureInfo.InvariantCulture, $"audit-{domain}-{now:yyyyMMdd-HHmmss}.jsonl"));
            response.Headers.ContentDisposition = disposition.ToString();

            await using var db = database.Read(account);
            using var writer = new AuditFile.Writer(response.Body);
            await writer.LineAsync(new AuditFile.Start(AuditFile.Form, account, domain, AuditFile.Text(now)), cancellation);

            // Rows are only ever added: up to the head's number nothing changes while we read.
            var head = await db.AccountHeads.FirstAsync(row => row.AccountId == account, cancellation);
            await foreach (var row in db.AuditEntries.Where(row => row.AccountId == account && row.Seq <= head.AuditSeq).OrderBy(row => row.Seq)
                .AsAsyncEnumerable().WithCancellation(cancellation))
            {
                await writer.LineAsync(AuditFile.Write(row), cancellation);
            }

            await writer.LineAsync(new AuditFile.End(head.AuditSeq, Convert.ToHexStringLower(head.AuditHash), writer.Sha256), cancellation);
        }
    }
}
