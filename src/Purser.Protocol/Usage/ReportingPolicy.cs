using System.Text.Json.Serialization;

namespace Purser.Protocol.Usage;

/// <summary>The four categories of a policy, in the order in which devices show them (device reference 4.2).</summary>
public enum PolicyCategory
{
    /// <summary>Unenforced and not export-restricted, perpetual.</summary>
    Perpetual,

    /// <summary>Unenforced and not export-restricted, with an end.</summary>
    Subscription,

    /// <summary>Perpetual or with an end.</summary>
    Enforced,

    /// <summary>Export-restricted, perpetual or with an end.</summary>
    Export,
}

/// <summary>Within how many days an acknowledgement must have come; 0: no requirement.</summary>
/// <param name="First">After the first use.</param>
/// <param name="Ongoing">After the last acknowledgement.</param>
/// <param name="OnChange">After a change of what is used.</param>
public sealed record CategoryPolicy(int First, int Ongoing, int OnChange)
{
    public const int MaximumDays = 3650;

    [JsonIgnore]
    public bool IsWithinLimits => First is >= 0 and <= MaximumDays && Ongoing is >= 0 and <= MaximumDays && OnChange is >= 0 and <= MaximumDays;
}

/// <summary>When a device must have reported what it uses (device reference 4.2).</summary>
public sealed record ReportingPolicy(string Name, CategoryPolicy Perpetual, CategoryPolicy Subscription, CategoryPolicy Enforced, CategoryPolicy Export, bool AcknowledgementRequired = true)
{
    /// <summary>What a device goes by until it is given another.</summary>
    public static ReportingPolicy Default { get; } = new("Default", new(365, 0, 90), new(90, 90, 90), new(0, 0, 0), new(0, 0, 0));

    public CategoryPolicy Of(PolicyCategory category) => category switch
    {
        PolicyCategory.Perpetual => Perpetual,
        PolicyCategory.Subscription => Subscription,
        PolicyCategory.Enforced => Enforced,
        PolicyCategory.Export => Export,
        _ => throw new ArgumentOutOfRangeException(nameof(category)),
    };

    [JsonIgnore]
    public bool IsWithinLimits => new[] { Perpetual, Subscription, Enforced, Export }.All(category => category.IsWithinLimits);
}
