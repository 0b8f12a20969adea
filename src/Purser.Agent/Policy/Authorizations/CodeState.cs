using System.Text.Json.Serialization;
using Purser.Protocol.Authorizations;

namespace Purser.Agent.Policy.Authorizations;

/// <summary>What a device remembers of licenses that it may not use without an authorization code (device reference 4.6).</summary>
public sealed record CodeState
{
    /// <summary>What the next request asks for; empty: nothing.</summary>
    public IReadOnlyList<AskedCount> Asked { get; init; } = [];

    public InstalledCode? Installed { get; init; }

    /// <summary>Of the latest code that was ever installed; an older one is refused, also after the return. Outlives a factory reset.</summary>
    public ulong LastNumber { get; init; }

    /// <summary>Shown when the last code was given up, and told before or with the next request: it may have been lost.</summary>
    public string? ReturnCode { get; init; }

    /// <summary>The number of the code of whose installation the authority was told over the network.</summary>
    public ulong ConfirmedNumber { get; init; }

    /// <summary>The return code was told over the network.</summary>
    public bool IsReturnTold { get; init; }

    /// <summary>Tags of licenses in use that the code does not give, or gives no longer.</summary>
    public IReadOnlyList<string> Uncovered { get; init; } = [];
}

/// <param name="Count">In all, not besides what the device has.</param>
/// <param name="Replaces">Instead of what the code gives; otherwise that stays besides.</param>
public sealed record AskedCount(string Tag, long Count, bool Replaces = false);

/// <param name="Data">The text of the code as the authority signed it.</param>
/// <param name="Signature">Of it; confirmation and return code are made of it.</param>
public sealed record InstalledCode(string Data, string Signature, DateTimeOffset At)
{
    [JsonIgnore]
    public AuthorizationCode Code => AuthorizationCode.Read(Data).Value;

    [JsonIgnore]
    public string Confirmation => AuthorizationCode.ConfirmationOf(Code.Udi, Signature);
}
