namespace Purser.Server.Http;

/// <summary>Refuses to start with a route that names no permission, or more than one: forgetting it would open a door (stack notes 5).</summary>
public static class RouteCheck
{
    public static void Demand(WebApplication app)
    {
        var wrong = ((IEndpointRouteBuilder)app).DataSources
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.OfType<RequiresAttribute>().Count() != 1)
            .Select(endpoint => endpoint.RoutePattern.RawText)
            .ToList();
        if (wrong.Count > 0)
        {
            throw new InvalidOperationException($"These routes do not name exactly one permission: {string.Join(", ", wrong)}");
        }
    }
}
