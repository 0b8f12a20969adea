using Purser.Server.Jobs;
using Purser.Server.Settings;

namespace Purser.Server.Pki;

/// <summary>The authority's keys, certificates and HTTPS.</summary>
public static class PkiFeature
{
    public static void Add(WebApplicationBuilder builder, PurserSettings settings)
    {
        builder.Services.AddSingleton<AuthorityFactory>();
        builder.Services.AddSingleton<AuthorityKeys>();
        builder.Services.AddSingleton<IdentityContent>();
        builder.Services.AddSingleton<CertificateIssuer>();
        builder.Services.AddSingleton<RevocationLists>();
        builder.Services.AddJob<TendAuthority>(TendAuthority.Name, TendAuthority.Period);
        HttpsEndpoint.Add(builder, settings);
    }

    public static void Map(IEndpointRouteBuilder routes) => PkiEndpoints.Map(routes);

    public static Task PrepareAsync(IServiceProvider services) => services.GetRequiredService<AuthorityKeys>().RefreshAsync();
}
