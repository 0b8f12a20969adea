using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Devices.Instances;
using Purser.Server.Http;
using Purser.Server.Inventory;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Devices.CleanUp;

/// <summary>A product instance that could probably be removed.</summary>
/// <param name="Because">The reason in words.</param>
/// <param name="Suggestion">What is advised.</param>
/// <param name="Remove">Address of the dialog that shows what removing it does, and asks.</param>
public sealed record CleanUpSuggestion(
    long Id, string Name, string SerialNumber, string ProductType, long VirtualAccountId, string VirtualAccount, DateTimeOffset LastContactAt, CleanUpReason Reason,
    string Because, string Suggestion, string Remove);

/// <summary>Stale and duplicate product instances among those that the reader may see, with reason and suggested clean-up (PI-11).</summary>
public sealed class SuggestCleanUp(Database database, DomainClock clock)
{
    private const int ExportSlice = 500;

    private static readonly Keyset<Device> ByName = Keyset.Ascending((Device row) => row.DisplayName).Then(row => row.Id);

    private static readonly CsvColumn<CleanUpSuggestion>[] Columns =
    [
        new("Name", row => row.Name), new("Serial Number", row => row.SerialNumber), new("Product Type", row => row.ProductType),
        new("Virtual Account", row => row.VirtualAccount), new("Last Contact", row => row.LastContactAt), new("Reason", row => row.Reason.ToString()),
        new("Because", row => row.Because), new("Suggestion", row => row.Suggestion),
    ];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/accounts/{account}/device-clean-up", async (HttpContext context, SuggestCleanUp suggest, [FromQuery(Name = "q")] string? text, [AsParameters] PageRequest page) =>
                Csv.IsWanted(context)
                    ? File(context, suggest, text)
                    : TypedResults.Ok(await suggest.HandleAsync(context.Actor(), context.Account().Id, context.Account().Domain, text, page, context.RequestAborted)))
            .Requires(Permission.DeviceView).WithTags("Product instances")
            .WithSummary("List product instances that look stale or stand there twice, with reason and suggested clean-up")
            .WithDescription("?format=csv gives the whole list as a file.").Produces<Page<CleanUpSuggestion>>();
        app.MapGet("/accounts/{account}/device-clean-up.csv", File).Requires(Permission.DeviceView);
    }

    public async Task<Page<CleanUpSuggestion>> HandleAsync(
        Actor actor, long accountId, string domain, string? text, PageRequest request, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var mine = Mine(db, actor, accountId);
        var page = await Candidates(mine, text).ToPageAsync(ByName, request, cancellation);
        var described = await DescribeAsync(db, mine, accountId, domain, page.Items, cancellation);
        return page.Map(device => described[device.Id]);
    }

    public async IAsyncEnumerable<CleanUpSuggestion> AllAsync(Actor actor, long accountId, string domain, string? text)
    {
        var request = new PageRequest(Limit: ExportSlice);
        while (true)
        {
            var page = await HandleAsync(actor, accountId, domain, text, request);
            foreach (var row in page.Items)
            {
                yield return row;
            }

            if (page.Next is null)
            {
                yield break;
            }

            request = request with { After = page.Next };
        }
    }

    private static IResult File(HttpContext context, SuggestCleanUp suggest, [FromQuery(Name = "q")] string? text) => new CsvResult<CleanUpSuggestion>(
        $"device-clean-up-{context.Account().Domain}.csv", Columns, suggest.AllAsync(context.Actor(), context.Account().Id, context.Account().Domain, text));

    /// <summary>Directly registered ones: the others are silent by their nature (domain rules 7.4). What the reader may not see gives no reason either.</summary>
    private static IQueryable<Device> Mine(PurserContext db, Actor actor, long accountId)
    {
        var devices = db.Devices.Where(device => device.AccountId == accountId && device.State == DeviceState.Registered && device.Mode == DeviceMode.Direct);
        var reach = actor.ReachOf(Permission.DeviceView, accountId);
        return reach.IsWhole ? devices : devices.Where(device => reach.VirtualAccountIds.Contains(device.VirtualAccountId));
    }

    /// <summary>As <see cref="CleanUpRules.Judge"/>. The groups first: few serial numbers and host names are there twice.</summary>
    private IQueryable<Device> Candidates(IQueryable<Device> mine, string? text)
    {
        var silent = clock.Now - CleanUpRules.LongSilence;
        var serials = mine.GroupBy(device => device.UdiSerialNumber).Where(group => group.Count() > 1).Select(group => group.Key);
        var hosts = mine.Where(device => device.HostIdentifier != "").GroupBy(device => device.HostIdentifier).Where(group => group.Count() > 1).Select(group => group.Key);
        return mine
            .Where(device => (device.LastContactAt <= silent && (device.SilenceFrom == null || device.SilenceFrom <= silent))
                || (serials.Contains(device.UdiSerialNumber) && mine.Any(other => other.UdiSerialNumber == device.UdiSerialNumber
                    && (other.LastContactAt > device.LastContactAt || (other.LastContactAt == device.LastContactAt && other.Id > device.Id))))
                || (hosts.Contains(device.HostIdentifier) && mine.Any(other => other.HostIdentifier == device.HostIdentifier && other.ProductId == device.ProductId
                    && other.UdiSerialNumber != device.UdiSerialNumber && other.RegisteredAt > device.LastContactAt)))
            .WhereContains(device => device.SearchText, text);
    }

    private async Task<Dictionary<long, CleanUpSuggestion>> DescribeAsync(
        PurserContext db, IQueryable<Device> mine, long accountId, string domain, IReadOnlyList<Device> devices, CancellationToken cancellation)
    {
        var serials = devices.Select(device => device.UdiSerialNumber).Distinct().ToList();
        var hosts = devices.Select(device => device.HostIdentifier).Where(host => host.Length > 0).Distinct().ToList();
        var others = await mine.Where(device => serials.Contains(device.UdiSerialNumber) || hosts.Contains(device.HostIdentifier)).ToListAsync(cancellation);
        var (bySerial, byHost) = (others.ToLookup(device => device.UdiSerialNumber), others.ToLookup(device => device.HostIdentifier));
        var places = devices.Concat(others).Select(device => device.VirtualAccountId).Distinct().ToList();
        var names = await db.VirtualAccounts.Where(row => row.AccountId == accountId && places.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, cancellation);
        return devices.ToDictionary(device => device.Id, device =>
        {
            var finding = CleanUpRules.Judge(device, bySerial[device.UdiSerialNumber].Concat(byHost[device.HostIdentifier]), clock.Now)
                ?? new CleanUpFinding(CleanUpReason.Silent, null);
            return new CleanUpSuggestion(
                device.Id, device.DisplayName, device.UdiSerialNumber, device.UdiPid, device.VirtualAccountId, names.GetValueOrDefault(device.VirtualAccountId, ""), device.LastContactAt,
                finding.Reason, Because(device, finding, names), Advice(finding.Reason), InventoryLinks.RemoveDevice(domain, device.VirtualAccountId, device.Id));
        });
    }

    private string Because(Device device, CleanUpFinding finding, Dictionary<long, string> names)
    {
        var other = finding.Other is { } one ? $"{one.DisplayName} in the virtual account {names.GetValueOrDefault(one.VirtualAccountId, "")}" : "";
        var since = Day(device.LastContactAt);
        return finding.Reason switch
        {
            CleanUpReason.SameSerialNumber => $"The same serial number is registered as {other}, which was heard on {Day(finding.Other!.LastContactAt)}; this one on {since}.",
            CleanUpReason.Replaced => $"Its host name was taken over by a device with the serial number {finding.Other!.UdiSerialNumber}, registered on {Day(finding.Other.RegisteredAt)} as {other}, after this one was last heard on {since}.",
            _ => string.Create(CultureInfo.InvariantCulture, $"It has not been heard for {(int)(clock.Now - device.LastContactAt).TotalDays} days, since {since}."),
        };
    }

    private static string Advice(CleanUpReason reason) => reason switch
    {
        CleanUpReason.SameSerialNumber => "Remove it: the other one is the living one.",
        CleanUpReason.Replaced => "Remove it, if the device was replaced: its licenses become free.",
        _ => "Connect the device, or remove it if it is out of use: its licenses become free.",
    };

    private static string Day(DateTimeOffset instant) => instant.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
}
