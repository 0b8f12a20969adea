using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Jobs;
using Purser.Server.Licenses;
using Purser.Server.Orders;
using Purser.Server.Store;

namespace Purser.Server.Demo;

/// <summary>Books the demo's orders when their days have come, so that an estate whose past is lived through gets them one by one. Safe to run twice: an order number is booked once.</summary>
internal sealed class DemoOrdersJob(Database database, BookOrder book, DomainClock clock, DayZone zone) : IJob
{
    public const string Name = "demo.orders";
    public static readonly TimeSpan Period = TimeSpan.FromHours(6);

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        if (await DemoPresent.ReadAsync(database, cancellation) is not { } present)
        {
            return "this is no demo estate";
        }

        var booked = 0;
        foreach (var order in await DueAsync(present, cancellation))
        {
            var input = new BookOrder.Input(order.Number, [.. order.Lines.Select(line => LineOf(order, line, present))])
            {
                PurchaseOrder = order.PurchaseOrder,
                CustomerName = DemoAccounts.All.First(account => account.Domain == order.Account).Name,
            };
            var verdict = await book.HandleAsync(new Command(BookOrder.Name, Actor.System, input), input, cancellation);
            if (!verdict.IsOk)
            {
                throw new InvalidOperationException($"The demo order {order.Number} was refused: {verdict.Refusal}");
            }

            booked++;
        }

        return booked == 0 ? "nothing due" : $"{booked} orders booked";
    }

    private async Task<IReadOnlyList<DemoOrder>> DueAsync(DateOnly present, CancellationToken cancellation)
    {
        var day = zone.DayOf(clock.Now);
        var due = DemoOrders.All.Where(order => present.AddDays(-order.Day) <= day).ToList();
        await using var db = database.Read();
        var numbers = due.ConvertAll(order => order.Number);
        var booked = await db.Orders.Where(order => numbers.Contains(order.Number)).Select(order => order.Number).ToListAsync(cancellation);
        return due.FindAll(order => !booked.Contains(order.Number));
    }

    private OrderLineInput LineOf(DemoOrder order, DemoOrderLine line, DateOnly present)
    {
        if (line.EndsIn is not { } days)
        {
            return new OrderLineInput(line.Sku, line.Quantity, order.Account, line.Place);
        }

        // Never in the past of the booking: without a past that is lived through, what would have ended ends tomorrow.
        var ends = present.AddDays(days);
        var tomorrow = zone.DayOf(clock.Now).AddDays(1);
        var end = ends < tomorrow ? tomorrow : ends;
        return new OrderLineInput(line.Sku, line.Quantity, order.Account, line.Place, StartsOn: end.AddYears(-1).AddDays(1), EndsOn: end);
    }
}
