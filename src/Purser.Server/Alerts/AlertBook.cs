using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Alerts;

/// <summary>What an alert is to say; <see cref="AlertBook"/> decides whether it is a new occurrence.</summary>
public sealed record AlertDraft(AlertKind Kind, AlertLevel Level, string Subject, string Message)
{
    public long? VirtualAccountId { get; init; }
    public long? EntitlementId { get; init; }
    public long? DeviceId { get; init; }
    public long Count { get; init; }
    public int Period { get; init; }
    public DateTimeOffset? DueAt { get; init; }
}

/// <summary>Raises and clears an account's alerts inside a command. At most one occurrence of a subject is open.</summary>
public sealed class AlertBook(WriteScope scope, long accountId)
{
    /// <summary>Updates the open occurrence of the same subject and period, or opens a new one; an older period closes by itself (help ch. 2).</summary>
    public async Task RaiseAsync(AlertDraft draft)
    {
        var open = await OpenOneAsync(draft.Subject);
        if (open is not null && open.Period == draft.Period && open.Level == draft.Level)
        {
            open.Message = draft.Message;
            open.Count = draft.Count;
            open.DueAt = draft.DueAt;
            return;
        }

        if (open is not null)
        {
            Close(open, AlertState.Cleared, "");

            // The partial unique index must not meet two open rows of one subject in a single save.
            await scope.Db.SaveChangesAsync();
        }

        scope.Db.Alerts.Add(new Alert
        {
            AccountId = accountId,
            Id = scope.NextId(IdKind.Alert),
            Kind = draft.Kind,
            Level = draft.Level,
            State = AlertState.Open,
            Subject = draft.Subject,
            Message = draft.Message,
            VirtualAccountId = draft.VirtualAccountId,
            EntitlementId = draft.EntitlementId,
            DeviceId = draft.DeviceId,
            Count = draft.Count,
            Period = draft.Period,
            RaisedAt = scope.Now,
            DueAt = draft.DueAt,
        });
    }

    /// <summary>The condition ended: the alert clears by itself.</summary>
    public async Task ClearAsync(string subject)
    {
        if (await OpenOneAsync(subject) is { } open)
        {
            Close(open, AlertState.Cleared, "");
        }
    }

    /// <summary>Closes all alerts of a device, because it was removed or has been heard again.</summary>
    public async Task ClearDeviceAsync(long deviceId)
    {
        foreach (var alert in await scope.Db.Alerts
            .Where(alert => alert.AccountId == accountId && alert.DeviceId == deviceId && alert.State == AlertState.Open).ToListAsync())
        {
            Close(alert, AlertState.Cleared, "");
        }
    }

    public void Close(Alert alert, AlertState state, string by)
    {
        alert.State = state;
        alert.ClosedAt = scope.Now;
        alert.ClosedBy = by;
        alert.HiddenUntil = null;
    }

    private async Task<Alert?> OpenOneAsync(string subject) =>
        scope.Db.Alerts.Local.FirstOrDefault(alert => alert.AccountId == accountId && alert.Subject == subject && alert.State == AlertState.Open)
        ?? await scope.Db.Alerts.FirstOrDefaultAsync(
            alert => alert.AccountId == accountId && alert.Subject == subject && alert.State == AlertState.Open);
}
