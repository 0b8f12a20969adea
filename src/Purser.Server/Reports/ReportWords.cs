namespace Purser.Server.Reports;

/// <summary>What a report is about, in words: below its title, and beside it in a workbook.</summary>
public static class ReportWords
{
    public static string Of(PlaceChoice choice) => choice switch
    {
        PlaceChoice.All => "All Virtual Accounts",
        PlaceChoice.Selected => "Selected Virtual Accounts",
        PlaceChoice.Tagged => "Accounts with ALL of these Tags",
        _ => throw new ArgumentOutOfRangeException(nameof(choice), choice, "No such choice"),
    };

    public static string Of(LicenseChoice choice) => choice switch
    {
        LicenseChoice.All => "All Licenses",
        LicenseChoice.Selected => "Selected Licenses",
        LicenseChoice.Tagged => "Licenses with ALL these License Tags",
        LicenseChoice.Untagged => "Licenses with NO License Tags",
        _ => throw new ArgumentOutOfRangeException(nameof(choice), choice, "No such choice"),
    };

    /// <summary>"Virtual Accounts": "Accounts with ALL of these Tags: Country:Sweden"; and so on.</summary>
    public static IEnumerable<(string Name, object? Value)> Facts(ReportRequest request)
    {
        yield return ("Virtual Accounts", With(Of(request.Places), request.PlaceTags, request.VirtualAccounts.Count));
        if (request.Kind == ReportKind.ProductInstances)
        {
            yield return ("Product Type", request.ProductTypes.Count == 0 ? "All" : string.Join(", ", request.ProductTypes));
        }
        else
        {
            if (request.Kind == ReportKind.UsageHistory)
            {
                yield return ("Time", HistoryPeriods.Words(request.Days));
            }

            yield return ("Licenses", With(Of(request.Licenses), request.LicenseTags, request.LicenseIds.Count));
        }
    }

    private static string With(string choice, IReadOnlyList<string> tags, int chosen) =>
        tags.Count > 0 ? $"{choice}: {string.Join(", ", tags)}" : chosen > 0 ? FormattableString.Invariant($"{choice}: {chosen}") : choice;
}
