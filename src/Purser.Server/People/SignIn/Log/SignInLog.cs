using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn.Log;

/// <summary>Where a request comes from, as far as it tells.</summary>
public sealed record Caller(string RemoteAddress, string UserAgent)
{
    public static Caller Of(HttpContext context) =>
        new(context.Connection.RemoteIpAddress?.ToString() ?? "", context.Request.Headers.UserAgent.ToString());
}

/// <summary>Writes down who came in, who tried and who went out (SA-16). Nothing typed is kept but the address.</summary>
public sealed class SignInLog(Database database, IdSource ids, TimeProvider machine)
{
    private const int LongestAddress = 254;
    private const int LongestText = 300;

    public Task WriteAsync(Caller caller, SignInOutcome outcome, Person person, string way, string note = "", CancellationToken cancellation = default) =>
        WriteAsync(caller, outcome, person.Id, person.Email ?? "", way, note, cancellation);

    public async Task WriteAsync(Caller caller, SignInOutcome outcome, long personId, string way = "", CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        if (await db.Users.FirstOrDefaultAsync(row => row.Id == personId, cancellation) is { } person)
        {
            await WriteAsync(caller, outcome, person, way, note: "", cancellation);
        }
    }

    /// <summary>An attempt that came to nothing; why, the database knows better than the one who tried.</summary>
    public async Task RefusedAsync(Caller caller, string typed, string way, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var person = await PersonBook.FindAsync(db, typed);
        var outcome = person is null ? SignInOutcome.UnknownAddress
            : person.IsDisabled ? SignInOutcome.Ended
            : person.LockoutEnd > machine.GetUtcNow() ? SignInOutcome.Locked
            : SignInOutcome.WrongPassword;
        await WriteAsync(caller, outcome, person?.Id, person?.Email ?? AddressIn(typed), way, note: "", cancellation);
    }

    public Task StrangerAsync(Caller caller, SignInOutcome outcome, string typed, string way, string note = "", CancellationToken cancellation = default) =>
        WriteAsync(caller, outcome, personId: null, AddressIn(typed), way, note, cancellation);

    private async Task WriteAsync(Caller caller, SignInOutcome outcome, long? personId, string address, string way, string note, CancellationToken cancellation)
    {
        var entry = new SignInEntry
        {
            Id = await ids.NextAsync(nameof(IdKind.SignInEntry), cancellation),
            At = machine.GetUtcNow(),
            PersonId = personId,
            Address = address,
            Outcome = outcome,
            Way = Cut(way),
            Note = Cut(note),
            RemoteAddress = caller.RemoteAddress,
            UserAgent = Cut(caller.UserAgent),
        };
        await database.WriteAsync(db => Task.FromResult(db.SignInEntries.Add(entry)), cancellation);
    }

    private static string AddressIn(string typed) =>
        typed.Trim() is { Length: <= LongestAddress } text && text.Contains('@', StringComparison.Ordinal) && !text.Any(char.IsControl) ? text : "";

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText];
}
