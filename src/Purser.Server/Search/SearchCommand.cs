using System.Data.Common;
using Purser.Server.Audit;
using Purser.Server.Store;

namespace Purser.Server.Search;

/// <summary><c>rebuild-search --data DIR</c> or <c>--connection TEXT</c>: makes the search's table anew where it is not what it should be.</summary>
internal static class SearchCommand
{
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        if (AuditCommand.SettingsOf(args) is not { } store || (!store.IsPostgres && !File.Exists(store.SqliteFile)))
        {
            await errors.WriteLineAsync("Usage: rebuild-search --data DIR | rebuild-search --connection TEXT, of a database that exists");
            return 2;
        }

        try
        {
            await using var database = new Database(store);
            var repaired = await new SearchRepair(database).HandleAsync();
            await output.WriteLineAsync(repaired == 0 ? "Every entry of the search is right." : $"{repaired} entries of the search were written anew.");
            return 0;
        }
        catch (Exception fault) when (fault is DbException || fault.InnerException is DbException)
        {
            await errors.WriteLineAsync($"The search could not be rebuilt: {(fault.InnerException as DbException ?? fault).Message}");
            return 2;
        }
    }
}
