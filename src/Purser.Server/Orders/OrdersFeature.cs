using Purser.Server.Orders.Shipments;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Orders;

public static class OrdersFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<BookOrder>();
        services.AddSingleton<ListOrders>();
        services.AddSingleton<ConfirmShipment>();
        services.AddSingleton<ListShipments>();
        services.AddSingleton<ShowShipment>();
        services.AddSingleton<ShipmentArchive>();
        services.AddNavigation(new NavigationItem(NavigationGroup.Operator, 20, "Orders", "receipt", "/operator/orders", Permission.OrderView));
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        BookOrder.Map(routes);
        ListOrders.Map(routes);
        OrderForms.Map(routes);
        ConfirmShipment.Map(routes);
        ListShipments.Map(routes);
        ShowShipment.Map(routes);
        ShipmentArchive.Map(routes);
        ShipmentForms.Map(routes);
    }
}
