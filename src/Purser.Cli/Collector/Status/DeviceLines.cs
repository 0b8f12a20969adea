using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Purser.Cli.Collector.Store;

namespace Purser.Cli.Collector.Status;

/// <summary>A file as the pages list it: without its text.</summary>
public sealed record FileLine(
    long Id, long DeviceId, string Name, DateTimeOffset TakenAt, FileState State, DateTimeOffset? AnsweredAt, bool HasAnswer, DateTimeOffset? DeliveredAt, string? Problem, string? DeliveryProblem, string? Device);

/// <summary>A page of product instances.</summary>
/// <param name="Next">Null: it is the last page.</param>
public sealed record DeviceLines(IReadOnlyList<KnownDevice> Devices, long? Next, int Total)
{
    private const int PageSize = 50;

    internal static async Task<DeviceLines> ReadAsync(CollectorContext db, string search, long after, CancellationToken cancel)
    {
        var pattern = $"%{search.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
        var found = search.Length == 0 ? db.Devices : db.Devices.Where(row =>
            EF.Functions.Like(row.Udi!, pattern, "\\") || EF.Functions.Like(row.Hostname!, pattern, "\\") || EF.Functions.Like(row.Address!, pattern, "\\") || EF.Functions.Like(row.VirtualAccount, pattern, "\\"));
        var rows = await found.AsNoTracking().Where(row => row.Id > after).OrderBy(row => row.Id).Take(PageSize + 1).ToListAsync(cancel);
        return new DeviceLines([.. rows.Take(PageSize)], rows.Count > PageSize ? rows[PageSize - 1].Id : null, await found.CountAsync(cancel));
    }

    /// <summary>The latest first.</summary>
    internal static Task<List<FileLine>> FilesAsync(CollectorContext db, Expression<Func<CarriedFile, bool>> filter, int most, CancellationToken cancel) => (
        from file in db.Files.Where(filter)
        join device in db.Devices on file.DeviceId equals device.Id
        orderby file.Id descending
        select new FileLine(
            file.Id, file.DeviceId, file.Name, file.TakenAt, file.State, file.AnsweredAt, file.Answer != null, file.DeliveredAt, file.Problem, file.DeliveryProblem, device.Hostname ?? device.Udi ?? device.Address))
        .Take(most).ToListAsync(cancel);
}
