using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Events;

/// <summary>Event logs: REST for programs, CSV for people.</summary>
public static class EventsFeature
{
    private static readonly CsvColumn<EventLine>[] Columns =
    [
        new("Event", line => line.Kind),
        new("Message", line => line.Message),
        new("Time", line => line.At),
        new("User", line => line.User),
    ];

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<EventLog>();
        services.AddNavigation(new NavigationItem(NavigationGroup.Account, 70, "Event log", "history", "/accounts/{account}/event-log", Permission.AccountEventView));
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        Describe(app.MapGet("/api/v1/accounts/{account}/events", AnswerActivityAsync).Requires(Permission.EventView))
            .WithSummary("List events: the account's own and those of all virtual accounts you may see, newest first");
        Describe(app.MapGet("/api/v1/accounts/{account}/account-events", AnswerAccountAsync).Requires(Permission.AccountEventView))
            .WithSummary("List the Smart Account's own events: properties, agreements, tokens, people; newest first");
        Describe(app.MapGet("/api/v1/accounts/{account}/virtual-accounts/{virtualAccount:long}/events", AnswerVirtualAccountAsync).Requires(Permission.EventView))
            .WithSummary("List the events of a virtual account, newest first");

        app.MapGet("/accounts/{account}/activity/events.csv", FileOfActivity).Requires(Permission.EventView);
        app.MapGet("/accounts/{account}/event-log/events.csv", FileOfAccount).Requires(Permission.AccountEventView);
        app.MapGet("/accounts/{account}/inventory/{virtualAccount:long}/events.csv", FileOfVirtualAccount).Requires(Permission.EventView);
    }

    private static Task<IResult> AnswerActivityAsync(HttpContext context, EventLog log, [AsParameters] EventFilter filter, [AsParameters] PageRequest page) =>
        AnswerAsync(context, log, Activity(context), filter, page);

    private static Task<IResult> AnswerAccountAsync(HttpContext context, EventLog log, [AsParameters] EventFilter filter, [AsParameters] PageRequest page) =>
        AnswerAsync(context, log, Account(context), filter, page);

    private static Task<IResult> AnswerVirtualAccountAsync(
        HttpContext context, long virtualAccount, EventLog log, [AsParameters] EventFilter filter, [AsParameters] PageRequest page) =>
        AnswerAsync(context, log, VirtualAccount(context, virtualAccount), filter, page);

    private static IResult FileOfActivity(HttpContext context, EventLog log, [AsParameters] EventFilter filter) =>
        File(context, log, Activity(context), filter);

    private static IResult FileOfAccount(HttpContext context, EventLog log, [AsParameters] EventFilter filter) =>
        File(context, log, Account(context), filter);

    private static IResult FileOfVirtualAccount(HttpContext context, long virtualAccount, EventLog log, [AsParameters] EventFilter filter) =>
        File(context, log, VirtualAccount(context, virtualAccount), filter);

    private static EventLogOf Activity(HttpContext context) => new(context.Account().Id);

    private static EventLogOf Account(HttpContext context) => new(context.Account().Id) { OnlyTheAccountItself = true };

    private static EventLogOf VirtualAccount(HttpContext context, long virtualAccount) => new(context.Account().Id) { VirtualAccountId = virtualAccount };

    private static async Task<IResult> AnswerAsync(HttpContext context, EventLog log, EventLogOf which, EventFilter filter, PageRequest page) =>
        Csv.IsWanted(context)
            ? File(context, log, which, filter)
            : TypedResults.Ok(await log.HandleAsync(context.Actor(), which, filter, page, context.RequestAborted));

    private static CsvResult<EventLine> File(HttpContext context, EventLog log, EventLogOf which, EventFilter filter) =>
        new($"events-{context.Account().Domain}.csv", Columns, log.AllAsync(context.Actor(), which, filter));

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route) => route
        .WithTags("Events")
        .WithDescription("?format=csv gives the whole list as a file.")
        .Produces<Page<EventLine>>();
}
