using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Purser.Server.Commands;
using Purser.Server.Licenses;

namespace Purser.Server.Reports;

/// <summary>What can be saved as a view, and who may change it. Pure.</summary>
public static class SavedViewRules
{
    public const int LongestName = 100;
    public const int LongestQuery = 8_000;
    public const int MostOfOwner = 200;

    private static readonly string[] OfLicenseTable = ["q", "short", "tag", "anyTag", "details", .. LineFilter.Fields];
    private static readonly string[] OfDeviceTable = ["q", "alert", "silent", "sort"];

    /// <summary>In addresses: "license-table".</summary>
    public static string Slug(this ViewOf kind) => kind switch
    {
        ViewOf.LicenseTable => "license-table",
        ViewOf.DeviceTable => "device-table",
        _ => kind.Report()!.Value.Slug(),
    };

    public static ViewOf? Find(string? slug) => Enum.GetValues<ViewOf>().Where(kind => kind.Slug() == slug).Select(kind => (ViewOf?)kind).FirstOrDefault();

    public static string Title(this ViewOf kind) => kind switch
    {
        ViewOf.LicenseTable => "Inventory › Licenses",
        ViewOf.DeviceTable => "Inventory › Product Instances",
        _ => $"Report › {kind.Report()!.Value.Title()}",
    };

    /// <summary>Null: a table of the inventory.</summary>
    public static ReportKind? Report(this ViewOf kind) => kind switch
    {
        ViewOf.Licenses => ReportKind.Licenses,
        ViewOf.LicenseSubscriptions => ReportKind.LicenseSubscriptions,
        ViewOf.ProductInstances => ReportKind.ProductInstances,
        ViewOf.UsageHistory => ReportKind.UsageHistory,
        _ => null,
    };

    /// <summary>Of an address what makes the view: not the place in the list, not the virtual account that is open.</summary>
    public static string Clean(ViewOf kind, string? query)
    {
        var kept = kind switch { ViewOf.LicenseTable => OfLicenseTable, ViewOf.DeviceTable => OfDeviceTable, _ => ReportRequest.Fields };
        var values = QueryHelpers.ParseQuery(query);
        return QueryHelpers.AddQueryString("", kept.Where(values.ContainsKey)
            .SelectMany(field => values[field].Where(value => !string.IsNullOrWhiteSpace(value)).Select(value => KeyValuePair.Create(field, value)))).TrimStart('?');
    }

    public static Refusal? Judge(string? name, string cleanQuery, bool isShared, bool mayShare) =>
        InputText.Problem(name, "name", "the view's name", LongestName)
        ?? (cleanQuery.Length > LongestQuery
            ? Verdict.Refused(RefusalCode.InvalidInput, $"More is chosen than a view can hold ({LongestQuery} characters). Choose by tags instead.", "query")
            : isShared && !mayShare ? Verdict.Refused(RefusalCode.NotAllowed, "Your role does not let you share a view with others. Save it for yourself, or ask an administrator.", "shared") : null);

    /// <summary>Others' views are changed by an administrator of the whole account only.</summary>
    public static Refusal? JudgeChange(SavedView view, string actorKey, bool mayManage) =>
        view.OwnerKey == actorKey || (view.IsShared && mayManage)
            ? null
            : Verdict.Refused(RefusalCode.NotAllowed, $"This view belongs to {view.OwnerName}. Ask its owner or an administrator of this Smart Account, or save one of your own.");

    /// <summary>Only a report is mailed, and only to its owner, who is a person.</summary>
    public static Refusal? JudgeMail(ViewOf kind, MailRhythm mail, string ownerKey, string actorKey) =>
        mail == MailRhythm.Never ? null
        : kind.Report() is null ? Verdict.Refused(RefusalCode.InvalidInput, "Only reports are mailed. A view of the inventory is opened there.", "mail")
        : PersonOf(ownerKey) is null ? Verdict.Refused(RefusalCode.InvalidInput, "A program has no mailbox. Let a person save the report who wants it mailed.", "mail")
        : ownerKey != actorKey ? Verdict.Refused(RefusalCode.NotAllowed, "Only its owner decides how often a report is mailed to him. Save one of your own.", "mail")
        : null;

    /// <summary>"Person:1001" is 1001; null for programs.</summary>
    public static long? PersonOf(string ownerKey) =>
        ownerKey.StartsWith("Person:", StringComparison.Ordinal) && long.TryParse(ownerKey.AsSpan("Person:".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    public static string KeyOf(string name) => name.Trim().ToUpperInvariant();
}
