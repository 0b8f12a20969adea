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

    private const string Many = "Name up to 500 in the body; or narrow the list in the address, or send all: true, and the next that it finds are meant: repeat while the answer says more. raisedBy leaves out what was raised since.";

    /// <param name="Alerts">Numbers of alerts; empty or left out: the next ones that the filter in the address finds.</param>
    /// <param name="All">Needed where there is no filter either: a body with a mistyped member must not act on everything.</param>
    public sealed record Chosen(IReadOnlyList<long>? Alerts = null, bool All = false);

    public static void Add(IServiceCollection services) => services
        .AddSingleton<AlertHidings>()
        .AddSingleton<ListAlerts>()
        .AddSingleton<CountAlerts>()
        .AddSingleton<ActOnAlert>()
        .AddSingleton<ActOnAlerts>()
        .AddSingleton<DismissAll>()
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
            .WithSummary("Dismiss an alert for the whole account; for yourself where the setting Alerts:PersonalHide says so").Produces<AlertLine>();
        api.MapPost("/alerts/{id:long}/remind-later", RemindLaterAsync).Requires(Permission.AlertAct)
            .WithSummary("Hide an alert for the whole account until the next warning period; from yourself where the setting Alerts:PersonalHide says so").Produces<AlertLine>();
        api.MapPost("/alerts/dismiss", (HttpContext context, Chosen chosen, [AsParameters] AlertFilter filter, ActOnAlerts act) => ActAsync(context, AlertAction.Dismiss, chosen, filter, act))
            .Requires(Permission.AlertAct).WithSummary("Dismiss many alerts for the whole account")
            .WithDescription($"{Many} By a filter up to {ActOnAlerts.MostDismissed} are dismissed at once (500 where the setting Alerts:PersonalHide is on).").Produces<ActOnAlerts.Answer>();
        api.MapPost("/alerts/remind-later", (HttpContext context, Chosen chosen, [AsParameters] AlertFilter filter, ActOnAlerts act) => ActAsync(context, AlertAction.RemindLater, chosen, filter, act))
            .Requires(Permission.AlertAct).WithSummary("Hide many alerts for the whole account until their next warning periods")
            .WithDescription($"{Many} By a filter up to {ActOnAlerts.MostAtOnce} are meant at once.").Produces<ActOnAlerts.Answer>();

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

    private static async Task<IResult> ActAsync(HttpContext context, AlertAction action, Chosen chosen, AlertFilter filter, ActOnAlerts act)
    {
        var input = chosen.Alerts is { Count: > 0 } alerts ? new ActOnAlerts.Input(action, alerts) : new ActOnAlerts.Input(action, [], Filter: filter);
        var isMeant = input.Filter is null || chosen.All || filter with { Hidden = null, RaisedBy = null } != new AlertFilter();
        Verdict<ActOnAlerts.Answer> verdict = isMeant
            ? await act.HandleAsync(context.Command(action == AlertAction.Dismiss ? "alerts.dismiss" : "alerts.remind-later", input), input, context.RequestAborted)
            : Verdict.Refused(RefusalCode.InvalidInput, "Name alerts, narrow the list in the address, or send all: true.", "alerts");
        return verdict.ToHttp();
    }

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
