using Microsoft.EntityFrameworkCore;
using Purser.Server.Jobs;
using Purser.Server.Jobs.Retention;
using Purser.Server.Store;

namespace Purser.Server.Mail;

/// <summary>Mails hold people's addresses and words: kept for 90 days, so that "did it go out" can be answered, and no longer.</summary>
public sealed class ForgetMail(Database database, DomainClock clock) : IJob
{
    public const string Name = "mail.forget";

    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    public Task<string> RunAsync(CancellationToken cancellation)
    {
        var before = clock.Now - Kept;
        return RetentionSlices.DeleteAsync(
            database, db => db.Mails.Where(row => row.State != MailState.Waiting && row.CreatedAt <= before).OrderBy(row => row.CreatedAt), "mails", cancellation);
    }
}
