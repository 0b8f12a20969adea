using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Events;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Commands;

/// <summary>A command as the write path sees it.</summary>
/// <param name="Name">"licenses.transfer": what the audit shows.</param>
/// <param name="Input">The command's own input record: audited, and hashed for idempotency. Never holds a secret.</param>
public sealed record Command(string Name, Actor Actor, object Input)
{
    /// <summary>The accounts whose heads are locked, in id order; empty means the installation itself.</summary>
    public IReadOnlyList<long> Accounts { get; init; } = [];

    /// <summary>The caller's idempotency key: a repetition with the same input gets the first answer.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Decide and answer, change nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>How many ids of any one kind the command may need.</summary>
    public int Ids { get; init; } = 64;
}

/// <summary>
/// The one way in which pages, endpoints and jobs change anything: lock, load, decide, append and save, commit, publish. Gives every command
/// idempotency, an audit entry, dry run and retry. (Device messages go through the committer, which follows the same order.)
/// </summary>
public sealed class WritePath(Database database, DomainClock clock, TimeProvider machine, IdSource ids, ExpiryPeriods periods, DayZone dayZone, ILogger<WritePath> log)
{
    private const int Attempts = 4;

    private static readonly string[] IdKinds = Enum.GetNames<IdKind>();

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() } };

    public async Task<Verdict<T>> RunAsync<T>(Command command, Func<WriteScope, Task<Verdict<T>>> decide, CancellationToken cancellation = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ids.ReserveAsync(IdKinds, (long)command.Ids << (attempt - 1), cancellation);
                return await RunOnceAsync(command, decide, cancellation);
            }
            catch (Exception fault) when ((fault is OutOfIdsException || StoreFaults.IsWorthRetrying(fault)) && attempt < Attempts)
            {
                log.LogWarning(fault, "{Command} met a passing fault, attempt {Attempt}", command.Name, attempt);
            }
            catch (Exception fault) when (StoreFaults.Explain(fault) is { } refusal)
            {
                log.LogError(fault, "{Command} could not be carried out", command.Name);
                return refusal;
            }
        }
    }

    private async Task<Verdict<T>> RunOnceAsync<T>(Command command, Func<WriteScope, Task<Verdict<T>>> decide, CancellationToken cancellation)
    {
        using var pass = database.Engine == Engine.Sqlite ? await database.WriteGate.EnterAsync(cancellation) : null;
        await using var db = database.Open(command.Accounts.Count == 1 ? command.Accounts[0] : null);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);

        var heads = await LockHeadsAsync(db, command.Accounts.Count > 0 ? command.Accounts : [AccountHead.Installation], cancellation);
        if (heads is null)
        {
            return Verdict.Refused(RefusalCode.NotFound, "There is no such Smart Account.");
        }

        var inputJson = JsonSerializer.Serialize(command.Input, command.Input.GetType(), Json);
        if (command.IdempotencyKey is not null && await EarlierAnswerAsync<T>(db, command, inputJson, cancellation) is { } earlier)
        {
            return earlier;
        }

        var scope = new WriteScope(db, heads, command.Actor, new Instants(clock.Now, machine.GetUtcNow()), dayZone, ids);
        void Collect(object? sender, SavingChangesEventArgs saving) => scope.Changes.Collect(db);
        db.SavingChanges += Collect;
        var verdict = await decide(scope);
        if (!verdict.IsOk || command.DryRun)
        {
            return verdict;
        }

        await scope.SettleAsync(periods);

        // The audit of an account is whole by itself: an act on several accounts stands in each of them.
        db.SavingChanges -= Collect;
        scope.Changes.Collect(db);
        var audited = scope.Accounts.Select(account => scope.Journal(account).AppendAudit(command.Name, inputJson, scope.Changes.Of(account, scope.Accounts))).ToList()[0];
        Remember(db, command, inputJson, verdict.Value, scope.Now);
        await db.SaveChangesAsync(cancellation);
        await CommitAsync(transaction, audited, cancellation);
        foreach (var action in scope.Committed)
        {
            action();
        }

        return verdict;
    }

    /// <summary>
    /// Commits. When the connection is lost over it, nobody knows whether it counted, and repeating blindly could do it twice: the audit entry,
    /// which every command writes, tells.
    /// </summary>
    private async Task CommitAsync(Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction, AuditEntry audited, CancellationToken cancellation)
    {
        try
        {
            await transaction.CommitAsync(cancellation);
        }
        catch (Exception fault) when (StoreFaults.IsWorthRetrying(fault))
        {
            await using var db = database.Read();
            if (!await db.AuditEntries.AnyAsync(
                row => row.AccountId == audited.AccountId && row.Seq == audited.Seq && row.Hash == audited.Hash, CancellationToken.None))
            {
                throw;
            }
        }
    }

    /// <summary>Locks the heads in id order and loads them; null where an account has none.</summary>
    private async Task<Dictionary<long, AccountHead>?> LockHeadsAsync(PurserContext db, IReadOnlyList<long> accounts, CancellationToken cancellation)
    {
        var wanted = accounts.Distinct().Order().ToArray();
        if (database.Engine == Engine.Postgres)
        {
            // Lock first, read in the next statement: under READ COMMITTED that statement sees what the lock waited for (stack notes 2).
            await db.Database.ExecuteSqlAsync(
                $"select account_id from account_head where account_id = any({wanted}) order by account_id for update", cancellation);
        }

        var heads = await db.AccountHeads.IgnoreQueryFilters().Where(head => wanted.Contains(head.AccountId))
            .ToDictionaryAsync(head => head.AccountId, cancellation);
        return heads.Count == wanted.Length ? heads : null;
    }

    private static async Task<Verdict<T>?> EarlierAnswerAsync<T>(PurserContext db, Command command, string inputJson, CancellationToken cancellation)
    {
        var record = await db.IdempotencyRecords.FindAsync([command.Actor.Key, command.IdempotencyKey!], cancellation);
        if (record is null)
        {
            return null;
        }

        return CryptographicOperations.FixedTimeEquals(record.InputHash, HashOf(command, inputJson))
            ? JsonSerializer.Deserialize<T>(record.Response, Json)!
            : Verdict.Refused(
                RefusalCode.IdempotencyKeyReused,
                "This idempotency key was used for a different request. Use a new key for a new request.");
    }

    private static void Remember<T>(PurserContext db, Command command, string inputJson, T answer, DateTimeOffset now)
    {
        if (command.IdempotencyKey is null)
        {
            return;
        }

        db.IdempotencyRecords.Add(new IdempotencyRecord
        {
            ActorKey = command.Actor.Key,
            Key = command.IdempotencyKey,
            InputHash = HashOf(command, inputJson),
            Response = JsonSerializer.Serialize(answer, Json),
            At = now,
        });
    }

    private static byte[] HashOf(Command command, string inputJson) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{command.Name}\n{string.Join(',', command.Accounts)}\n{inputJson}"));
}
