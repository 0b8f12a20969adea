using Microsoft.AspNetCore.HttpOverrides;
using Purser.Server.Settings;

namespace Purser.Server.Http;

/// <summary>
/// Behind proxies every request comes from one of them; whom it really comes from, and whether by HTTPS, they say in headers. From anybody else
/// these headers are only a claim and are passed over. Limits, sessions and links go by the result.
/// </summary>
internal static class TrustedProxies
{
    /// <summary>Before everything that looks at the sender or the scheme.</summary>
    public static void Use(IApplicationBuilder app, HttpSettings settings)
    {
        var networks = ProxyList.Read(settings.TrustedProxies).ToList();
        if (networks.Count == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,

            // As many hops as there are, as long as each of them is a proxy of the list.
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
        {
            options.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(options);
    }
}
