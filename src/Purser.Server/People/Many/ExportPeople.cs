using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>The people of an account as a CSV file, a line for each role: it can be brought in again (SA-07). Formulas are neutralized.</summary>
public sealed class ExportPeople(Database database)
{
    private const int AtOnce = 500;

    private static readonly IReadOnlyList<CsvColumn<Line>> Columns =
    [
        new("Email", line => line.Email),
        new("Name", line => line.Name),
        new("Role", line => line.Role?.Name),
        new("Virtual accounts", line => line.Role?.VirtualAccount is { } name ? NameList.Write(name) : null),
        new("Scope", line => line.Role is { VirtualAccountId: not null } role ? role.IncludesChildren ? "children" : "account" : ""),
        new("Group", line => line.Role?.Group),
        new("Given by", line => line.Role?.GrantedBy),
        new("Given at", line => line.Role?.GrantedAt),
        new("Last sign-in", line => line.LastSignInAt),
    ];

    private sealed record Line(string Email, string Name, DateTimeOffset? LastSignInAt, ListPeople.HeldRole? Role);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/accounts/{account}/people.csv", Answer).Requires(Permission.PeopleView);
        routes.MapGet("/api/v1/accounts/{account}/people.csv", Answer).Requires(Permission.PeopleView)
            .WithSummary("Export the people of the Smart Account as CSV, a line for each role").WithTags("People").Produces<string>(contentType: "text/csv");
    }

    private static CsvResult<Line> Answer(string? q, HeldThrough? through, ExportPeople export, HttpContext context) => new(
        $"people-{context.Account().Domain}.csv", Columns, export.LinesAsync(context.Actor(), context.Account().Id, q, through, context.RequestAborted));

    private async IAsyncEnumerable<Line> LinesAsync(
        Actor actor, long accountId, string? search, HeldThrough? through, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var db = database.Read(accountId);
        for (var request = new PageRequest(Limit: AtOnce); ;)
        {
            var people = ListPeople.People(db, actor, accountId, through).WhereFound(db, search);
            var page = ListPeople.ByName.Cut(await ListPeople.ByName.Slice(people, request).ToListAsync(cancellation), request, total: null);
            var held = await ListPeople.HeldAsync(db, actor, accountId, [.. page.Items.Select(person => person.Id)], cancellation);
            foreach (var person in page.Items)
            {
                foreach (var role in held[person.Id])
                {
                    yield return new Line(person.Email!, person.DisplayName, person.LastSignInAt, role);
                }
            }

            if (page.Next is null)
            {
                yield break;
            }

            request = new PageRequest(After: page.Next, Limit: AtOnce);
        }
    }
}
