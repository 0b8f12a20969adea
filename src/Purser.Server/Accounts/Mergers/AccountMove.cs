using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Devices.Instances;
using Purser.Server.Licenses;
using Purser.Server.Orders;
using Purser.Server.Tokens;
using Purser.Server.Usage;

namespace Purser.Server.Accounts;

/// <summary>What went with the virtual accounts.</summary>
/// <param name="Licenses">Units.</param>
/// <param name="Tags">Custom tags that were made over there.</param>
public sealed record MovedContent(long Licenses, int Devices, int Tokens, int OrderLines, IReadOnlyList<string> Tags);

/// <summary>
/// Carries virtual accounts with everything that lies in them from one Smart Account to another, both of whose heads are locked. The same act
/// merges, splits and undoes. Numbers of virtual accounts, product instances and tokens never change, so nothing that points to them breaks.
/// Journals stay where they were written: their chains are closed.
/// </summary>
internal static class AccountMove
{
    public static async Task<MovedContent> RunAsync(
        WriteScope scope, TokenBook tokens, Account from, Account into, IReadOnlyList<PlannedPlace> places, CancellationToken cancellation)
    {
        var db = scope.Db;
        var ids = places.Select(place => place.Row.Id).ToHashSet();
        var renamed = places.Where(place => place.IsRenamed).ToDictionary(place => place.Row.Id, place => (place.Row.Name, place.Name));
        var content = new MovedContent(
            await new BookMove(scope, from.Id, into.Id, ids).RunAsync(cancellation),
            await DeviceMove.RunAsync(scope, from.Id, into.Id, ids, cancellation),
            await tokens.MoveAsync(db, from.Id, into.Id, ids, cancellation),
            await MoveOrders.RunAsync(scope, from.Id, into.Id, ids, cancellation),
            await TagMove.RunAsync(scope, from.Id, into.Id, ids, cancellation));
        await ReportMove.RunAsync(scope, from.Id, into.Id, ids, cancellation);
        await AlertMove.RunAsync(scope, from.Id, into.Id, ids, renamed, cancellation);

        // Two saves: what is found by its name is found in one account only.
        db.VirtualAccounts.RemoveRange(places.Select(place => place.Row));
        await db.SaveChangesAsync(cancellation);
        foreach (var place in places)
        {
            db.VirtualAccounts.Add(RowOf(place, into.Id));
            scope.Journal(from.Id).Append(MergerEvents.PlaceLeft(place.Row.Name, into), AccountEvents.About(place.Row.Id));
            scope.Journal(into.Id).Append(MergerEvents.PlaceArrived(place.Row.Name, place.Name, from), AccountEvents.About(place.Row.Id));
        }

        await db.SaveChangesAsync(cancellation);
        return content;
    }

    private static VirtualAccount RowOf(PlannedPlace place, long account) => new()
    {
        AccountId = account,
        Id = place.Row.Id,
        Name = place.Name,
        NameKey = NewVirtualAccount.KeyOf(place.Name),
        Description = place.Row.Description,
        ParentId = place.ParentId,
        Level = place.Level,
        IsDefault = place.IsDefault,
        AccessLevel = place.Row.AccessLevel,
        CreatedAt = place.Row.CreatedAt,
    };
}
