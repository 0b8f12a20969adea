using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.Reports;

/// <summary>A row for each product instance, by name (help ch. 6).</summary>
internal sealed class DeviceReport(Database database, DomainClock clock) : IReport
{
    private static readonly Keyset<Seen> Order = Keyset.Ascending((Seen row) => row.Name).Then(row => row.Id);

    public ReportKind Kind => ReportKind.ProductInstances;

    public IReadOnlyList<ReportColumn> Columns { get; } =
    [
        new("virtualAccount", "Virtual Account", Width: 28),
        new("name", "Name", Width: 40) { IsPrimary = true },
        new("productType", "Product Type", Width: 20),
        new("productFamily", "Product Family", Width: 24),
        new("serialNumber", "Serial Number", Width: 20),
        new("mode", "Licensing", Width: 14),
        new("registered", "Registered", ReportCell.Instant, 20),
        new("lastContact", "Last Contact", ReportCell.Instant, 20),
        new("alerts", "Alerts", Width: 44),
    ];

    public async Task<Page<ReportRow>> PageAsync(ReportSelection selection, PageRequest page, CancellationToken cancellation)
    {
        await using var db = database.Read(selection.Account);
        var rows = await Query(db, selection).ToPageAsync(Order, page, cancellation);
        var around = await AroundAsync(db, selection, rows.Items, cancellation);
        return rows.Map(around.ToReport);
    }

    public async IAsyncEnumerable<ReportRow> AllAsync(
        ReportSelection selection, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var list = database.Read(selection.Account);
        await using var db = database.Read(selection.Account);
        await foreach (var piece in Order.PiecesAsync(Query(list, selection), cancellation))
        {
            var around = await AroundAsync(db, selection, piece, cancellation);
            foreach (var device in piece)
            {
                yield return around.ToReport(device);
            }
        }
    }

    private IQueryable<Seen> Query(PurserContext db, ReportSelection selection)
    {
        var account = selection.Account;
        var devices = db.Devices.Where(device => device.AccountId == account && device.State == DeviceState.Registered);
        if (!selection.IsWhole)
        {
            var places = selection.Places(db);
            devices = devices.Where(device => places.Any(place => place.Id == device.VirtualAccountId));
        }

        if (selection.Products is { } products)
        {
            devices = devices.Where(device => products.Contains(device.ProductId));
        }

        var alerts = AlertScope.Shown(db.Alerts.Where(alert => alert.AccountId == account), clock.Now);
        return devices.Select(device => new Seen
        {
            Id = device.Id,
            Name = device.DisplayName,
            VirtualAccountId = device.VirtualAccountId,
            ProductId = device.ProductId,
            ProductType = device.UdiPid,
            SerialNumber = device.UdiSerialNumber,
            Mode = device.Mode,
            RegisteredAt = device.RegisteredAt,
            LastContactAt = device.LastContactAt,
            HasAlerts = alerts.Any(alert => alert.DeviceId == device.Id),
        });
    }

    private async Task<Around> AroundAsync(PurserContext db, ReportSelection selection, IReadOnlyList<Seen> devices, CancellationToken cancellation)
    {
        var account = selection.Account;
        var places = devices.Select(device => device.VirtualAccountId).Distinct().ToList();
        var names = await db.VirtualAccounts.Where(row => row.AccountId == account && places.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, cancellation);
        var troubled = devices.Where(device => device.HasAlerts).Select(device => (long?)device.Id).ToList();
        var alerts = troubled.Count == 0 ? [] : await AlertScope.Shown(db.Alerts.Where(alert => alert.AccountId == account && troubled.Contains(alert.DeviceId)), clock.Now)
            .OrderBy(alert => alert.SortKey).ThenBy(alert => alert.Id).Select(alert => new { alert.DeviceId, alert.Level, alert.Kind }).ToListAsync(cancellation);
        return new Around(selection.Catalog, names, alerts.ToLookup(alert => alert.DeviceId!.Value, alert => $"{alert.Level}: {AlertCatalogue.Of(alert.Kind).Title}"));
    }

    /// <summary>What a row needs of a product instance, and no more: a report reads millions of them.</summary>
    private sealed class Seen
    {
        public long Id { get; init; }
        public string Name { get; init; } = "";
        public long VirtualAccountId { get; init; }
        public long ProductId { get; init; }
        public string ProductType { get; init; } = "";
        public string SerialNumber { get; init; } = "";
        public DeviceMode Mode { get; init; }
        public DateTimeOffset RegisteredAt { get; init; }
        public DateTimeOffset LastContactAt { get; init; }
        public bool HasAlerts { get; init; }
    }

    private sealed record Around(CatalogSnapshot Catalog, IReadOnlyDictionary<long, string> VirtualAccounts, ILookup<long, string> Alerts)
    {
        public ReportRow ToReport(Seen device)
        {
            var product = Catalog.FindProduct(device.ProductId);
            return new ReportRow(
                device.Id.ToString(CultureInfo.InvariantCulture),
                [
                    VirtualAccounts.GetValueOrDefault(device.VirtualAccountId, ""), DeviceLine.NameOf(product?.Name ?? "", device.Name), device.ProductType,
                    product is null ? "" : ReportSelection.TypeOf(product), device.SerialNumber, device.Mode.ToString(),
                    device.RegisteredAt, device.LastContactAt, device.HasAlerts ? string.Join("; ", Alerts[device.Id]) : "",
                ]);
        }
    }
}
