using Microsoft.EntityFrameworkCore;
using Purser.Server.Jobs;
using Purser.Server.Store;

namespace Purser.Server.Search;

/// <summary>
/// Brings <c>search_entry</c> to what <c>search_source</c> says, entry by entry. Nothing should ever differ; what came into the database by
/// another way than the server does, and two changes that crossed in a catalog.
/// </summary>
public sealed class SearchRepair(Database database) : IJob
{
    public static readonly TimeSpan Period = TimeSpan.FromDays(1);

    private const int AtOnce = 500;

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var repaired = await HandleAsync(cancellation);
        return repaired == 0 ? "every entry is right" : $"{repaired} entries written anew";
    }

    /// <returns>How many entries were wrong, missing or too much.</returns>
    public async Task<int> HandleAsync(CancellationToken cancellation = default)
    {
        List<SearchKey> wrong;
        await using (var db = database.Read())
        {
            wrong = await DifferencesAsync(db, null, cancellation);
        }

        foreach (var keys in wrong.Chunk(AtOnce))
        {
            using var pass = database.Engine == Engine.Sqlite ? await database.WriteGate.EnterAsync(cancellation) : null;
            await using var db = database.Open();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            await SearchChanges.RenewAsync(db, keys, cancellation);
            await transaction.CommitAsync(cancellation);
        }

        return wrong.Count;
    }

    /// <summary>Keys whose entry is not what the source says, in order.</summary>
    /// <param name="account">Null: of all accounts.</param>
    internal static async Task<List<SearchKey>> DifferencesAsync(PurserContext db, long? account, CancellationToken cancellation)
    {
        var which = account is { } one ? FormattableString.Invariant($"where account_id = {one}") : "";
        var source = $"select {SearchChanges.Columns} from search_source {which}";
        var kept = $"select {SearchChanges.Columns} from search_entry {which}";
        var connection = db.Database.GetDbConnection();
        await db.Database.OpenConnectionAsync(cancellation);
        await using var command = connection.CreateCommand();
        command.Transaction = db.Database.CurrentTransaction is { } current ? Microsoft.EntityFrameworkCore.Storage.DbContextTransactionExtensions.GetDbTransaction(current) : null;
        command.CommandText = $"select account_id, kind, id from (select * from ({source} except {kept}) missing union all select * from ({kept} except {source}) surplus) differing "
            + "group by account_id, kind, id order by account_id, kind, id";
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var keys = new List<SearchKey>();
        while (await reader.ReadAsync(cancellation))
        {
            keys.Add(new SearchKey(reader.GetInt64(0), Enum.Parse<SearchKind>(reader.GetString(1)), reader.GetInt64(2)));
        }

        return keys;
    }
}
