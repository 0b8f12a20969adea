namespace Purser.Protocol.Wire;

/// <summary>Our own closed list: the published sources name the envelope but not the requests of classic licensing (device reference 2.9).</summary>
public enum RequestType
{
    Registration,
    IdCertRenewal,
    Authorization,
    Deregistration,
    Detach,
    Reattach,
}

public static class RequestTypes
{
    public static string Name(this RequestType type) => type switch
    {
        RequestType.Registration => "REGISTRATION",
        RequestType.IdCertRenewal => "ID_CERT_RENEWAL",
        RequestType.Authorization => "AUTHORIZATION",
        RequestType.Deregistration => "DEREGISTRATION",
        RequestType.Detach => "DETACH",
        RequestType.Reattach => "REATTACH",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public static RequestType? Parse(string? name) => name switch
    {
        "REGISTRATION" => RequestType.Registration,
        "ID_CERT_RENEWAL" => RequestType.IdCertRenewal,
        "AUTHORIZATION" => RequestType.Authorization,
        "DEREGISTRATION" => RequestType.Deregistration,
        "DETACH" => RequestType.Detach,
        "REATTACH" => RequestType.Reattach,
        _ => null,
    };
}
