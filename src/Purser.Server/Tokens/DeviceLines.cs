using Purser.Protocol.Wire;
using Purser.Server.Pki;
using Purser.Server.Settings;

namespace Purser.Server.Tokens;

/// <summary>The lines that somebody types on a device to register it here (TK-03), as the published commands spell them.</summary>
public sealed class DeviceLines(PurserSettings settings, AuthorityKeys keys)
{
    /// <summary>Where devices send their messages.</summary>
    public string ServerAddress => BaseUrl + DeviceAddresses.Smart;

    private string BaseUrl => settings.Http.PublicUrl.Length > 0 ? settings.Http.PublicUrl.TrimEnd('/') : $"https://localhost:{settings.Http.HttpsPort}";

    public IReadOnlyList<string> For(string token) =>
    [
        $"license smart url smart {ServerAddress}",
        "license smart transport smart",

        // The device believes this authority and no other (device reference 2.6); without TLS there is nothing to pin.
        .. BaseUrl.StartsWith("https:", StringComparison.OrdinalIgnoreCase)
            ? new[] { $"license smart trustpoint fingerprint {keys.RootFingerprint}" }
            : [],
        $"license smart register idtoken {token}",
    ];
}
