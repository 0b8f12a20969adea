namespace Purser.Server.Http;

/// <summary>Refuses to start with a route that names no permission, or more than one: forgetting it would open a door (stack notes 5).</summary>
public static class RouteCheck
{
    public static void Demand(WebApplication app)
    {
        var wrong = MakeOnce(app).Endpoints
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.OfType<RequiresAttribute>().Count() != 1)
            .Select(endpoint => endpoint.RoutePattern.RawText)
            .ToList();
        if (wrong.Count > 0)
        {
            throw new InvalidOperationException($"These routes do not name exactly one permission: {string.Join(", ", wrong)}");
        }
    }

    /// <summary>Every reader of the sources has each route built anew; this one source builds once and keeps them.</summary>
    private static CompositeEndpointDataSource MakeOnce(IEndpointRouteBuilder routes)
    {
        var all = new CompositeEndpointDataSource([.. routes.DataSources]);
        routes.DataSources.Clear();
        routes.DataSources.Add(all);
        return all;
    }
}
