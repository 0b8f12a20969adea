using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Jobs;
using Purser.Server.Store;

namespace Purser.Server.Audit;

/// <summary>Audits every account by itself now and then, and raises an alert where something does not agree with the book.</summary>
public sealed class AuditJob(Database database, AuditBook audit, WritePath writePath, ILogger<AuditJob> log) : IJob
{
    public static readonly TimeSpan Period = TimeSpan.FromHours(6);

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        await using var db = database.Read();
        var accounts = await db.Accounts.OrderBy(row => row.Id).Select(row => row.Id).ToListAsync(cancellation);
        var alerted = (await db.Alerts.Where(alert => alert.Kind == AlertKind.IntegrityViolation && alert.State == AlertState.Open)
            .Select(alert => alert.AccountId).ToListAsync(cancellation)).ToHashSet();
        var wrong = 0;
        var installation = await audit.HandleInstallationAsync(cancellation);
        Log(installation);
        foreach (var account in accounts)
        {
            var report = await audit.HandleAsync(account, cancellation);
            if (!report.IsClean)
            {
                wrong++;
                Log(report);
            }

            if (!report.IsClean || alerted.Contains(account))
            {
                await TellAsync(account, report, cancellation);
            }
        }

        // No customer can be alerted to the operator's own journal; a job that failed is shown to the operator.
        return installation.IsClean
            ? $"{accounts.Count} accounts audited, {wrong} with discrepancies"
            : throw new InvalidOperationException($"The installation's own journal does not agree: {installation.First}");
    }

    private void Log(AuditReport report)
    {
        if (!report.IsClean)
        {
            log.LogCritical("The audit found {Count} discrepancies. {First}", report.Count, report.First);
        }
    }

    private async Task TellAsync(long account, AuditReport report, CancellationToken cancellation)
    {
        var command = new Command("audit.report", Actor.System, new { report.Count, First = report.First?.ToString() }) { Accounts = [account] };
        var verdict = await writePath.RunAsync<Done>(
            command,
            async scope =>
            {
                if (report.IsClean)
                {
                    await scope.Alerts(account).ClearAsync(AlertSubjects.Integrity);
                }
                else
                {
                    await scope.Alerts(account).RaiseAsync(new AlertDraft(
                        AlertKind.IntegrityViolation, AlertLevel.Major, AlertSubjects.Integrity, AlertTexts.Integrity(report.Count, report.First!.ToString())) { Count = report.Count });
                }

                return Verdict.Done;
            },
            cancellation);
        if (!verdict.IsOk)
        {
            throw new InvalidOperationException($"The audit's result for account {account} could not be reported: {verdict.Refusal}");
        }
    }
}
