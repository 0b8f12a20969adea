using Purser.Server.Jobs;

namespace Purser.Server.Reservations.Bulk;

/// <summary>Reservation for many devices at once: a file of request codes in, an archive of authorization files out.</summary>
internal static class BulkReservationsFeature
{
    public static IServiceCollection Add(IServiceCollection services) => services
        .AddSingleton<StartBulkReservation>()
        .AddSingleton<ReservationPiece>()
        .AddSingleton<ShowBatches>()
        .AddSingleton<BatchArchive>()
        .AddSingleton<RetryRefused>()
        .AddSingleton<StopBatch>()
        .AddSingleton<DeleteBatch>()
        .AddSingleton<BatchStarter>()
        .AddSingleton<BatchSample>()
        .AddSingleton<OfferForMany>()
        .AddJob<CarryOutReservations>(CarryOutReservations.Name, TimeSpan.FromSeconds(1), JobClock.Machine)
        .AddJob<ForgetBatches>(ForgetBatches.Name, TimeSpan.FromHours(1));

    /// <param name="place">Routes of a virtual account.</param>
    public static void Map(IEndpointRouteBuilder place)
    {
        var batches = place.MapGroup("/reservation-batches");
        StartBulkReservation.Map(batches);
        ShowBatches.Map(batches);
        BatchArchive.Map(batches);
        RetryRefused.Map(batches);
        StopBatch.Map(batches);
        DeleteBatch.Map(batches);
    }
}
