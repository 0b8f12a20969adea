using System.Text.Json;
using Purser.Cli.Rest;

namespace Purser.Cli.Fleet;

internal static class RestRows
{
    /// <summary>All rows of a list as records; pages are as large as the server gives them.</summary>
    public static async Task<List<T>> RowsAsync<T>(this RestClient api, string path, CancellationToken cancel) =>
        (await api.ListAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=500", cancel)).Select(static row => row.Deserialize<T>(RestClient.Json)!).ToList();
}

/// <summary>A row of a virtual account's licenses; only what a simulation looks at.</summary>
internal sealed record LicenseRow(long EntitlementId, string License, long Purchased, long InUse);

internal sealed record AlertLine(long Id, string Level, string Kind, long? VirtualAccountId, long? EntitlementId, long? DeviceId, long Count, DateTimeOffset RaisedAt);

internal sealed record DeviceRow(long Id, string SerialNumber, long VirtualAccountId, DateTimeOffset LastContactAt);

internal sealed record DeviceDetails(bool ToldOutOfCompliance, IReadOnlyList<DeviceLicense> Licenses);

internal sealed record DeviceLicense(string Tag, long Quantity, string Status);
