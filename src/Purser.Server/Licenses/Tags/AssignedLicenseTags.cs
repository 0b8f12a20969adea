using Purser.Server.People;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>Which tags some chosen licenses and license transactions have, for the dialog that takes them off.</summary>
public sealed class AssignedLicenseTags(Database database)
{
    /// <param name="Count">How many of those that were chosen have it.</param>
    public sealed record Tag(string Name, int Count);

    public async Task<IReadOnlyList<Tag>> HandleAsync(
        Actor actor, long account, long virtualAccount, IReadOnlyList<long> licenses, IReadOnlyList<long> lines, CancellationToken cancellation = default)
    {
        if (!actor.May(Permission.LicenseView, account, virtualAccount))
        {
            return [];
        }

        await using var db = database.Read(account);
        var ofLicenses = await LicenseTagBook.OfLicensesAsync(db, account, virtualAccount, [.. licenses], cancellation);
        var ofLines = await LicenseTagBook.OfLinesAsync(db, account, virtualAccount, [.. lines], cancellation);
        return [.. ofLicenses.Concat(ofLines).SelectMany(tags => tags).GroupBy(name => name).OrderBy(tag => tag.Key, StringComparer.OrdinalIgnoreCase).Select(tag => new Tag(tag.Key, tag.Count()))];
    }
}
