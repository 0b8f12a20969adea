using Purser.Server.Jobs;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Web;

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
        builder.Services.AddSingleton<ShowAuthority>();
        builder.Services.AddSingleton<RotateAuthority>();
        builder.Services.AddNavigation(new NavigationItem(NavigationGroup.Operator, 60, "Authority", "certificate", "/operator/authority", Permission.AuthorityView));
        builder.Services.AddJob<TendAuthority>(TendAuthority.Name, TendAuthority.Period);
        HttpsEndpoint.Add(builder, settings);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        PkiEndpoints.Map(routes);
        ShowAuthority.Map(routes);
        RotateAuthority.Map(routes);
        AuthorityForms.Map(routes);
    }

    public static Task PrepareAsync(IServiceProvider services) => services.GetRequiredService<AuthorityKeys>().RefreshAsync();
}
