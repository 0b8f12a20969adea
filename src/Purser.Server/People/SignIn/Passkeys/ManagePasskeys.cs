using System.Buffers.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn.Passkeys;

/// <summary>A person's own passkeys. The ceremonies are the framework's; here is what is kept of them, as audited commands.</summary>
public sealed class ManagePasskeys(WritePath writePath, Database database)
{
    public const int LongestName = 60;

    private const int MostPasskeys = 20;

    private sealed record Audited(long PersonId, string Passkey, string? Name);

    /// <param name="Id">The credential's id as it stands in addresses.</param>
    public sealed record Item(string Id, string Name, DateTimeOffset CreatedAt, bool IsBackedUp);

    public async Task<IReadOnlyList<Item>> ListAsync(long personId, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var rows = await db.UserPasskeys.Where(row => row.UserId == personId).ToListAsync(cancellation);
        return rows.OrderBy(row => row.Data.CreatedAt).Select(row => new Item(
            Base64Url.EncodeToString(row.CredentialId), row.Data.Name ?? "Passkey", row.Data.CreatedAt, row.Data.IsBackedUp)).ToList();
    }

    public Task<Verdict<Done>> AddAsync(Actor actor, UserPasskeyInfo made, string name, CancellationToken cancellation = default) =>
        RunAsync("people.add-passkey", actor, Base64Url.EncodeToString(made.CredentialId), name, async (scope, command) =>
        {
            if (InputText.Problem(name, "name", "the passkey a name", LongestName) is { } problem)
            {
                return problem;
            }

            if (await scope.Db.UserPasskeys.AnyAsync(row => row.CredentialId == made.CredentialId, cancellation))
            {
                return Verdict.Refused(RefusalCode.AlreadyExists, "This passkey is known already.");
            }

            if (await scope.Db.UserPasskeys.CountAsync(row => row.UserId == actor.Id, cancellation) >= MostPasskeys)
            {
                return Verdict.Refused(RefusalCode.Conflict, $"You have {MostPasskeys} passkeys. Remove one that you no longer use.");
            }

            scope.Db.UserPasskeys.Add(RowOf(actor.Id, made, name.Trim()));
            PersonPlaces.Tell(scope, command, PeopleEvents.PasskeyAdded(actor.Name, name.Trim()));
            return Verdict.Done;
        }, cancellation);

    public Task<Verdict<Done>> RenameAsync(Actor actor, string passkey, string name, CancellationToken cancellation = default) =>
        RunAsync("people.rename-passkey", actor, passkey, name, async (scope, command) =>
        {
            if (InputText.Problem(name, "name", "the passkey a name", LongestName) is { } problem)
            {
                return problem;
            }

            if (await FindAsync(scope.Db, actor.Id, passkey, cancellation) is not { } row)
            {
                return NotThere();
            }

            PersonPlaces.Tell(scope, command, PeopleEvents.PasskeyRenamed(actor.Name, row.Data.Name ?? "", name.Trim()));
            row.Data.Name = name.Trim();
            return Verdict.Done;
        }, cancellation);

    public Task<Verdict<Done>> RemoveAsync(Actor actor, string passkey, CancellationToken cancellation = default) =>
        RunAsync("people.remove-passkey", actor, passkey, null, async (scope, command) =>
        {
            if (await FindAsync(scope.Db, actor.Id, passkey, cancellation) is not { } row)
            {
                return NotThere();
            }

            scope.Db.UserPasskeys.Remove(row);
            PersonPlaces.Tell(scope, command, PeopleEvents.PasskeyRemoved(actor.Name, row.Data.Name ?? ""));
            return Verdict.Done;
        }, cancellation);

    private static Refusal NotThere() => Verdict.Refused(RefusalCode.NotFound, "You have no such passkey.");

    private static async Task<IdentityUserPasskey<long>?> FindAsync(PurserContext db, long personId, string passkey, CancellationToken cancellation)
    {
        if (!Base64Url.IsValid(passkey))
        {
            return null;
        }

        var id = Base64Url.DecodeFromChars(passkey);
        return await db.UserPasskeys.FirstOrDefaultAsync(row => row.UserId == personId && row.CredentialId == id, cancellation);
    }

    private static IdentityUserPasskey<long> RowOf(long personId, UserPasskeyInfo made, string name) => new()
    {
        UserId = personId,
        CredentialId = made.CredentialId,
        Data = new IdentityPasskeyData
        {
            PublicKey = made.PublicKey,
            Name = name,
            CreatedAt = made.CreatedAt,
            SignCount = made.SignCount,
            Transports = made.Transports,
            IsUserVerified = made.IsUserVerified,
            IsBackupEligible = made.IsBackupEligible,
            IsBackedUp = made.IsBackedUp,
            AttestationObject = made.AttestationObject,
            ClientDataJson = made.ClientDataJson,
        },
    };

    private async Task<Verdict<Done>> RunAsync(
        string command, Actor actor, string passkey, string? name, Func<WriteScope, Command, Task<Verdict<Done>>> decide, CancellationToken cancellation)
    {
        var named = new Command(command, actor, new Audited(actor.Id, passkey, name)) { Accounts = await PersonPlaces.OfAsync(database, actor.Id, cancellation) };
        return await writePath.RunAsync<Done>(named, scope => decide(scope, named), cancellation);
    }
}
