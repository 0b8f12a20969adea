using Purser.Server.Commands;

namespace Purser.Server.Reports;

/// <summary>What a report may be asked for, as far as the request itself tells. Pure.</summary>
public static class ReportRules
{
    public const int LongestName = 100;
    public const int LongestDescription = 500;

    /// <summary>Chosen one by one; an address carries no more. Tags choose any number.</summary>
    public const int MostChosen = 200;

    public static Refusal? Judge(ReportRequest request) =>
        InputText.Problem(request.Name, "name", "the report's name", LongestName)
        ?? InputText.Problem(request.Description, "description", "the description", LongestDescription, isOptional: true)
        ?? Chosen(request.Places == PlaceChoice.Selected, request.VirtualAccounts.Count, "va", "virtual account", "Choose them by a tag instead, or run the report on all.")
        ?? Chosen(request.Places == PlaceChoice.Tagged, request.PlaceTags.Count, "vaTag", "tag of virtual accounts", "Each further tag narrows the report: fewer do the same.")
        ?? Chosen(request.Licenses == LicenseChoice.Selected, request.LicenseIds.Count, "license", "license", "Choose them by a tag instead, or run the report on all.")
        ?? Chosen(request.Licenses == LicenseChoice.Tagged, request.LicenseTags.Count, "licenseTag", "license tag", "Each further tag narrows the report: fewer do the same.")
        ?? (request.Kind == ReportKind.UsageHistory && !HistoryPeriods.Choices.Contains(request.Days)
            ? Verdict.Refused(RefusalCode.InvalidInput, $"The report goes back {string.Join(", ", HistoryPeriods.Choices.SkipLast(1))} or {HistoryPeriods.Choices[^1]} days: choose one of these.", "days")
            : null)
        ?? Chosen(request.ProductTypes.Count > MostChosen, request.ProductTypes.Count, "productType", "product type", "Choose none to run the report on all.");

    private static Refusal? Chosen(bool isAsked, int count, string field, string what, string remedy) =>
        !isAsked ? null
        : count == 0 ? Verdict.Refused(RefusalCode.InvalidInput, $"Choose at least one {what}.", field)
        : count > MostChosen ? Verdict.Refused(RefusalCode.InvalidInput, $"Choose at most {MostChosen} of {what}s. {remedy}", field)
        : null;
}
