namespace Purser.Protocol.Wire;

/// <summary>Where devices knock at an authority: the published addresses, so that a configuration written for the original points there (device reference 2.8, 4.11).</summary>
public static class DeviceAddresses
{
    public const string Smart = "/licservice/license";
    public const string CallHome = "/Transportgateway/services/DeviceRequestHandler";

    /// <summary>What devices push that are licensed by policy; at collectors too.</summary>
    public const string Push = "/cslu/v1/pi";

    /// <summary>Where devices register.</summary>
    public static readonly IReadOnlyList<string> Registration = [Smart, "/SmartTransport", CallHome, "/its/service/oddce/services/DDCEService"];
}
