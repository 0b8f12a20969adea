using Purser.Server.Reservations.Bulk;
using Purser.Server.Reservations.Pages;

namespace Purser.Server.Reservations;

/// <summary>License reservation for product instances that never connect (RS-01 to RS-10).</summary>
public static class ReservationsFeature
{
    private const string OfVirtualAccount = "/api/v1/accounts/{account}/virtual-accounts/{virtualAccount:long}";

    public static void Add(IServiceCollection services) => BulkReservationsFeature.Add(services)
        .AddSingleton<AuthorizationMint>()
        .AddSingleton<ReservationChange>()
        .AddSingleton<OfferReservation>()
        .AddSingleton<ShowReservation>()
        .AddSingleton<ReserveLicenses>()
        .AddSingleton<UpdateReservation>()
        .AddSingleton<ConfirmReservation>()
        .AddSingleton<CancelReservationUpdate>()
        .AddSingleton<EndReservation>()
        .AddSingleton<RehostReservation>()
        .AddSingleton<GiveUpReservation>();

    public static void Map(IEndpointRouteBuilder app)
    {
        var place = app.MapGroup(OfVirtualAccount).WithTags("License reservation");
        OfferReservation.Map(place);
        ReserveLicenses.Map(place);
        BulkReservationsFeature.Map(place);
        ManyDevicesForms.Map(app);
        var devices = place.MapGroup("/devices");
        ShowReservation.Map(devices);
        UpdateReservation.Map(devices);
        ConfirmReservation.Map(devices);
        CancelReservationUpdate.Map(devices);
        EndReservation.Map(devices);
        RehostReservation.Map(devices);
        ReservationForms.Map(app);
    }
}
