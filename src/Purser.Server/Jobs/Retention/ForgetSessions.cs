using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.Jobs.Retention;

/// <summary>Sessions whose time is over. They live by the machine's clock, like the cookies that name them (design 3).</summary>
public sealed class ForgetSessions(Database database, TimeProvider machine) : IJob
{
    public const string Name = "retention.sessions";

    public Task<string> RunAsync(CancellationToken cancellation)
    {
        var now = machine.GetUtcNow();
        return RetentionSlices.DeleteAsync(database, db => db.Sessions.Where(row => row.ExpiresAt <= now).OrderBy(row => row.ExpiresAt), "sessions", cancellation);
    }
}
