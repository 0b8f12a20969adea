namespace Purser.Cli.Fleet;

/// <summary>A row of a virtual account's licenses; only what a simulation looks at.</summary>
internal sealed record LicenseRow(long EntitlementId, string License, long Purchased, long InUse);

internal sealed record AlertLine(long Id, string Level, string Kind, long? VirtualAccountId, long? EntitlementId, long? DeviceId, long Count, DateTimeOffset RaisedAt);

internal sealed record DeviceRow(long Id, string SerialNumber, long VirtualAccountId, DateTimeOffset LastContactAt);

internal sealed record DeviceDetails(bool ToldOutOfCompliance, IReadOnlyList<DeviceLicense> Licenses);

internal sealed record DeviceLicense(string Tag, long Quantity, string Status);
