using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Bundles;
using Purser.Protocol.Usage;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Usage.Policies;

namespace Purser.Server.Usage;

/// <summary>
/// Usage reports come in: each is counted exactly once, and each product instance gets an acknowledgement (SP-03; domain rules 13.2). A report that cannot be
/// taken is named with its reason, the others count.
/// </summary>
public sealed class ReceiveReports(WritePath writePath, CatalogCache catalogs, AcknowledgementMint mint, PurserSettings settings)
{
    public const string Name = "usage.receive";

    private static readonly Dictionary<string, string> NoNames = [];

    /// <summary>A file that came, under the name that people know it by; empty where it has none.</summary>
    public readonly record struct NamedFile(string Name, string Text);

    /// <summary>What the audit keeps; the reports themselves stand in their own table.</summary>
    /// <param name="VirtualAccountId">Where product instances go that are not known yet; null: the default virtual account.</param>
    /// <param name="Digest">SHA-256 of the reports.</param>
    public sealed record Input(long? VirtualAccountId, ReportSource Source, int Reports, string Digest);

    public static void Map(IEndpointRouteBuilder place) => place
        .MapPost("/usage-reports", async (long virtualAccount, HttpContext context, ReceiveReports receive) =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var file = await reader.ReadToEndAsync(context.RequestAborted);
            return (await receive.FilesAsync(context.Command(Name, new { }), virtualAccount, ReportSource.Api, [new NamedFile("", file)], context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.UsageReport)
        .WithMetadata(new RequestSizeLimitAttribute(ReportFile.MaximumBytes))
        .WithSummary("Upload a file of usage reports, as a device saves it")
        .WithDescription("The body is the file. The answer says for each product instance what was counted, and holds the acknowledgement to import there.")
        .Produces<ReportReceipt>();

    /// <summary>Files as devices save them. One that is none is named; the others count.</summary>
    public async Task<Verdict<ReportReceipt>> FilesAsync(Command command, long? virtualAccountId, ReportSource source, IReadOnlyList<NamedFile> files, CancellationToken cancellation)
    {
        var (reports, broken, hostnames) = (new List<string>(), new List<RefusedReport>(), new Dictionary<string, string>());
        foreach (var (name, text) in files)
        {
            var file = ReportFile.Read(text);
            if (file.IsOk)
            {
                reports.AddRange(file.Value.Reports);
                foreach (var (udi, hostname) in SystemInfo.NamesIn(file.Value.SystemInfo))
                {
                    hostnames[udi.Key] = hostname;
                }
            }
            else
            {
                var why = OtherKind(text) ?? file.Detail!;
                broken.Add(new RefusedReport(null, name.Length == 0 ? why : $"{name}: {why}"));
            }
        }

        if (reports.Count == 0)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, string.Join(' ', broken.Select(one => one.Reason)), "file");
        }

        var done = await HandleAsync(command, virtualAccountId, source, reports, hostnames, cancellation);
        return done.IsOk ? done.Value with { Unreadable = [.. done.Value.Unreadable, .. broken] } : done;
    }

    /// <summary>Another file that a product instance saves.</summary>
    private static string? OtherKind(string text) => DeviceFile.Read(text) is not { IsOk: true } read ? null
        : read.Value.Trust is not null ? "This is a trust request: bring it to Trust Codes."
        : read.Value.Authorization is not null ? "This is an authorization request: bring it to Authorization Codes."
        : null;

    /// <param name="command">Its name and input are set here.</param>
    /// <param name="reports">JSON texts, each a payload with its signature.</param>
    /// <param name="hostnames">UDI → how the product instance is called, where that came along.</param>
    public async Task<Verdict<ReportReceipt>> HandleAsync(
        Command command, long? virtualAccountId, ReportSource source, IReadOnlyList<string> reports, IReadOnlyDictionary<string, string>? hostnames = null, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        var (readable, unreadable) = ReadableReport.ReadAll(reports);
        var catalog = await catalogs.CurrentAsync(cancellation);
        var outcomes = new List<ReportOutcome>();
        foreach (var (index, slice) in ReadableReport.Slices(readable).Index())
        {
            var texts = slice.SelectMany(group => group).ToList();
            var input = new Input(virtualAccountId, source, texts.Count, ReadableReport.Digest(texts));
            var piece = command with { Name = Name, Input = input, Ids = 64 + (texts.Count * 2), IdempotencyKey = command.IdempotencyKey is { } key ? $"{key}:{index}" : null };
            var done = await writePath.RunAsync<List<ReportOutcome>>(piece, async scope =>
            {
                var place = await scope.Db.VirtualAccounts.FirstOrDefaultAsync(row => row.AccountId == accountId && (virtualAccountId == null ? row.IsDefault : row.Id == virtualAccountId), cancellation);
                if (place is null || !command.Actor.May(Permission.UsageReport, accountId, place.Id))
                {
                    return Verdict.Refused(RefusalCode.NotFound, "There is no such virtual account in which you may upload usage reports.", "virtualAccount");
                }

                var count = new CountReports(scope, catalog, await PolicyBook.FindAsync(scope.Db, accountId, cancellation), settings.Policy, mint, hostnames ?? NoNames, accountId);
                var counted = new List<ReportOutcome>();
                foreach (var group in slice)
                {
                    counted.Add(await count.RunAsync(place.Id, source, group));
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
}
