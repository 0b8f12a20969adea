using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn.Log;

/// <param name="Outcome">One outcome; null: all.</param>
/// <param name="OnlyFailures">All that did not come in.</param>
public sealed record SignInFilter(
    [FromQuery(Name = "q")] string? Search = null,
    [FromQuery(Name = "outcome")] SignInOutcome? Outcome = null,
    [FromQuery(Name = "onlyFailures")] bool OnlyFailures = false);

/// <summary>Sign-ins, attempts and sign-outs, newest first: somebody's own, or for the operator all.</summary>
public sealed class ListSignIns(Database database)
{
    private static readonly Keyset<SignInEntry> Newest = Keyset.Descending((SignInEntry row) => row.At).ThenDescending(row => row.Id);

    private static readonly CsvColumn<Item>[] Columns =
    [
        new("Time", row => row.At),
        new("E-mail address", row => row.Address),
        new("Result", row => row.Outcome.Display()),
        new("By", row => row.Way),
        new("Note", row => row.Note),
        new("From", row => row.RemoteAddress),
        new("Browser", row => row.UserAgent),
    ];

    public sealed record Item(long Id, DateTimeOffset At, long? PersonId, string Address, SignInOutcome Outcome, string Way, string Note, string RemoteAddress, string UserAgent);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/me/sign-ins", async ([AsParameters] PageRequest page, ListSignIns list, HttpContext context) =>
                TypedResults.Ok(await list.OwnAsync(context.Actor(), page, context.RequestAborted)))
            .Requires(Permission.SignedIn).WithSummary("List your sign-ins and the attempts at your address, newest first").WithTags("Profile");
        routes.MapGet("/api/v1/operator/sign-ins", AnswerAsync)
            .Requires(Permission.AuditView).WithSummary("List sign-ins, attempts and sign-outs of everybody, newest first").WithTags("Operator: staff")
            .WithDescription("?format=csv gives the whole list as a file.").Produces<Page<Item>>();
        routes.MapGet("/operator/sign-ins/sign-ins.csv", ([AsParameters] SignInFilter filter, ListSignIns list) => File(list, filter)).Requires(Permission.AuditView);
    }

    private static async Task<IResult> AnswerAsync([AsParameters] SignInFilter filter, [AsParameters] PageRequest page, ListSignIns list, HttpContext context) =>
        Csv.IsWanted(context) ? File(list, filter) : TypedResults.Ok(await list.HandleAsync(filter, page, context.RequestAborted));

    public async Task<Page<Item>> OwnAsync(Actor actor, PageRequest page, CancellationToken cancellation = default)
    {
        if (actor.Kind != ActorKind.Person)
        {
            return new Page<Item>([]);
        }

        await using var db = database.Read();
        return (await db.SignInEntries.Where(row => row.PersonId == actor.Id).ToPageAsync(Newest, page, cancellation)).Map(Line);
    }

    public async Task<Page<Item>> HandleAsync(SignInFilter filter, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return (await Narrow(db, filter).ToPageAsync(Newest, page, cancellation)).Map(Line);
    }

    private async IAsyncEnumerable<Item> AllAsync(SignInFilter filter)
    {
        await using var db = database.Read();
        await foreach (var row in Newest.Sort(Narrow(db, filter)).AsAsyncEnumerable())
        {
            yield return Line(row);
        }
    }

    private static CsvResult<Item> File(ListSignIns list, SignInFilter filter) => new("sign-ins.csv", Columns, list.AllAsync(filter));

    private static IQueryable<SignInEntry> Narrow(PurserContext db, SignInFilter filter)
    {
        var rows = db.SignInEntries.WhereContains(row => row.Address, filter.Search);
        rows = filter.Outcome is { } outcome ? rows.Where(row => row.Outcome == outcome) : rows;
        var failures = SignInOutcomes.Failures;
        return filter.OnlyFailures ? rows.Where(row => failures.Contains(row.Outcome)) : rows;
    }

    private static Item Line(SignInEntry row) =>
        new(row.Id, row.At, row.PersonId, row.Address, row.Outcome, row.Way, row.Note, row.RemoteAddress, row.UserAgent);
}
