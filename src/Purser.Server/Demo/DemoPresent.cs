using System.Globalization;
using Purser.Server.Store;

namespace Purser.Server.Demo;

/// <summary>The day on which a demo estate is looked at for the first time: its orders and ends are told from there, backwards and forwards.</summary>
internal static class DemoPresent
{
    private const string Fact = "demo-present";

    public static Task WriteAsync(Database database, DateOnly day, CancellationToken cancellation) => database.WriteAsync(
        db =>
        {
            db.InstallationFacts.Add(new InstallationFact { Name = Fact, Value = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) });
            return Task.CompletedTask;
        },
        cancellation);

    /// <summary>Null where there is no demo estate.</summary>
    public static async Task<DateOnly?> ReadAsync(Database database, CancellationToken cancellation)
    {
        await using var db = database.Read();
        return await db.InstallationFacts.FindAsync([Fact], cancellation) is { } fact ? DateOnly.ParseExact(fact.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;
    }
}
