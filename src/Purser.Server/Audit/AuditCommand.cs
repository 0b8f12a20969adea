using System.Data.Common;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Audit;

/// <summary>
/// <c>audit --data DIR</c> or <c>audit --connection TEXT</c>: verifies an installation from its database alone, while the server runs or not.
/// <c>audit verify FILE</c>: verifies an exported audit log by itself. Exit 0: clean; 1: a discrepancy, the first one named; 2: it could not be read.
/// </summary>
internal static class AuditCommand
{
    private const int Clean = 0;
    private const int Discrepancy = 1;
    private const int Unusable = 2;

    private const string Usage = """
        Usage: purser audit --data DIR          the data directory of an installation on SQLite
               purser audit --connection TEXT   the connection text of one on PostgreSQL
               purser audit verify FILE         an exported audit log, by itself
        Replays every book and compares; the server may be running. Exit 0: clean; 1: a discrepancy, the first one is named; 2: it could not be read.
        """;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        if (args is ["--help" or "-h" or "-?"])
        {
            await output.WriteLineAsync(Usage);
            return Clean;
        }

        if (args is ["verify", { Length: > 0 } file])
        {
            return await VerifyAsync(file, output, errors);
        }

        if (SettingsOf(args) is not { } store)
        {
            await errors.WriteLineAsync(Usage);
            return Unusable;
        }

        if (!store.IsPostgres && !File.Exists(store.SqliteFile))
        {
            await errors.WriteLineAsync($"There is no database in '{store.DataDirectory}': {store.SqliteFile} does not exist. An installation on PostgreSQL is audited with --connection TEXT.");
            return Unusable;
        }

        try
        {
            await using var database = new Database(store);
            return await TellAsync(await new AuditBook(database).HandleAsync(), output);
        }
        catch (Exception fault) when (fault is DbException or ArgumentException || fault.InnerException is DbException)
        {
            await errors.WriteLineAsync($"The database could not be read: {(fault.InnerException as DbException ?? fault).Message}");
            return Unusable;
        }
    }

    private static async Task<int> VerifyAsync(string path, TextWriter output, TextWriter errors)
    {
        try
        {
            await using var file = File.OpenRead(path);
            var outcome = await VerifyAuditFile.HandleAsync(file);
            await output.WriteLineAsync(outcome.Problem is null
                ? $"Clean: {Count(outcome.Entries, "entry", "entries")} of {outcome.Start!.Domain} ({outcome.Start.Account}), exported {outcome.Start.ExportedAt}. Head: {outcome.Head}"
                : $"{path}: {outcome.Problem}");
            return outcome.Problem is null ? Clean : Discrepancy;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"The file could not be read: {fault.Message}");
            return Unusable;
        }
    }

    private static async Task<int> TellAsync(AuditReport report, TextWriter output)
    {
        if (report.IsClean)
        {
            await output.WriteLineAsync($"Clean: {Count(report.Accounts, "Smart Account", "Smart Accounts")}, {report.Rows} rows agree with the book.");
            return Clean;
        }

        await output.WriteLineAsync(report.First!.ToString());
        await output.WriteLineAsync(
            $"{Count(report.Count, "discrepancy", "discrepancies")} in {Count(report.Accounts, "Smart Account", "Smart Accounts")}, {report.Rows} rows.");
        return Discrepancy;
    }

    private static string Count(long count, string one, string many) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");

    internal static StoreSettings? SettingsOf(string[] args) => args switch
    {
        ["--data", { Length: > 0 } directory] => new StoreSettings { DataDirectory = directory },
        ["--connection", { Length: > 0 } text] => new StoreSettings { ConnectionString = text },
        _ => null,
    };
}
