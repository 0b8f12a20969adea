using System.Text.Json;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>A merger while it is carried out, for those who take along what belongs to the account itself.</summary>
/// <param name="Places">The virtual accounts that went; <paramref name="Tops"/> are those with none of them above.</param>
internal sealed record MergerAct(
    WriteScope Scope, AccountMerger Merger, Account From, Account Into, IReadOnlyCollection<long> Places, IReadOnlyCollection<long> Tops, WholeRoles Mode)
{
    public PurserContext Db => Scope.Db;

    public void Remember(MergedKind kind, long id, long otherId = 0, object? before = null) => Db.MergedThings.Add(new MergedThing
    {
        MergerId = Merger.Id, Kind = kind, Id = id, OtherId = otherId, Before = before is null ? "" : JsonSerializer.Serialize(before, WritePath.Json),
    });

    /// <summary>What another merger remembered is put right already.</summary>
    public void Forget(IEnumerable<MergedThing> things) => Db.MergedThings.RemoveRange(things);

    public static T Before<T>(MergedThing thing) => JsonSerializer.Deserialize<T>(thing.Before, WritePath.Json)!;
}

internal static class RowMove
{
    /// <summary>A row whose key changes is another row with the same content.</summary>
    public static TRow Rekey<TRow>(this PurserContext db, TRow row, Action<TRow> change)
        where TRow : class
    {
        var copy = (TRow)db.Entry(row).CurrentValues.ToObject();
        change(copy);
        db.Remove(row);
        db.Add(copy);
        return copy;
    }
}
