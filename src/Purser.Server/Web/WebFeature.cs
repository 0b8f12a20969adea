using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Purser.Server.Web;

/// <summary>The pages' common ground: document, skeleton, browser files, security headers, error pages.</summary>
public static class WebFeature
{
    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpContextAccessor();
        services.AddAntiforgery(options =>
        {
            options.HeaderName = "RequestVerificationToken";
            options.Cookie.Name = "purser-antiforgery";
        });
        services.AddRazorComponents();
        services.AddScoped<ShellState>();
        services.AddScoped<Viewer>();
    }

    /// <summary>First in the pipeline, so that its headers and error pages cover all that follows.</summary>
    public static void Use(IApplicationBuilder app)
    {
        SecurityHeaders.Use(app);
        ErrorPages.Use(app);
    }

    /// <summary>After sign-in and permissions.</summary>
    public static RazorComponentsEndpointConventionBuilder Map(IEndpointRouteBuilder routes)
    {
        AssetEndpoint.Map(routes);
        ErrorPages.Map(routes);
        HelpEndpoint.Map(routes);
        return routes.MapRazorComponents<Root>();
    }
}
