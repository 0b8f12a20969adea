using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Devices.Instances;
using Purser.Server.Events;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Devices.Silence;

/// <summary>
/// Some product instances of an account, loaded after its head was locked: who called in the meantime is no longer silent.
/// A device that is heard again gets its stage set to None, its alert <see cref="AlertSubjects.Silence"/> cleared and its released demand counted
/// again by the committer of device messages, in the transaction of that message.
/// </summary>
internal sealed class SilenceSlice(
    WriteScope scope, SilenceRules rules, long accountId, IReadOnlyList<Device> devices, IReadOnlyDictionary<long, string> virtualAccounts, HashSet<long> restricted)
{
    public static async Task<SilenceSlice> LoadAsync(WriteScope scope, SilenceRules rules, long accountId, IReadOnlyList<long> ids)
    {
        var devices = await scope.Db.Devices
            .Where(device => device.AccountId == accountId && ids.Contains(device.Id) && device.State == DeviceState.Registered && device.Mode == DeviceMode.Direct)
            .OrderBy(device => device.Id).ToListAsync();
        var places = devices.Select(device => device.VirtualAccountId).Distinct().ToList();
        var names = await scope.Db.VirtualAccounts.Where(row => row.AccountId == accountId && places.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name);
        var restricted = await LicenseLockBook.HoldersAsync(scope.Db, accountId, [.. devices.Select(device => device.Id)]);
        return new SilenceSlice(scope, rules, accountId, devices, names, restricted);
    }

    public async Task<SilenceSweep.Answer> ActAsync()
    {
        var passages = devices
            .SelectMany(device => rules.Passed((SilenceStage)device.SilenceStage, device.SilentSince, device.CertificateEndsAt, scope.Now)
                .Select(passage => (Device: device, Passage: passage)))
            .ToLookup(one => one.Passage.Stage);

        // Stage by stage, because a device may have passed several at once and each ends what the one before began.
        var warned = await WarnAsync(passages[SilenceStage.FirstWarning]) + await WarnAsync(passages[SilenceStage.SecondWarning]);
        return new(warned, await ReleaseAsync(passages[SilenceStage.Released]), await RemoveAsync(passages[SilenceStage.Removed]));
    }

    private async Task<int> WarnAsync(IEnumerable<(Device Device, SilencePassage Passage)> passages)
    {
        var fresh = new List<Alert>();
        foreach (var (device, passage) in passages)
        {
            device.SilenceStage = (int)passage.Stage;
            if (passage.Stage == SilenceStage.FirstWarning)
            {
                scope.Journal(accountId).Append(ProductInstanceEvents.FailedToConnect(device.DisplayName, NameOf(device)), DeviceRemoval.PlaceOf(device));
            }

            var releaseAt = rules.ReleaseAt(device.SilentSince);
            var daysLeft = DaysLeft(releaseAt, passage.At);
            fresh.Add(restricted.Contains(device.Id)
                ? NewAlert(device, passage, AlertKind.FailedToConnect, AlertLevel.Major, AlertTexts.RestrictedFailedToConnect(device.DisplayName, NameOf(device), daysLeft), releaseAt)
                : NewAlert(device, passage, AlertKind.FailedToConnect, AlertLevel.Minor, AlertTexts.FailedToConnect(device.DisplayName, NameOf(device), daysLeft), releaseAt));
        }

        await scope.Alerts(accountId).OpenAllAsync(fresh);
        return fresh.Count;
    }

    private async Task<int> ReleaseAsync(IEnumerable<(Device Device, SilencePassage Passage)> passages)
    {
        var fresh = new List<Alert>();
        foreach (var (device, passage) in passages)
        {
            device.SilenceStage = (int)passage.Stage;
            await scope.Ledger(accountId).ReleaseUsesAsync(device.Id, keepDemand: true);
            fresh.Add(restricted.Contains(device.Id)
                ? NewAlert(device, passage, AlertKind.RestrictedFailedToRenew, AlertLevel.Major, AlertTexts.RestrictedFailedToRenew(device.DisplayName, NameOf(device)), dueAt: null)
                : NewAlert(device, passage, AlertKind.FailedToRenew, AlertLevel.Major, AlertTexts.FailedToRenew(device.DisplayName, NameOf(device)), dueAt: null));
        }

        await scope.Alerts(accountId).OpenAllAsync(fresh);
        return fresh.Count;
    }

    private async Task<int> RemoveAsync(IEnumerable<(Device Device, SilencePassage Passage)> passages)
    {
        var count = 0;
        foreach (var (device, passage) in passages)
        {
            device.SilenceStage = (int)passage.Stage;
            if (restricted.Contains(device.Id))
            {
                // It stays until its restricted licenses are released (domain rules 7.4, 9.4).
                continue;
            }

            await DeviceRemoval.RemoveAsync(scope, device, "Silent too long");
            count++;
        }

        return count;
    }

    /// <summary>The alert is dated when its stage began, even if the sweep came later.</summary>
    private Alert NewAlert(Device device, SilencePassage passage, AlertKind kind, AlertLevel level, string message, DateTimeOffset? dueAt) => new()
    {
        AccountId = accountId,
        Id = scope.NextId(IdKind.Alert),
        Kind = kind,
        Level = level,
        State = AlertState.Open,
        Subject = AlertSubjects.Silence(device.Id),
        Message = message,
        VirtualAccountId = device.VirtualAccountId,
        DeviceId = device.Id,
        Period = rules.PeriodOf(passage.Stage),
        RaisedAt = passage.At,
        DueAt = dueAt,
    };

    /// <summary>Days that are really left where the sweep came late; those of the stage's beginning where even the release has passed.</summary>
    private int DaysLeft(DateTimeOffset releaseAt, DateTimeOffset stageBegan) =>
        (int)Math.Ceiling((releaseAt - (scope.Now < releaseAt ? scope.Now : stageBegan)).TotalDays);

    private string NameOf(Device device) => virtualAccounts.GetValueOrDefault(device.VirtualAccountId, "?");
}
