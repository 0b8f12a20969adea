using Purser.Server.Alerts.Thresholds;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Jobs;
using Purser.Server.People;

namespace Purser.Server.Alerts;

/// <summary>Alerts: lists, counts, dismiss, remind later, promotion.</summary>
public static class AlertsFeature
{
    private static readonly CsvColumn<AlertLine>[] Columns =
    [
        new("Severity", line => line.Level.ToString()),
        new("Alert", line => line.Title),
        new("Message", line => line.Message),
        new("Source", line => line.Source),
        new("Raised", line => line.RaisedAt),
        new("Action Due", line => line.DueAt is { } due ? due : "Now"),
    ];

    public static void Add(IServiceCollection services) => services
        .AddSingleton<ListAlerts>()
        .AddSingleton<CountAlerts>()
        .AddSingleton<ActOnAlert>()
        .AddSingleton<SetLicenseThreshold>()
        .AddJob<PromoteAlerts>("alerts.promote", TimeSpan.FromHours(1));

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1/accounts/{account}").WithTags("Alerts");
        api.MapGet("/alerts", ListAsync).Requires(Permission.AlertView)
            .WithSummary("List open alerts: the account's own and those of all virtual accounts you may see, by severity and action due")
            .WithDescription("?format=csv gives the whole list as a file.").Produces<Page<AlertLine>>();
        api.MapGet("/virtual-accounts/{virtualAccount:long}/alerts", ListOfVirtualAccountAsync).Requires(Permission.AlertView)
            .WithSummary("List the open alerts of a virtual account, by severity and action due")
            .WithDescription("?format=csv gives the whole list as a file.").Produces<Page<AlertLine>>();
        api.MapGet("/alert-counts", CountAsync).Requires(Permission.AlertView)
            .WithSummary("Count the open alerts of the account and of each virtual account").Produces<AlertSummary>();
        api.MapPost("/alerts/{id:long}/dismiss", DismissAsync).Requires(Permission.AlertAct)
            .WithSummary("Dismiss an alert for the whole account").Produces<AlertLine>();
        api.MapPost("/alerts/{id:long}/remind-later", RemindLaterAsync).Requires(Permission.AlertAct)
            .WithSummary("Hide an alert for the whole account until the next warning period").Produces<AlertLine>();

        AlertForms.Map(app);
        SetLicenseThreshold.Map(app);
        ThresholdForms.Map(app);
        app.MapGet("/accounts/{account}/alerts/alerts.csv", FileOfAccount).Requires(Permission.AlertView);
        app.MapGet("/accounts/{account}/inventory/{virtualAccount:long}/alerts.csv", FileOfVirtualAccount).Requires(Permission.AlertView);
    }

    private static Task<IResult> ListAsync(HttpContext context, ListAlerts list, [AsParameters] AlertFilter filter, [AsParameters] PageRequest page) =>
        AnswerAsync(context, list, null, filter, page);

    private static Task<IResult> ListOfVirtualAccountAsync(
        HttpContext context, long virtualAccount, ListAlerts list, [AsParameters] AlertFilter filter, [AsParameters] PageRequest page) =>
        AnswerAsync(context, list, virtualAccount, filter, page);

    private static async Task<IResult> CountAsync(HttpContext context, CountAlerts count) =>
        TypedResults.Ok(await count.HandleAsync(context.Actor(), context.Account().Id, context.RequestAborted));

    private static async Task<IResult> DismissAsync(HttpContext context, long id, ActOnAlert act) =>
        (await act.DismissAsync(context.Command("alerts.dismiss", new ActOnAlert.Input(id)), id, context.RequestAborted)).ToHttp();

    private static async Task<IResult> RemindLaterAsync(HttpContext context, long id, ActOnAlert act) =>
        (await act.RemindLaterAsync(context.Command("alerts.remind-later", new ActOnAlert.Input(id)), id, context.RequestAborted)).ToHttp();

    private static IResult FileOfAccount(HttpContext context, ListAlerts list, [AsParameters] AlertFilter filter) => File(context, list, null, filter);

    private static IResult FileOfVirtualAccount(HttpContext context, long virtualAccount, ListAlerts list, [AsParameters] AlertFilter filter) =>
        File(context, list, virtualAccount, filter);

    private static async Task<IResult> AnswerAsync(HttpContext context, ListAlerts list, long? virtualAccountId, AlertFilter filter, PageRequest page) =>
        Csv.IsWanted(context)
            ? File(context, list, virtualAccountId, filter)
            : TypedResults.Ok(await list.HandleAsync(context.Actor(), context.Account().Id, virtualAccountId, filter, page, context.RequestAborted));

    private static CsvResult<AlertLine> File(HttpContext context, ListAlerts list, long? virtualAccountId, AlertFilter filter) =>
        new($"alerts-{context.Account().Domain}.csv", Columns, list.AllAsync(context.Actor(), context.Account().Id, virtualAccountId, filter));
}
