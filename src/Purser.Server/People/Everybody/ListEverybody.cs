using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>All people of the installation and how they come in, for the operator's help.</summary>
public sealed class ListEverybody(Database database, TimeProvider machine)
{
    private static readonly Keyset<Person> ByName = Keyset.Ascending((Person row) => row.DisplayName).Then(row => row.Id);

    public sealed record Item(
        long PersonId, string Name, string Email, bool HasPassword, bool HasApp, int Passkeys, bool IsLocked, DateTimeOffset? LastSignInAt)
    {
        /// <summary>The identity provider or directory through which alone she signs in.</summary>
        public string? Source { get; init; }

        /// <summary>The source that provisions her has ended her sign-in.</summary>
        public bool IsEnded { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/operator/people", async (string? search, [AsParameters] PageRequest page, ListEverybody list, HttpContext context) =>
            TypedResults.Ok(await list.HandleAsync(search, page, context.RequestAborted)))
        .Requires(Permission.PersonHelp)
            .WithSummary("List all people of the installation and how they sign in")
        .WithTags("Operator: staff");

    public async Task<Page<Item>> HandleAsync(string? search, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var people = await db.Users.WhereFound(db, search).ToPageAsync(ByName, page, cancellation);
        var ids = people.Items.Select(person => person.Id).ToList();
        var passkeys = await db.UserPasskeys.Where(row => ids.Contains(row.UserId)).GroupBy(row => row.UserId)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellation);
        var sources = await db.SignInSources.ToDictionaryAsync(row => row.Id, row => row.Name, cancellation);
        var now = machine.GetUtcNow();
        return people.Map(person => new Item(
            person.Id,
            person.DisplayName,
            person.Email!,
            person.PasswordHash is not null,
            person.TwoFactorEnabled,
            passkeys.GetValueOrDefault(person.Id),
            person.LockoutEnd > now,
            person.LastSignInAt)
        {
            Source = person.SourceId is { } source ? sources.GetValueOrDefault(source) : null,
            IsEnded = person.IsDisabled,
        });
    }
}
