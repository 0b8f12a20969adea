using System.Collections.Concurrent;
using System.Data.Common;

namespace Purser.Server.Store;

/// <summary>63-bit ids from blocks: digits only, ordered, never a secret (stack notes 3). A node takes 1,000 ids of a kind at a time.</summary>
public sealed class IdSource(Database database)
{
    private const long BlockSize = 1000;
    private const long First = 1001;

    private readonly ConcurrentDictionary<string, Block> blocks = new(StringComparer.Ordinal);

    /// <summary>
    /// The next id. Takes a block through a connection of its own when it runs out; inside a SQLite transaction call
    /// <see cref="ReserveAsync"/> before it begins, because there is one writer only.
    /// </summary>
    public async ValueTask<long> NextAsync(string kind, CancellationToken cancellation)
    {
        var block = blocks.GetOrAdd(kind, static _ => new Block());
        if (block.TryTake(out var id))
        {
            return id;
        }

        await ReserveAsync(kind, cancellation);
        return block.TryTake(out id) ? id : await NextAsync(kind, cancellation);
    }

    /// <summary>An id from the block at hand; a bug if none was reserved.</summary>
    public long Next(string kind) => blocks.GetOrAdd(kind, static _ => new Block()).TryTake(out var id)
        ? id
        : throw new OutOfIdsException(kind);

    /// <summary>Makes sure that at least <paramref name="atLeast"/> ids of every kind are at hand.</summary>
    public async Task ReserveAsync(IEnumerable<string> kinds, long atLeast, CancellationToken cancellation)
    {
        foreach (var kind in kinds)
        {
            if (blocks.GetOrAdd(kind, static _ => new Block()).Left < atLeast)
            {
                await ReserveAsync(kind, cancellation, atLeast);
            }
        }
    }

    private async Task ReserveAsync(string kind, CancellationToken cancellation, long atLeast = 1)
    {
        var block = blocks.GetOrAdd(kind, static _ => new Block());
        await block.Refill.WaitAsync(cancellation);
        try
        {
            if (block.Left >= atLeast)
            {
                return;
            }

            var size = Math.Max(BlockSize, atLeast);
            using var pass = database.Engine == Engine.Sqlite ? await database.WriteGate.EnterAsync(cancellation) : null;
            await using var connection = await database.ConnectAsync(cancellation);
            var end = await AdvanceAsync(connection, kind, size, cancellation);
            block.Fill(end - size, end);
        }
        finally
        {
            block.Refill.Release();
        }
    }

    private static async Task<long> AdvanceAsync(DbConnection connection, string kind, long size, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText =
            "insert into id_block (kind, next) values (@kind, @first) on conflict (kind) do update set next = id_block.next + @size returning next";
        Add(command, "kind", kind);
        Add(command, "first", First + size);
        Add(command, "size", size);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    private sealed class Block
    {
        private readonly Lock guard = new();
        private readonly Queue<(long From, long End)> ranges = new();
        private long next;
        private long end;

        public SemaphoreSlim Refill { get; } = new(1, 1);

        public long Left
        {
            get
            {
                lock (guard)
                {
                    return end - next + ranges.Sum(range => range.End - range.From);
                }
            }
        }

        public void Fill(long from, long to)
        {
            lock (guard)
            {
                ranges.Enqueue((from, to));
            }
        }

        public bool TryTake(out long id)
        {
            lock (guard)
            {
                if (next == end && ranges.TryDequeue(out var range))
                {
                    (next, end) = range;
                }

                id = next;
                if (next == end)
                {
                    return false;
                }

                next++;
                return true;
            }
        }
    }
}

/// <summary>The reserve of a kind ran dry inside a transaction, because others took from it meanwhile: the command is run again with a new one.</summary>
public sealed class OutOfIdsException(string kind) : Exception($"The reserve of ids of kind '{kind}' ran dry");
