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
    /// <summary>
    /// Keeps the open occurrence of the same subject and period current, or opens a new one; an older period closes by itself (help ch. 2),
    /// and what was hidden until then shows again. An occurrence that a person dismissed stays dismissed while its period lasts (domain rules 10.4).
    /// </summary>
    public async Task RaiseAsync(AlertDraft draft)
    {
        if (draft.VirtualAccountId is null != (AlertCatalogue.Of(draft.Kind).Place == AlertPlace.SmartAccount))
        {
            // Whoever sees the one place need not see the other (domain rules 10.1).
            throw new ArgumentException($"{draft.Kind} belongs to the {AlertCatalogue.Of(draft.Kind).Place}", nameof(draft));
        }

        if (await OpenOneAsync(draft.Subject) is { } open)
        {
            if (open.Kind == draft.Kind && open.Period == draft.Period)
            {
                KeepCurrent(open, draft);
                return;
            }

            Close(open, AlertState.Cleared, "");
        }
        else if (await LastOneAsync(draft.Subject) is { State: AlertState.Dismissed } last && IsSameOccurrence(last, draft))
        {
            return;
        }

        // The partial unique index must not meet two open rows of one subject in a single save.
        await SaveClosedAsync(draft.Subject);
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

    /// <summary>
    /// Opens new occurrences for many subjects at once and closes those that were open: for a sweep whose stages are passed once, so that
    /// every one of them is new. Their instants are given by the sweep.
    /// </summary>
    public async Task OpenAllAsync(IReadOnlyList<Alert> fresh)
    {
        var beginnings = fresh.ToDictionary(alert => alert.Subject, alert => alert.RaisedAt, StringComparer.Ordinal);
        var open = await scope.Db.Alerts
            .Where(alert => alert.AccountId == accountId && beginnings.Keys.Contains(alert.Subject) && alert.State == AlertState.Open).ToListAsync();
        foreach (var alert in open)
        {
            Close(alert, AlertState.Cleared, "");
            alert.ClosedAt = beginnings[alert.Subject];
        }

        // The partial unique index must not meet two open rows of one subject in a single save.
        await scope.Db.SaveChangesAsync();
        scope.Db.Alerts.AddRange(fresh);
        await scope.Db.SaveChangesAsync();
    }

    /// <summary>The condition ended: the alert clears by itself.</summary>
    public async Task ClearAsync(string subject)
    {
        if (await OpenOneAsync(subject) is { } open)
        {
            Close(open, AlertState.Cleared, "");
        }
    }

    /// <summary>
    /// Did a person dismiss the last occurrence of a subject? Then "Licenses Expired" is not raised after "Licenses Expiring" (help ch. 9).
    /// Closing by itself and reminding later are not dismissing (domain rules 14, row 4).
    /// </summary>
    public async Task<bool> WasLastDismissedAsync(string subject) =>
        await OpenOneAsync(subject) is null && await LastOneAsync(subject) is { State: AlertState.Dismissed };

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

    private static void KeepCurrent(Alert open, AlertDraft draft)
    {
        open.Message = draft.Message;
        open.Count = draft.Count;
        open.DueAt = draft.DueAt;
        if (draft.Level < open.Level)
        {
            // More severe than before; one that was promoted meanwhile stays so.
            open.Level = draft.Level;
            open.HiddenUntil = null;
        }
    }

    // A recurrence has another due date: ninety days from another last contact, the end of another term.
    private static bool IsSameOccurrence(Alert last, AlertDraft draft) =>
        last.Kind == draft.Kind && last.Period == draft.Period && draft.DueAt is not null && last.DueAt == draft.DueAt;

    private async Task SaveClosedAsync(string subject)
    {
        if (scope.Db.ChangeTracker.Entries<Alert>().Any(entry => entry.State == EntityState.Modified && entry.Entity.Subject == subject))
        {
            await scope.Db.SaveChangesAsync();
        }
    }

    private async Task<Alert?> OpenOneAsync(string subject)
    {
        var known = scope.Db.Alerts.Local.Where(alert => alert.AccountId == accountId && alert.Subject == subject).ToList();
        if (known.Find(alert => alert.State == AlertState.Open) is { } open)
        {
            return open;
        }

        // What this command has closed already is still open in the table.
        var closed = known.ConvertAll(alert => alert.Id);
        return await scope.Db.Alerts.FirstOrDefaultAsync(alert =>
            alert.AccountId == accountId && alert.Subject == subject && alert.State == AlertState.Open && !closed.Contains(alert.Id));
    }

    private Task<Alert?> LastOneAsync(string subject) => scope.Db.Alerts
        .Where(alert => alert.AccountId == accountId && alert.Subject == subject)
        .OrderByDescending(alert => alert.Id).FirstOrDefaultAsync();
}
