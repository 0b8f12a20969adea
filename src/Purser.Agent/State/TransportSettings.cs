namespace Purser.Agent.State;

public enum TransportKind
{
    Smart,
    CallHome,
    Off,

    /// <summary>By policy: a collector.</summary>
    Cslu,
}

public sealed record TransportSettings
{
    public TransportKind Kind { get; init; } = TransportKind.Smart;

    public string? SmartUrl { get; init; }

    public string? CallHomeUrl { get; init; }

    public string? CsluUrl { get; init; }

    public ProxySettings? Proxy { get; init; }

    public string? Url => Kind switch
    {
        TransportKind.Smart => SmartUrl,
        TransportKind.CallHome => CallHomeUrl,
        TransportKind.Cslu => CsluUrl,
        _ => null,
    };
}

public sealed record ProxySettings(string Address, int? Port, string? User = null, string? Password = null);
