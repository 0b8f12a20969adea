using System.Globalization;
using System.Text;
using Purser.Server.Devices.Additions;

namespace Purser.Server.Reservations.Pages;

/// <summary>What was typed in the wizard so far. It travels in the form: Back keeps it, and nothing is stored before the last step.</summary>
public sealed record ReservationForm
{
    public const string RequestCodeField = "requestCode";
    public const string ProductField = "product";
    public const string KindField = "kind";
    public const string FileField = "file";
    public const string QuantityPrefix = "n-";

    public string RequestCode { get; init; } = "";

    public string Product { get; init; } = "";

    public ReservationKind Kind { get; init; }

    /// <summary>Of what the review showed; empty before it.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>Quantities as typed, by the name of their field; blank ones are left out.</summary>
    public IReadOnlyDictionary<string, string> Quantities { get; init; } = new Dictionary<string, string>();

    public static string AdditionField(long license) => string.Create(CultureInfo.InvariantCulture, $"{AdditionForms.Prefix}{license}");

    public static string QuantityField(long license) => string.Create(CultureInfo.InvariantCulture, $"{QuantityPrefix}{license}");

    public static string LineField(long license, long line) => string.Create(CultureInfo.InvariantCulture, $"{QuantityPrefix}{license}-{line}");

    public string Typed(string field) => Quantities.GetValueOrDefault(field, "");

    /// <summary>Licenses that are to come into the inventory; what is no whole number becomes −1, which the rules refuse in their own words.</summary>
    public IReadOnlyList<AdditionWish> Additions =>
    [
        .. Quantities.Where(typed => IsAddition(typed.Key) && typed.Value != "0")
            .Select(typed => new AdditionWish(Number(typed.Key[AdditionForms.Prefix.Length..]) ?? 0, Number(typed.Value) ?? -1)),
    ];

    public static bool IsAddition(string field) => field.StartsWith(AdditionForms.Prefix, StringComparison.Ordinal);

    /// <summary>What the product instance reserves now.</summary>
    public static ReservationForm Of(OfferReservation.Answer offer) => new()
    {
        Quantities = offer.Licenses.Where(license => license.Reserved > 0)
            .ToDictionary(license => QuantityField(license.EntitlementId), license => license.Reserved.ToString(CultureInfo.InvariantCulture)),
    };

    public static async Task<ReservationForm> SentAsync(IFormCollection form, CancellationToken cancellation) => new()
    {
        RequestCode = form.Files.GetFile(FileField) is { Length: > 0 } file ? await TextAsync(file, cancellation) : form[RequestCodeField].ToString().Trim(),
        Product = form[ProductField].ToString().Trim(),
        Kind = form[KindField] == nameof(ReservationKind.Universal) ? ReservationKind.Universal : ReservationKind.Specific,
        Fingerprint = form[ReservationFingerprint.Field].ToString(),
        Quantities = form
            .Where(field => (IsAddition(field.Key) || field.Key.StartsWith(QuantityPrefix, StringComparison.Ordinal)) && !string.IsNullOrWhiteSpace(field.Value))
            .ToDictionary(field => field.Key, field => field.Value.ToString().Trim()),
    };

    public static long? Number(string text) =>
        long.TryParse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A code is short: what is longer is no code, and is refused as such.</summary>
    private static async Task<string> TextAsync(IFormFile file, CancellationToken cancellation)
    {
        using var reader = new StreamReader(file.OpenReadStream(), Encoding.UTF8);
        var text = new char[2 * Protocol.Reservations.RequestCode.MaximumLength];
        return new string(text, 0, await reader.ReadBlockAsync(text, cancellation)).Trim();
    }
}
