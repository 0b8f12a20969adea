namespace Purser.Server.Reports;

/// <summary>What can be reported on (help ch. 8).</summary>
public enum ReportKind
{
    Licenses,
    LicenseSubscriptions,
    ProductInstances,

    /// <summary>Ours: use over time (RP-07).</summary>
    UsageHistory,
}

/// <summary>How a kind of report is called: on pages, in addresses, and what it tells.</summary>
public static class ReportKinds
{
    public static readonly IReadOnlyList<ReportKind> All = Enum.GetValues<ReportKind>();

    public static string Title(this ReportKind kind) => kind switch
    {
        ReportKind.Licenses => "Licenses",
        ReportKind.LicenseSubscriptions => "License Subscriptions",
        ReportKind.ProductInstances => "Product Instances",
        ReportKind.UsageHistory => "Usage History",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such report"),
    };

    public static string Description(this ReportKind kind) => kind switch
    {
        ReportKind.Licenses => "The licenses of virtual accounts: purchased, in use, reserved, balance.",
        ReportKind.LicenseSubscriptions => "Licenses with a term or a subscription: quantity, start, end and where they came from.",
        ReportKind.ProductInstances => "The product instances of virtual accounts: product type, serial number, last contact, alerts.",
        ReportKind.UsageHistory => "How licenses were used over time, with charts: purchased, in use, highest use, balance by day, week or month.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such report"),
    };

    /// <summary>In addresses: "license-subscriptions".</summary>
    public static string Slug(this ReportKind kind) => kind switch
    {
        ReportKind.Licenses => "licenses",
        ReportKind.LicenseSubscriptions => "license-subscriptions",
        ReportKind.ProductInstances => "product-instances",
        ReportKind.UsageHistory => "usage-history",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such report"),
    };

    public static ReportKind? Find(string slug) => All.Where(kind => kind.Slug() == slug).Select(kind => (ReportKind?)kind).FirstOrDefault();
}
