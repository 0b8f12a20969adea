using Microsoft.AspNetCore.Mvc;
using Purser.Server.Commands;
using Purser.Server.Devices.Additions;
using Purser.Server.Devices.CleanUp;
using Purser.Server.Devices.Detach;
using Purser.Server.Devices.Instances;
using Purser.Server.Devices.Silence;
using Purser.Server.Events;
using Purser.Server.Http;
using Purser.Server.Jobs;
using Purser.Server.People;

namespace Purser.Server.Devices;

/// <summary>Product instances as people and programs see them: lists, details, transfer, removal, and what happens when they fall silent.</summary>
public static class InstancesFeature
{
    private const string OfVirtualAccount = "/api/v1/accounts/{account}/virtual-accounts/{virtualAccount:long}/devices";

    // The columns of the table (help ch. 6), and what a list outside it has to say besides.
    private static readonly CsvColumn<DeviceLine>[] Columns =
    [
        new("Name", line => line.Name),
        new("Product Type", line => line.ProductType),
        new("Serial Number", line => line.SerialNumber),
        new("Virtual Account", line => line.VirtualAccount),
        new("Last Contact", line => line.LastContactAt),
        new("Alerts", line => string.Join("; ", line.Alerts.Select(alert => $"{alert.Level}: {alert.Title}"))),
        new("High Availability", line => string.Join("; ", line.HighAvailability.Select(unit => $"{unit.Role}: {unit.SerialNumber}"))),
        new("Detached Until", line => line.DetachedUntil),
    ];

    public static void Add(IServiceCollection services) => services
        .AddSingleton<ListDevices>()
        .AddSingleton<GetDevice>()
        .AddSingleton<TransferDevices>()
        .AddSingleton<RemoveDevices>()
        .AddSingleton<ReleaseUnrestricted>()
        .AddSingleton<AddToInventory>()
        .AddSingleton<SuggestCleanUp>()
        .AddSingleton<ReleaseRestricted>()
        .AddSingleton<DetachDevice>()
        .AddSingleton<ReattachDevice>()
        .AddJob<EndDetachedMode>(EndDetachedMode.Name, TimeSpan.FromMinutes(10))
        .AddJob<SilenceSweep>(SilenceSweep.Name, TimeSpan.FromMinutes(10));

    public static void Map(IEndpointRouteBuilder app)
    {
        var devices = app.MapGroup(OfVirtualAccount).WithTags("Product instances");
        DescribeList(devices.MapGet("", ListOfVirtualAccountAsync)).WithSummary("List the product instances of a virtual account");
        devices.MapGet("/{device:long}", DetailsAsync).Requires(Permission.DeviceView)
            .WithSummary("A product instance with its license usage").Produces<DeviceDetails>();
        devices.MapGet("/{device:long}/events", EventsAsync).Requires(Permission.EventView)
            .WithSummary("List the events of a product instance, newest first").Produces<Page<EventLine>>();
        TransferDevices.Map(devices);
        RemoveDevices.Map(devices);
        ReleaseUnrestricted.Map(devices);
        AddToInventory.Map(devices);
        ReleaseRestricted.Map(devices);
        DetachDevice.Map(devices);
        ReattachDevice.Map(devices);
        DescribeList(app.MapGet("/api/v1/accounts/{account}/devices", ListOfAccountAsync)).WithTags("Product instances")
            .WithSummary("List the product instances of all virtual accounts you may see, by name");

        SuggestCleanUp.Map(app);
        DeviceForms.Map(app);
        AdditionForms.Map(app);
        DetachForms.Map(app);
        app.MapGet("/accounts/{account}/inventory/{virtualAccount:long}/product-instances.csv", FileOfVirtualAccount).Requires(Permission.DeviceView);
    }

    private static Task<IResult> ListOfVirtualAccountAsync(
        HttpContext context, long virtualAccount, ListDevices list, [AsParameters] DeviceFilter filter, [AsParameters] PageRequest page) =>
        AnswerAsync(context, list, virtualAccount, filter, page);

    private static Task<IResult> ListOfAccountAsync(
        HttpContext context, ListDevices list, [AsParameters] DeviceFilter filter, [AsParameters] PageRequest page) =>
        AnswerAsync(context, list, null, filter, page);

    private static async Task<IResult> DetailsAsync(HttpContext context, long virtualAccount, long device, GetDevice get) =>
        (await get.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, device, context.RequestAborted)).ToHttp();

    private static async Task<IResult> EventsAsync(
        HttpContext context, long virtualAccount, long device, EventLog log, [FromQuery(Name = "q")] string? text, [AsParameters] PageRequest page) =>
        TypedResults.Ok(await log.HandleAsync(
            context.Actor(), new EventLogOf(context.Account().Id) { VirtualAccountId = virtualAccount }, new EventFilter(Device: device, Text: text), page,
            context.RequestAborted));

    private static IResult FileOfVirtualAccount(HttpContext context, long virtualAccount, ListDevices list, [AsParameters] DeviceFilter filter) =>
        File(context, list, virtualAccount, filter);

    private static async Task<IResult> AnswerAsync(HttpContext context, ListDevices list, long? virtualAccountId, DeviceFilter filter, PageRequest page) =>
        Csv.IsWanted(context)
            ? File(context, list, virtualAccountId, filter)
            : TypedResults.Ok(await list.HandleAsync(context.Actor(), context.Account().Id, virtualAccountId, filter, page, context.RequestAborted));

    private static CsvResult<DeviceLine> File(HttpContext context, ListDevices list, long? virtualAccountId, DeviceFilter filter) =>
        new($"product-instances-{context.Account().Domain}.csv", Columns, list.AllAsync(context.Actor(), context.Account().Id, virtualAccountId, filter));

    private static RouteHandlerBuilder DescribeList(RouteHandlerBuilder route) => route
        .Requires(Permission.DeviceView)
        .WithDescription("?format=csv gives the whole list as a file.")
        .Produces<Page<DeviceLine>>();
}
