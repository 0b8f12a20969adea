using System.Text.Json.Serialization;
using Purser.Protocol.Usage;

namespace Purser.Agent.Policy;

/// <summary>Whether a license needs an authorization code before it is used (device reference 4.1).</summary>
public enum LicenseEnforcement
{
    NotEnforced,
    Enforced,
    ExportRestricted,
}

/// <summary>A license as the product knows it. Nobody else tells a device that does not register.</summary>
public sealed record ProductLicense(string Tag, string Name, string Description, bool IsSubscription = false, LicenseEnforcement Enforcement = LicenseEnforcement.NotEnforced)
{
    [JsonIgnore]
    public PolicyCategory Category => Enforcement switch
    {
        LicenseEnforcement.Enforced => PolicyCategory.Enforced,
        LicenseEnforcement.ExportRestricted => PolicyCategory.Export,
        _ => IsSubscription ? PolicyCategory.Subscription : PolicyCategory.Perpetual,
    };

    /// <summary>How a command names it: a name with blanks would be several words.</summary>
    [JsonIgnore]
    public string Typed => Name.All(static sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_' or '.') ? Name : Tag;

    /// <summary>Of a tag that the product's table does not have.</summary>
    public static ProductLicense OfTag(Protocol.Tag tag) => new(tag.Text, tag.Name, tag.Name);

    public bool IsCalled(string name) => string.Equals(name, Tag, StringComparison.OrdinalIgnoreCase) || string.Equals(name, Name, StringComparison.OrdinalIgnoreCase);
}
