using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Orders;

public static class OrdersFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<BookOrder>();
        services.AddSingleton<ConfirmShipment>();
        services.AddSingleton<ListOrders>();
        services.AddNavigation(new NavigationItem(NavigationGroup.Operator, 20, "Orders", "receipt", "/operator/orders", Permission.OrderView));
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        BookOrder.Map(routes);
        ConfirmShipment.Map(routes);
        ListOrders.Map(routes);
        OrderForms.Map(routes);
    }
}
