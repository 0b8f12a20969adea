using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Reports;

/// <summary>The addresses of reports: for programs, and the pages and files behind the form's three buttons (help ch. 8).</summary>
internal static class ReportRoutes
{
    /// <summary>A kind of report as programs see it.</summary>
    public sealed record KindView(string Kind, string Name, string Description, IReadOnlyList<ReportColumn> Columns);

    public sealed record KindList(IReadOnlyList<KindView> Items);

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1/accounts/{account}/reports").WithTags("Reports");
        api.MapGet("", (RunReport run) => TypedResults.Json(run.Kinds(), WritePath.Json)).Requires(Permission.ReportRun).Produces<KindList>()
            .WithSummary("List the reports and their columns");
        api.MapGet("/{kind}", AnswerAsync).Requires(Permission.ReportRun).Produces<Page<IReadOnlyDictionary<string, object?>>>()
            .WithSummary("Run a report on licenses, license-subscriptions, product-instances or usage-history")
            .WithDescription("name and description head the file. places=all, selected (va, once or several times) or tagged (vaTag=Country:Sweden, all of them). licenses=all, selected (license), tagged (licenseTag, all of them) or untagged. productType narrows a report on product instances. days=30, 90 or 365 says how far back usage-history goes; its pages hold whole licenses. ?format=csv or ?format=xlsx gives the whole report as a file.");

        const string Page = "/accounts/{account}/reports/{kind}";
        app.MapGet(Page + "/run", RunAsync).Requires(Permission.ReportRun);
        app.MapGet(Page + "/report.xlsx", (string kind, HttpContext context, RunReport run) => FileAsync(kind, context, run, isExcel: true)).Requires(Permission.ReportRun);
        app.MapGet(Page + "/report.csv", (string kind, HttpContext context, RunReport run) => FileAsync(kind, context, run, isExcel: false)).Requires(Permission.ReportRun);
    }

    private static async Task<IResult> AnswerAsync(string kind, HttpContext context, RunReport run, [AsParameters] PageRequest page)
    {
        if (ReportKinds.Find(kind) is not { } found)
        {
            return Problems.Of(NoSuchReport(kind));
        }

        var request = ReportRequest.From(found, context.Request.Query);
        request = request.Name.Length > 0 ? request : request with { Name = found.Title() };
        var isExcel = ReportFiles.IsExcelWanted(context);
        if (isExcel || Csv.IsWanted(context))
        {
            var whole = await run.WholeAsync(context.Actor(), context.Account().Id, request, context.RequestAborted);
            return whole.IsOk ? File(context, whole.Value, isExcel) : Problems.Of(whole.Refusal!);
        }

        var answer = await run.PageAsync(context.Actor(), context.Account().Id, request, page, context.RequestAborted);
        return answer.IsOk
            ? TypedResults.Json(answer.Value.Rows.Map(row => Named(answer.Value.Columns, row)), WritePath.Json)
            : Problems.Of(answer.Refusal!);
    }

    private static async Task<IResult> RunAsync(string kind, HttpContext context, RunReport run)
    {
        if (ReportKinds.Find(kind) is not { } found)
        {
            return new RefusedResult(NoSuchReport(kind));
        }

        var request = ReportRequest.From(found, context.Request.Query);
        var query = Web.Components.TableQuery.From(context);
        var answer = await run.PageAsync(context.Actor(), context.Account().Id, request, new PageRequest(query.After, query.Before), context.RequestAborted);
        return answer.IsOk ? PageAnswer.Page<ReportPage>(new() { ["Answer"] = answer.Value }) : Again(request, answer.Refusal!);
    }

    private static async Task<IResult> FileAsync(string kind, HttpContext context, RunReport run, bool isExcel)
    {
        if (ReportKinds.Find(kind) is not { } found)
        {
            return new RefusedResult(NoSuchReport(kind));
        }

        var request = ReportRequest.From(found, context.Request.Query);
        var whole = await run.WholeAsync(context.Actor(), context.Account().Id, request, context.RequestAborted);
        return whole.IsOk ? File(context, whole.Value, isExcel) : Again(request, whole.Refusal!);
    }

    /// <summary>The form with the reason where it belongs; everything chosen is kept.</summary>
    private static IResult Again(ReportRequest request, Refusal refusal) =>
        PageAnswer.Refused<ReportFormPage>(new() { ["Request"] = request, ["Errors"] = FormErrors.Of(refusal) });

    private static IResult File(HttpContext context, RunReport.WholeAnswer report, bool isExcel) =>
        isExcel ? ReportFiles.Excel(report, context.Account().Name, context.Actor().ShownName) : ReportFiles.Csv(report);

    private static IReadOnlyDictionary<string, object?> Named(IReadOnlyList<ReportColumn> columns, ReportRow row) =>
        columns.Select((column, index) => KeyValuePair.Create(column.Key, row.Cells[index])).ToDictionary();

    internal static Refusal NoSuchReport(string kind) => Verdict.Refused(
        RefusalCode.NotFound, $"There is no report “{kind}”. There are: {string.Join(", ", ReportKinds.All.Select(known => known.Slug()))}.");

    private sealed class RefusedResult(Refusal refusal) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => Refused.WriteAsync(httpContext, refusal);
    }
}
