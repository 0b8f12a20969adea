namespace Purser.Server.Store;

/// <summary>
/// Small writes that belong to no account's book and are nobody's command: sessions, access tokens, last-used times. Everything else goes
/// through the write path.
/// </summary>
public static class SmallWrites
{
    public static async Task WriteAsync(this Database database, Func<PurserContext, Task> write, CancellationToken cancellation = default)
    {
        using var pass = database.Engine == Engine.Sqlite ? await database.WriteGate.EnterAsync(cancellation) : null;
        await using var db = database.Open();
        await write(db);
        await db.SaveChangesAsync(cancellation);
    }
}
