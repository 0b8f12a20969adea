using System.Globalization;

namespace Purser.Server.Tokens;

/// <summary>The New Token dialog as it was typed.</summary>
public sealed record NewTokenForm(
    IReadOnlyList<string> VirtualAccountIds, string Description, string ExpiresInDays, string MaximumUses, bool ExportControlled, bool TermsAccepted)
{
    public static NewTokenForm Proposed(long virtualAccountId) => new(
        [virtualAccountId.ToString(CultureInfo.InvariantCulture)], "", TokenRules.ProposedDays.ToString(CultureInfo.InvariantCulture), "", false, false);

    public static NewTokenForm From(IFormCollection form) => new(
        [.. form["virtualAccountIds"].OfType<string>().Where(id => id.Length > 0)],
        form["description"].ToString(),
        form["expiresInDays"].ToString(),
        form["maximumUses"].ToString(),
        form["exportControlled"] == "true",
        form["termsAccepted"] == "true");

    /// <summary>What is no number becomes one that the rules refuse with their own words.</summary>
    public CreateTokens.Input ToInput() => new([.. VirtualAccountIds.Select(id => Number(id) ?? 0)])
    {
        Description = Description,
        ExpiresInDays = (int)(Number(ExpiresInDays) ?? 0),
        MaximumUses = MaximumUses.Trim().Length == 0 ? null : (int)(Number(MaximumUses) ?? 0),
        ExportControlled = ExportControlled,
        TermsAccepted = TermsAccepted,
    };

    private static long? Number(string text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= int.MaxValue ? number : null;
}
