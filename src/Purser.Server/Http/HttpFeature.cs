using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Purser.Server.Accounts;
using Purser.Server.Compat;
using Purser.Server.People;
using Purser.Server.People.SignIn;
using Purser.Server.People.SignIn.SecondFactor;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Server.Web;

namespace Purser.Server.Http;

/// <summary>Limits, problem details, health, and the order of the middleware that every request passes.</summary>
public static class HttpFeature
{
    private const long LargestBody = 32 * 1024 * 1024;

    public static void Add(WebApplicationBuilder builder, PurserSettings settings)
    {
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = LargestBody;
            options.ListenLocalhost(settings.Http.Port);
        });

        // Four lines for each request would cost more than the request; what goes wrong is told all the same.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddProblemDetails();
        ApiLimits.Add(builder.Services, settings.Http);

        // A parameter that cannot be read is explained by RequestFaults, in production too.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
            options.SerializerOptions.RespectNullableAnnotations = true;
            options.SerializerOptions.RespectRequiredConstructorParameters = true;
            options.SerializerOptions.TypeInfoResolver = options.SerializerOptions.TypeInfoResolver!.WithAddedModifier(ListElements.Demand);
            options.SerializerOptions.MaxDepth = 32;
        });
    }

    public static void Use(WebApplication app)
    {
        // The framework would put its own sign-in before everything, error pages included; with the database away not even those could answer.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        app.UseMiddleware<RequestFaults>();
        CompatFeature.Use(app);
        app.UseRouting();
        app.UseMiddleware<ActorLoader>();
        ApiLimits.Use(app);
        app.UseMiddleware<SecondFactorGate>();
        app.UseMiddleware<RouteGuard>();
        app.UseMiddleware<ShellFill>();
        app.MapGet("/health/live", () => TypedResults.Text("live")).Requires(Permission.Anonymous).ExcludeFromDescription();
        app.MapGet("/health/ready", ReadyAsync).Requires(Permission.Anonymous).ExcludeFromDescription();
    }

    private static async Task<IResult> ReadyAsync(Database database, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await database.ConnectAsync(cancellation);
            return TypedResults.Text("ready");
        }
        catch (Exception fault) when (StoreFaults.Explain(fault) is { } refusal)
        {
            return Problems.Of(refusal);
        }
    }
}
