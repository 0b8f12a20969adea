using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>
/// Custom tags of virtual accounts that go to another Smart Account (SA-15): the same tag and value over there, by name, made where it is
/// missing. Nothing that the other account demands of its own virtual accounts changes, so what comes new is not required.
/// </summary>
internal static class TagMove
{
    /// <returns>Tags that were made in the other account.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(
        WriteScope scope, long from, long into, IReadOnlyCollection<long> places, CancellationToken cancellation)
    {
        var db = scope.Db;
        var uses = await db.VirtualAccountTags.Where(row => row.AccountId == from && places.Contains(row.VirtualAccountId)).ToListAsync(cancellation);
        if (uses.Count == 0)
        {
            return [];
        }

        var tags = (await TagBook.LoadAsync(db, from, cancellation)).ToDictionary(tag => tag.Row.Id);
        var there = (await TagBook.LoadAsync(db, into, cancellation)).ToDictionary(tag => tag.Row.NameKey, tag => (tag.Row, Values: tag.Values.ToList()));
        var made = new List<string>();
        foreach (var use in uses)
        {
            var tag = tags[use.TagId];
            var value = tag.Values.First(row => row.Id == use.ValueId);
            if (!there.TryGetValue(tag.Row.NameKey, out var target))
            {
                target = (Copy(scope, tag.Row, into), []);
                there.Add(tag.Row.NameKey, target);
                made.Add(tag.Row.Name);
            }

            var same = target.Values.Find(row => row.TextKey == value.TextKey);
            if (same is null)
            {
                same = new CustomTagValue
                {
                    AccountId = into, TagId = target.Row.Id, Id = scope.NextId(IdKind.Tag), Text = value.Text, TextKey = value.TextKey, Position = target.Values.Count,
                };
                target.Values.Add(same);
                db.CustomTagValues.Add(same);
            }

            db.VirtualAccountTags.Add(new VirtualAccountTag { AccountId = into, VirtualAccountId = use.VirtualAccountId, TagId = target.Row.Id, ValueId = same.Id });

            // Several values on one virtual account must have room over there.
            target.Row.AllowsSeveral |= uses.Count(other => other.VirtualAccountId == use.VirtualAccountId && other.TagId == use.TagId) > 1;
        }

        db.VirtualAccountTags.RemoveRange(uses);
        await db.SaveChangesAsync(cancellation);
        return made;
    }

    private static CustomTag Copy(WriteScope scope, CustomTag tag, long into)
    {
        var copy = new CustomTag
        {
            AccountId = into, Id = scope.NextId(IdKind.Tag), Name = tag.Name, NameKey = tag.NameKey, Description = tag.Description, AllowsSeveral = tag.AllowsSeveral,
        };
        scope.Db.CustomTags.Add(copy);
        return copy;
    }
}
