using Microsoft.Extensions.DependencyInjection.Extensions;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Web;

/// <summary>The pages' common ground: document, skeleton, browser files, security headers, error pages.</summary>
public static class WebFeature
{
    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DomainClock>();
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
    public static RazorComponentsEndpointConventionBuilder Map(WebApplication app)
    {
        app.UseAntiforgery();
        AssetEndpoint.Map(app);
        ErrorPages.Map(app);
        HelpEndpoint.Map(app);
        var pages = app.MapRazorComponents<Root>();
        pages.Add(endpoint =>
        {
            // The framework's own helper for redirects of enhanced forms, which opens only addresses that we encrypted; pages here never use it.
            if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: "/_framework/opaque-redirect" }) endpoint.Metadata.Add(new RequiresAttribute(Permission.Anonymous));
        });
        return pages;
    }
}
