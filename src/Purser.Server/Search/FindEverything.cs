using Microsoft.AspNetCore.Mvc;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Search;

/// <summary>What is found of one kind.</summary>
/// <param name="Next">Cursor for <c>after</c>, together with <c>kind</c>; null at the end.</param>
public sealed record SearchGroup(SearchKind Kind, IReadOnlyList<SearchHit> Items, string? Next);

/// <param name="Hint">Why nothing could be looked for; empty otherwise.</param>
public sealed record SearchAnswer(IReadOnlyList<SearchGroup> Groups, string Hint = "")
{
    public bool IsEmpty => Groups.Count == 0;
}

/// <summary>
/// One search over serial number, host name, license, SKU, order, purchase order, token description, person and virtual account (SA-17): in one
/// account, or in all that the reader sees. Who may see what is judged in the query.
/// </summary>
public sealed class FindEverything(Database database)
{
    private const int EachKind = 10;

    public sealed record Question(
        [FromQuery(Name = "q")] string? Text = null,
        [FromQuery(Name = "kind")] SearchKind? Kind = null,
        [FromQuery(Name = "after")] string? After = null,
        [FromQuery(Name = "limit")] int? Limit = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/accounts/{account}/search", async ([AsParameters] Question question, FindEverything find, HttpContext context) =>
            TypedResults.Ok(await find.HandleAsync(context.Actor(), context.Account().Id, question, context.RequestAborted)))
            .Requires(Permission.AccountView)
            .WithSummary("Search the Smart Account: serial number, host name, license, SKU, order, purchase order, token description, person, virtual account")
            .WithTags("Search");
        routes.MapGet("/api/v1/search", async ([AsParameters] Question question, FindEverything find, HttpContext context) =>
            TypedResults.Ok(await find.HandleAsync(context.Actor(), null, question, context.RequestAborted)))
            .Requires(Permission.SignedIn)
            .WithSummary("Search all Smart Accounts that you may see")
            .WithTags("Search");
    }

    /// <param name="accountId">Null: all accounts.</param>
    public async Task<SearchAnswer> HandleAsync(Actor actor, long? accountId, Question question, CancellationToken cancellation = default)
    {
        var terms = SearchTerms.Of(question.Text);
        if (terms.IsEmpty)
        {
            return new SearchAnswer([], "Type a part of a serial number, host name, license, SKU, order, purchase order, token description, person or virtual account.");
        }

        if (accountId is null && !terms.HasLong)
        {
            return new SearchAnswer([], "Type at least three characters to search all Smart Accounts.");
        }

        var size = new PageRequest(Limit: question.Limit ?? EachKind).Size;
        var after = question.After is { Length: > 0 } cursor ? Place(cursor) : (Found?)null;
        if (after is not null && question.Kind is null)
        {
            throw new BadHttpRequestException("after goes on in the list of one kind: name it with kind.");
        }

        await using var connection = await database.ConnectAsync(cancellation);
        await using var db = database.Read(accountId);
        var groups = new List<SearchGroup>();
        foreach (var kind in question.Kind is { } one ? [one] : Enum.GetValues<SearchKind>())
        {
            var rights = SearchRights.Of(actor, kind, accountId);
            if (!rights.Any)
            {
                continue;
            }

            var statement = new SearchStatement(database.Engine, kind, terms, rights, size + 1);
            var slice = await FindAsync(connection, statement, terms, after, isOverview: question.Kind is null, cancellation);
            var hits = await new SearchHits(db, rights, cancellation).OfAsync(kind, [.. slice.Take(size)]);
            if (hits.Count > 0)
            {
                groups.Add(new SearchGroup(kind, hits, slice.Count > size && terms.HasLong ? Cursor.Write([slice[size - 1].Id, slice[size - 1].AccountId]) : null));
            }
        }

        return new SearchAnswer(groups);
    }

    /// <summary>The overview shows first what begins with the words; the list of one kind keeps to one order, so that it can be paged.</summary>
    private static async Task<IReadOnlyList<Found>> FindAsync(
        System.Data.Common.DbConnection connection, SearchStatement statement, SearchTerms terms, Found? after, bool isOverview, CancellationToken cancellation)
    {
        if (!terms.HasLong)
        {
            return await statement.BeginningAsync(connection, cancellation);
        }

        var containing = await statement.ContainingAsync(connection, after, cancellation);
        return isOverview && containing.Count > 1
            ? [.. (await statement.BeginningAsync(connection, cancellation)).Concat(containing).DistinctBy(row => (row.AccountId, row.Id))]
            : containing;
    }

    private static Found Place(string cursor)
    {
        var values = Cursor.Read(cursor, [typeof(long), typeof(long)]);
        return new Found((long)values[1], (long)values[0], 0);
    }
}
