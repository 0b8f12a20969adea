using Microsoft.EntityFrameworkCore;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.Reports;

/// <summary>A row for each product instance, by name (help ch. 6).</summary>
internal sealed class DeviceReport(Database database, DomainClock clock) : IReport
{
    private const int AtOnce = 500;

    private static readonly Keyset<Device> Order = Keyset.Ascending((Device row) => row.DisplayName).Then(row => row.Id);

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
        return rows.Map(device => ToReport(device, around));
    }

    public async IAsyncEnumerable<ReportRow> AllAsync(
        ReportSelection selection, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var db = database.Read(selection.Account);
        var query = Query(db, selection);
        for (var request = new PageRequest(Limit: AtOnce); ;)
        {
            var page = Order.Cut(await Order.Slice(query, request).ToListAsync(cancellation), request, total: null);
            var around = await AroundAsync(db, selection, page.Items, cancellation);
            foreach (var device in page.Items)
            {
                yield return ToReport(device, around);
            }

            if (page.Next is not { } next)
            {
                yield break;
            }

            request = new PageRequest(After: next, Limit: AtOnce);
        }
    }

    private Task<DeviceSurroundings> AroundAsync(PurserContext db, ReportSelection selection, IReadOnlyList<Device> devices, CancellationToken cancellation) =>
        DeviceSurroundings.LoadAsync(db, selection.Catalog, selection.Account, devices, clock.Now, cancellation);

    private static IQueryable<Device> Query(PurserContext db, ReportSelection selection)
    {
        var account = selection.Account;
        var devices = db.Devices.Where(device => device.AccountId == account && device.State == DeviceState.Registered);
        if (!selection.IsWhole)
        {
            var places = selection.Places(db);
            devices = devices.Where(device => places.Any(place => place.Id == device.VirtualAccountId));
        }

        return selection.Products is { } products ? devices.Where(device => products.Contains(device.ProductId)) : devices;
    }

    private static ReportRow ToReport(Device device, DeviceSurroundings around)
    {
        var line = DeviceLine.Of(device, around);
        var product = around.ProductOf(device);
        return new ReportRow(
            FormattableString.Invariant($"{line.Id}"),
            [
                line.VirtualAccount, line.Name, line.ProductType, product is null ? "" : ReportSelection.TypeOf(product), line.SerialNumber, line.Mode.ToString(),
                device.RegisteredAt, line.LastContactAt, string.Join("; ", line.Alerts.Select(alert => $"{alert.Level}: {alert.Title}")),
            ]);
    }
}
