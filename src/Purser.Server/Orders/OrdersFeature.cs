namespace Purser.Server.Orders;

public static class OrdersFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<BookOrder>();
        services.AddSingleton<ListOrders>();
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        BookOrder.Map(routes);
        ListOrders.Map(routes);
    }
}
