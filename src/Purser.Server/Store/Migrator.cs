using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Purser.Server.Store;

/// <summary>
/// Applies the numbered SQL of the engine in use, each script in one transaction, under a lock (stack notes 3). Forward only; a server refuses
/// to start on a schema newer than its own.
/// </summary>
public sealed class Migrator(Database database, DomainClock clock, ILogger<Migrator> log)
{
    // Any number will do; it only has to be the same on every node.
    private const long AdvisoryLock = 0x50555253_4552;

    public async Task ApplyAsync(CancellationToken cancellation = default)
    {
        var scripts = Scripts(database.Engine);
        using var pass = await database.WriteGate.EnterAsync(cancellation);
        await using var connection = await database.ConnectAsync(cancellation);
        await ExecuteAsync(connection, database.Engine == Engine.Postgres ? $"select pg_advisory_lock({AdvisoryLock})" : "pragma foreign_keys=on", cancellation);
        try
        {
            await ExecuteAsync(
                connection,
                "create table if not exists schema_version (number integer primary key, name text not null, hash text not null, applied_at bigint not null)",
                cancellation);
            var applied = await AppliedAsync(connection, cancellation);
            if (applied.Keys.DefaultIfEmpty(0).Max() > scripts[^1].Number)
            {
                throw new StartRefusedException(
                    $"The database has schema {applied.Keys.Max()}, this server knows {scripts[^1].Number}. Start a newer server, or restore the backup made before the upgrade.");
            }

            foreach (var script in scripts)
            {
                if (applied.TryGetValue(script.Number, out var hash))
                {
                    if (!string.Equals(hash, script.Hash, StringComparison.Ordinal))
                    {
                        throw new StartRefusedException($"Schema script {script.Name} was applied with other content than this server carries.");
                    }

                    continue;
                }

                await ApplyAsync(connection, script, cancellation);
                log.LogInformation("Applied schema {Name}", script.Name);
            }
        }
        finally
        {
            if (database.Engine == Engine.Postgres)
            {
                await ExecuteAsync(connection, $"select pg_advisory_unlock({AdvisoryLock})", CancellationToken.None);
            }
        }
    }

    private async Task ApplyAsync(DbConnection connection, Script script, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(connection, script.Sql, cancellation, transaction);
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"insert into schema_version (number, name, hash, applied_at) values ({script.Number}, '{script.Name}', '{script.Hash}', {clock.Now.ToUnixTimeSeconds()})");
        await command.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static async Task<Dictionary<int, string>> AppliedAsync(DbConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "select number, hash from schema_version";
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var applied = new Dictionary<int, string>();
        while (await reader.ReadAsync(cancellation))
        {
            applied.Add(Convert.ToInt32(reader.GetValue(0), CultureInfo.InvariantCulture), reader.GetString(1));
        }

        return applied;
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql, CancellationToken cancellation, DbTransaction? transaction = null)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The scripts that this server carries for an engine, in order.</summary>
    internal static IReadOnlyList<Script> Scripts(Engine engine)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = $"sql/{engine}/".ToLowerInvariant();
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                var sql = reader.ReadToEnd();
                var file = name[prefix.Length..];
                return new Script(
                    int.Parse(file.AsSpan(0, 4), CultureInfo.InvariantCulture), Path.GetFileNameWithoutExtension(file), sql,
                    Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
            })
            .ToList();
    }

    internal sealed record Script(int Number, string Name, string Sql, string Hash);
}
