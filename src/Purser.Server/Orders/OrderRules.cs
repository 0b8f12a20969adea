using System.Text.RegularExpressions;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;

namespace Purser.Server.Orders;

/// <summary>What an order's line may say, and which terms it brings. Pure.</summary>
internal static partial class OrderRules
{
    public const int MostLines = 500;
    public const long LargestQuantity = 1_000_000;
    public const long LargestDeposit = 1_000_000_000;
    public const int LongestText = 200;

    private const int YearsAhead = 10;
    private const int LongestTermYears = 50;

    public static Refusal? OfOrder(BookOrder.Input order)
    {
        if (!NumberForm.IsMatch(order.Number))
        {
            return Wrong("number", "An order number has 1 to 50 letters, digits and . _ / -.");
        }

        if (order.Lines.Count is 0 or > MostLines)
        {
            return Wrong("lines", $"An order has 1 to {MostLines} lines, this one has {order.Lines.Count}.");
        }

        foreach (var (field, text) in new[]
        {
            ("webOrderId", order.WebOrderId), ("purchaseOrder", order.PurchaseOrder), ("customerName", order.CustomerName), ("shipToCountry", order.ShipToCountry),
        })
        {
            if (text.Length > 0 && InputText.Problem(text, field, $"the {field}", LongestText) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    public static Refusal? OfLine(OrderLineInput line, int number, Sku? sku, IReadOnlyList<SkuEntitlement> licenses, DateTimeOffset now, DayZone zone)
    {
        var today = zone.DayOf(now);
        var isTerm = licenses.Any(license => license.LicenseType == LicenseType.Term);
        return line switch
        {
            _ when sku is null => Verdict.Refused(RefusalCode.UnknownSku, $"Line {number}: there is no SKU '{line.Sku}' in the catalog.", Field(number, "sku")),
            { Quantity: < 1 or > LargestQuantity } => Wrong(Field(number, "quantity"), $"Line {number}: the quantity must be between 1 and {LargestQuantity}, it is {line.Quantity}."),
            _ when licenses.Any(license => license.Quantity * line.Quantity > LargestDeposit) =>
                Wrong(Field(number, "quantity"), $"Line {number}: {line.Quantity} of {line.Sku} are more than {LargestDeposit} licenses."),
            _ when sku.SmartAccountMandatory && string.IsNullOrEmpty(line.Account) =>
                Verdict.Refused(RefusalCode.SmartAccountRequired, $"Line {number}: {sku.Code} needs a Smart Account. Name the customer's account on the line.", Field(number, "account")),
            { VirtualAccount.Length: > 0, Account: null or "" } =>
                Wrong(Field(number, "account"), $"Line {number}: a virtual account needs its Smart Account."),
            { SubscriptionId.Length: > LongestText } => Wrong(Field(number, "subscriptionId"), $"Line {number}: the subscription number is longer than {LongestText} characters."),
            _ when line.SubscriptionId.Any(char.IsControl) => Wrong(Field(number, "subscriptionId"), $"Line {number}: the subscription number contains control characters."),
            _ when string.IsNullOrWhiteSpace(line.SubscriptionId) && licenses.Any(license => license.Billing == Billing.Usage) =>
                Wrong(Field(number, "subscriptionId"), $"Line {number}: {line.Sku} is billed by usage; name the subscription that is billed."),
            { FactoryReserved: true, Account: null or "" } =>
                Verdict.Refused(RefusalCode.SmartAccountRequired, $"Line {number}: a factory-installed reservation needs the customer's Smart Account. Name it on the line.", Field(number, "account")),
            { FactoryReserved: true } when licenses.Count == 0 || licenses.Any(license => license.Billing == Billing.Usage) =>
                Wrong(Field(number, "factoryReserved"), $"Line {number}: {line.Sku} brings no licenses that can be reserved on a product."),
            { FactoryReserved: true, StartsOn: not null } => Wrong(Field(number, "startsOn"), $"Line {number}: licenses that are installed in the factory start when the product is shipped."),
            { EndsOn: not null } when !isTerm => Wrong(Field(number, "endsOn"), $"Line {number}: {line.Sku} brings no term licenses, so it has no end date."),
            { StartsOn: { } start } when start > today.AddYears(YearsAhead) => Wrong(Field(number, "startsOn"), $"Line {number}: it starts more than {YearsAhead} years from now."),
            { EndsOn: { } end } when end < (line.StartsOn ?? today) => Wrong(Field(number, "endsOn"), FormattableString.Invariant($"Line {number}: it ends on {end:d MMM yyyy}, before it starts on {line.StartsOn ?? today:d MMM yyyy}.")),
            { EndsOn: { } end } when end > today.AddYears(LongestTermYears) => Wrong(Field(number, "endsOn"), $"Line {number}: it ends more than {LongestTermYears} years from now."),
            _ when isTerm && licenses.Any(license => TermsOf(license, line, now, zone) is { EndsAt: { } end } && end <= now) =>
                Wrong(Field(number, "endsOn"), $"Line {number}: the term has ended already, nothing could be used of it."),
            _ => null,
        };
    }

    /// <summary>A term starts on the line's day or on the day of booking, and runs to the line's end date or for the SKU's months.</summary>
    public static LicenseTerms TermsOf(SkuEntitlement license, OrderLineInput line, DateTimeOffset now, DayZone zone) => license.LicenseType switch
    {
        LicenseType.Perpetual => LicenseTerms.Perpetual with { StartsOn = line.StartsOn },
        LicenseType.Demo => LicenseTerms.Demo(now, zone),
        LicenseType.Term when line.EndsOn is { } end => LicenseTerms.Term(line.StartsOn ?? zone.DayOf(now), end, zone),
        LicenseType.Term => LicenseTerms.Term(line.StartsOn ?? zone.DayOf(now), license.TermMonths, zone),
        _ => throw new ArgumentOutOfRangeException(nameof(license), license.LicenseType, "No such type"),
    };

    public static string Field(int number, string field) => $"lines[{number - 1}].{field}";

    private static Refusal Wrong(string field, string detail) => Verdict.Refused(RefusalCode.InvalidInput, detail, field);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._/-]{0,49}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NumberForm { get; }
}
