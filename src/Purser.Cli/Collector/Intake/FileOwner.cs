using Purser.Protocol;
using Purser.Protocol.Authorizations;
using Purser.Protocol.Bundles;
using Purser.Protocol.Trust;
using Purser.Protocol.Usage;

namespace Purser.Cli.Collector.Intake;

/// <summary>Of which product instance a file is, as the file itself says. Pure.</summary>
/// <param name="Reports">Their ids, where there are any.</param>
internal sealed record FileOwner(Udi Udi, string? Hostname, IReadOnlyList<ulong> Reports)
{
    public static WireResult<FileOwner> Of(string text)
    {
        var file = DeviceFile.Read(text);
        return !file.IsOk ? new WireRefusal(file.Code!, file.Detail!)
            : file.Value.Reports is { } reports ? OfReports(reports)
            : file.Value.Trust is { } trust ? OfTrust(trust)
            : OfAuthorization(file.Value.Authorization!);
    }

    private static WireResult<FileOwner> OfReports(string text)
    {
        var file = ReportFile.Read(text);
        if (!file.IsOk)
        {
            return new WireRefusal(file.Code!, file.Detail!);
        }

        var read = file.Value.Reports.Select(SealedReport.Read).ToList();
        if (read.Find(static report => !report.IsOk) is { Code: not null } broken)
        {
            return new WireRefusal(broken.Code, broken.Detail!);
        }

        var owners = read.ConvertAll(static report => report.Value.Report.Udi).DistinctBy(static udi => udi.Key).ToList();
        return owners is [var udi]
            ? new FileOwner(udi, SystemInfo.NamesIn(file.Value.SystemInfo).FirstOrDefault(one => one.Udi.Key == udi.Key).Hostname, [.. read.Select(static report => report.Value.Report.Id)])
            : new WireRefusal(WireCode.Malformed, "This file holds reports of several product instances. The collector takes the files as each product instance saves them");
    }

    private static WireResult<FileOwner> OfTrust(string text)
    {
        var file = TrustRequestFile.Read(text);
        return file.IsOk ? new FileOwner(file.Value.Requests[0].Udi, null, []) : new WireRefusal(file.Code!, file.Detail!);
    }

    private static WireResult<FileOwner> OfAuthorization(string text)
    {
        var file = AuthorizationRequestFile.Read(text);
        return file.IsOk ? new FileOwner(file.Value.Requests[0].Udi, file.Value.Requests[0].Hostname, []) : new WireRefusal(file.Code!, file.Detail!);
    }
}
