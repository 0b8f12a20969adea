using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Usage;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;

namespace Purser.Server.Usage;

/// <summary>
/// Usage reports come in: each is counted exactly once, and each product instance gets an acknowledgement (SP-03; domain rules 13.2). A report that cannot be
/// taken is named with its reason, the others count.
/// </summary>
public sealed class ReceiveReports(WritePath writePath, CatalogCache catalogs, AcknowledgementMint mint, PurserSettings settings)
{
    public const string Name = "usage.receive";

    /// <summary>Reports that one command counts: enough to share its cost, few enough that nobody waits long.</summary>
    private const int AtOnce = 250;

    /// <summary>What the audit keeps; the reports themselves stand in their own table.</summary>
    /// <param name="VirtualAccountId">Where product instances go that are not known yet; null: the default virtual account.</param>
    /// <param name="Digest">SHA-256 of the reports.</param>
    public sealed record Input(long? VirtualAccountId, ReportSource Source, int Reports, string Digest);

    private sealed record Readable(string Text, SealedReport Sealed);

    public static void Map(IEndpointRouteBuilder place) => place
        .MapPost("/usage-reports", async (long virtualAccount, HttpContext context, ReceiveReports receive) =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var file = await reader.ReadToEndAsync(context.RequestAborted);
            return (await receive.FilesAsync(context.Command(Name, new { }), virtualAccount, ReportSource.Api, [file], context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.UsageReport)
        .WithMetadata(new RequestSizeLimitAttribute(ReportFile.MaximumBytes))
        .WithSummary("Upload a file of usage reports, as a device saves it")
        .WithDescription("The body is the file. The answer says for each product instance what was counted, and holds the acknowledgement to import there.")
        .Produces<ReportReceipt>();

    /// <summary>Files as devices save them.</summary>
    public async Task<Verdict<ReportReceipt>> FilesAsync(Command command, long? virtualAccountId, ReportSource source, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        var reports = new List<string>();
        foreach (var text in files)
        {
            var file = ReportFile.Read(text);
            if (!file.IsOk)
            {
                return Verdict.Refused(RefusalCode.InvalidInput, file.Detail!, "file");
            }

            reports.AddRange(file.Value.Reports);
        }

        return await HandleAsync(command, virtualAccountId, source, reports, cancellation);
    }

    /// <param name="command">Its name and input are set here.</param>
    /// <param name="reports">JSON texts, each a payload with its signature.</param>
    public async Task<Verdict<ReportReceipt>> HandleAsync(Command command, long? virtualAccountId, ReportSource source, IReadOnlyList<string> reports, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        var (readable, unreadable) = Read(reports);
        var catalog = await catalogs.CurrentAsync(cancellation);
        var outcomes = new List<ReportOutcome>();
        foreach (var (index, slice) in Slices(readable).Index())
        {
            var texts = slice.SelectMany(group => group).ToList();
            var input = new Input(virtualAccountId, source, texts.Count, Digest(texts));
            var piece = command with { Name = Name, Input = input, Ids = 64 + (texts.Count * 2), IdempotencyKey = command.IdempotencyKey is { } key ? $"{key}:{index}" : null };
            var done = await writePath.RunAsync<List<ReportOutcome>>(piece, async scope =>
            {
                var place = await scope.Db.VirtualAccounts.FirstOrDefaultAsync(row => row.AccountId == accountId && (virtualAccountId == null ? row.IsDefault : row.Id == virtualAccountId), cancellation);
                if (place is null || !command.Actor.May(Permission.UsageReport, accountId, place.Id))
                {
                    return Verdict.Refused(RefusalCode.NotFound, "There is no such virtual account in which you may upload usage reports.", "virtualAccount");
                }

                var book = new ReportBook(scope, catalog, settings.Policy, accountId);
                var counted = new List<ReportOutcome>();
                foreach (var group in slice)
                {
                    counted.Add(await OfDeviceAsync(scope, book, command.Actor, accountId, place.Id, source, [.. group]));
                }

                return counted;
            }, cancellation);
            if (!done.IsOk)
            {
                // What was counted before stays counted, and is acknowledged when it is sent again.
                return done.Refusal!;
            }

            outcomes.AddRange(done.Value);
        }

        return new ReportReceipt(outcomes, unreadable);
    }

    private async Task<ReportOutcome> OfDeviceAsync(
        WriteScope scope, ReportBook book, Actor actor, long accountId, long virtualAccountId, ReportSource source, IReadOnlyList<Readable> reports)
    {
        var (udi, tag) = (reports[0].Sealed.Report.Udi, reports[0].Sealed.Report.SoftwareTag);
        var found = await book.DeviceAsync([.. reports.Select(report => report.Sealed)], virtualAccountId);
        if (!found.IsOk || !actor.May(Permission.UsageReport, accountId, found.Value.VirtualAccountId))
        {
            var why = found.Refusal?.Detail ?? $"{udi.Display} lies in a virtual account in which you may not upload usage reports.";
            return new ReportOutcome(udi, null, null, null, 0, 0, [.. reports.Select(report => new RefusedReport(IdOf(report), found.IsOk ? why : book.Judge(report.Sealed.Report) ?? why))], [], null) { SoftwareTag = tag };
        }

        var device = found.Value;
        var count = await book.CountAsync(device, [.. reports.Select(report => (report.Sealed, report.Text))], source);
        await scope.Db.SaveChangesAsync();
        var place = await scope.Db.VirtualAccounts.FirstAsync(row => row.AccountId == accountId && row.Id == device.VirtualAccountId);
        var account = await scope.Db.Accounts.FirstAsync(row => row.Id == accountId);
        List<ulong> acknowledged = [.. count.Counted, .. count.Repeated];
        var acknowledgement = acknowledged.Count == 0 ? null : mint.Make(new Acknowledgement(udi, device.Piid, acknowledged, account.Name, place.Name, scope.Now));
        return new ReportOutcome(udi, device.Id, device.DisplayName, place.Name, count.Counted.Count, count.Repeated.Count, count.Refused, count.Notes, acknowledgement) { SoftwareTag = tag, VirtualAccountId = place.Id };
    }

    private static (List<Readable> Readable, List<RefusedReport> Unreadable) Read(IReadOnlyList<string> reports)
    {
        var (readable, unreadable) = (new List<Readable>(), new List<RefusedReport>());
        foreach (var text in reports)
        {
            var read = SealedReport.Read(text);
            if (read.IsOk)
            {
                readable.Add(new Readable(text, read.Value));
            }
            else
            {
                unreadable.Add(new RefusedReport(null, read.Detail!));
            }
        }

        return (readable, unreadable);
    }

    /// <summary>Reports of one product instance stay together, and in a few commands rather than one for each.</summary>
    private static IEnumerable<List<List<Readable>>> Slices(IEnumerable<Readable> reports)
    {
        var (slice, size) = (new List<List<Readable>>(), 0);
        foreach (var device in reports.GroupBy(report => (report.Sealed.Report.Udi.Key, report.Sealed.Report.SoftwareTag)))
        {
            foreach (var part in device.OrderBy(report => report.Sealed.Report.Id).Chunk(AtOnce))
            {
                if (size > 0 && size + part.Length > AtOnce)
                {
                    yield return slice;
                    (slice, size) = ([], 0);
                }

                slice.Add([.. part]);
                size += part.Length;
            }
        }

        if (size > 0)
        {
            yield return slice;
        }
    }

    private static string IdOf(Readable report) => report.Sealed.Report.Id.ToString(CultureInfo.InvariantCulture);

    private static string Digest(IEnumerable<Readable> reports)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var report in reports)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(report.Text));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
