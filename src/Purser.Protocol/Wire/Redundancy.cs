using System.Text.Json.Serialization;

namespace Purser.Protocol.Wire;

/// <summary>The published words for what a unit is in a high availability set (device reference 9). A peer of an application is the first or the second.</summary>
public static class HaRole
{
    public const string Active = "Active";
    public const string Standby = "Standby";
    public const string Member = "Member";

    public static bool IsKnown(string? role) => role is Active or Standby or Member;
}

/// <summary>One unit of a high availability set, as in the published <c>ha_udi</c>.</summary>
public sealed record HaUnit(string Role, Sudi Sudi);

/// <summary>
/// A license that two product instances share, because one of them stands by for an application of the other (device reference 9). Each names the other.
/// </summary>
/// <param name="Name">Of the application; letters and digits.</param>
/// <param name="Id">Of this instance of it; letters and digits.</param>
/// <param name="Role">Active or Standby.</param>
/// <param name="Peer">The other one.</param>
public sealed record ApplicationShare(string Name, string Id, string Role, Sudi Peer)
{
    /// <summary>Both names in one text; a slash is in neither.</summary>
    [JsonIgnore]
    public string Key => $"{Name}/{Id}";
}
