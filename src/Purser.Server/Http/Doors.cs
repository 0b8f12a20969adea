namespace Purser.Server.Http;

/// <summary>Which addresses are for programs (bearer tokens, JSON), which for nobody in particular, and which for people (cookie, pages).</summary>
public static class Doors
{
    private static readonly PathString[] Programs = ["/api", "/services", "/v1", "/backend", "/oauth", "/oauth2", "/as", "/idp", "/scim", "/simulation"];

    private static readonly PathString[] Nobody = ["/licservice", "/SmartTransport", "/cslu", "/Transportgateway", "/its", "/pki", "/health", "/assets"];

    /// <summary>Where product instances push files: far larger messages, and more work behind each, than at the other doors of devices.</summary>
    public static bool IsForPushes(PathString path) => path.StartsWithSegments("/cslu", StringComparison.OrdinalIgnoreCase);

    public static bool IsForPrograms(PathString path) => IsBelow(path, Programs);

    /// <summary>Devices, health probes, browser files: who sends the request does not matter or is said inside it.</summary>
    public static bool IsForNobody(PathString path) => IsBelow(path, Nobody);

    private static bool IsBelow(PathString path, PathString[] doors) =>
        Array.Exists(doors, door => path.StartsWithSegments(door, StringComparison.OrdinalIgnoreCase));
}
