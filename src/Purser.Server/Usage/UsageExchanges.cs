using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Usage;

/// <summary>Keeps answers for those who poll for them.</summary>
public sealed class UsageExchanges(Database database, WritePath writePath)
{
    public const string Name = "usage.keep-answer";

    /// <returns>The poll id.</returns>
    public Task<Verdict<long>> KeepAsync(Actor actor, long account, string action, string answer, CancellationToken cancellation = default) =>
        writePath.RunAsync<long>(new Command(Name, actor, new { action }) { Accounts = [account] }, scope =>
        {
            var row = new UsageExchange { AccountId = account, Id = scope.NextId(IdKind.UsageExchange), Asker = actor.Key, Action = action, At = scope.Now, Answer = answer };
            scope.Db.UsageExchanges.Add(row);
            return Task.FromResult<Verdict<long>>(row.Id);
        }, cancellation);

    /// <returns>Null: there is none of this number and kind, or somebody else asked for it.</returns>
    public async Task<string?> FindAsync(Actor actor, long account, string action, long id, CancellationToken cancellation = default)
    {
        var asker = actor.Key;
        await using var db = database.Read(account);
        return await db.UsageExchanges.Where(row => row.AccountId == account && row.Id == id && row.Asker == asker && row.Action == action).Select(row => row.Answer).FirstOrDefaultAsync(cancellation);
    }
}
