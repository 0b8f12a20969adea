using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.Devices.Instances;

/// <summary>What narrows a list of product instances, and its order. All parts must match.</summary>
/// <param name="Text">Anywhere in name, PID or serial number, whatever the case.</param>
/// <param name="Alert">With an open alert of this kind.</param>
/// <param name="Silent">Without contact for at least so many days.</param>
/// <param name="Sort">name, -name, lastContact or -lastContact (a virtual account's list; that of all is by name).</param>
public sealed record DeviceFilter(
    [FromQuery(Name = "q")] string? Text = null,
    [FromQuery(Name = "alert")] AlertKind? Alert = null,
    [FromQuery(Name = "silent")] int? Silent = null,
    [FromQuery(Name = "sort")] string? Sort = null)
{
    private const int MostDays = 36_500;

    private static readonly Keyset<Device> ByName = Keyset.Ascending((Device row) => row.DisplayName).Then(row => row.Id);
    private static readonly Keyset<Device> ByNameDown = Keyset.Descending((Device row) => row.DisplayName).ThenDescending(row => row.Id);
    private static readonly Keyset<Device> ByContact = Keyset.Ascending((Device row) => row.LastContactAt).Then(row => row.Id);
    private static readonly Keyset<Device> ByContactDown = Keyset.Descending((Device row) => row.LastContactAt).ThenDescending(row => row.Id);

    internal bool IsNarrow => Alert is not null || Silent is not null || !string.IsNullOrWhiteSpace(Text);

    internal Keyset<Device> Order => Sort switch
    {
        null or "" or "name" => ByName,
        "-name" => ByNameDown,
        "lastContact" => ByContact,
        "-lastContact" => ByContactDown,
        _ => throw new BadHttpRequestException("sort is one of: name, -name, lastContact, -lastContact."),
    };

    internal IQueryable<Device> Narrow(PurserContext db, IQueryable<Device> devices, long accountId, DateTimeOffset now)
    {
        if (Silent is { } days)
        {
            var latest = days is >= 0 and <= MostDays ? now.AddDays(-days) : throw new BadHttpRequestException($"silent is a number of days up to {MostDays}.");
            devices = devices.Where(device => device.LastContactAt <= latest);
        }

        if (Alert is { } kind)
        {
            // Alerts lead: few of many devices have one.
            var alerts = AlertScope.Shown(db.Alerts.Where(alert => alert.AccountId == accountId && alert.Kind == kind && alert.DeviceId != null), now);
            devices = devices.Where(device => alerts.Select(alert => alert.DeviceId!.Value).Contains(device.Id));
        }

        return devices.WhereContains(device => device.SearchText, Text);
    }
}
