using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.Catalog;

/// <summary>A number that grows with every change of the catalog, so that a node knows when its copy is old.</summary>
internal static class CatalogVersion
{
    private const string Fact = "catalog.version";

    public static async Task<long> ReadAsync(PurserContext db, CancellationToken cancellation)
    {
        var text = await db.InstallationFacts.Where(fact => fact.Name == Fact).Select(fact => fact.Value).FirstOrDefaultAsync(cancellation);
        return text is null ? 0 : long.Parse(text, CultureInfo.InvariantCulture);
    }

    public static async Task AdvanceAsync(PurserContext db)
    {
        if (await db.InstallationFacts.FindAsync(Fact) is { } fact)
        {
            fact.Value = (long.Parse(fact.Value, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            db.InstallationFacts.Add(new InstallationFact { Name = Fact, Value = "1" });
        }
    }
}
