using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Mail;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn;

/// <summary>
/// A one-time link with which somebody chooses a password. It goes to her address and to nobody else (where no mail is sent, the operator hands it
/// on), so who uses it has shown that the address is hers. The row holds its hash and its end only.
/// </summary>
public static class SetPasswordLink
{
    public const string Path = "/set-password";

    private const string Provider = "Purser";
    private const string Name = "SetPassword";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Makes a link; an earlier one of the same person stops working.</summary>
    public static string Make(WriteScope scope, Person person)
    {
        if (scope.Db.UserTokens.Find(person.Id, Provider, Name) is not { } earlier)
        {
            return MakeFirst(scope, person);
        }

        var secret = SecretSource.NewSecret();
        earlier.Value = ValueOf(scope, secret);
        return PathOf(person, secret);
    }

    /// <summary>For somebody who was made in this very command: ten thousand new people are not asked for one by one.</summary>
    public static string MakeFirst(WriteScope scope, Person person)
    {
        var secret = SecretSource.NewSecret();
        scope.Db.UserTokens.Add(new IdentityUserToken<long> { UserId = person.Id, LoginProvider = Provider, Name = Name, Value = ValueOf(scope, secret) });
        return PathOf(person, secret);
    }

    public static void Write(MailDraft mail, Outbox outbox, string path, string words) =>
        mail.Say($"{words} The link works once and ends after seven days.").Link("Choose a password", outbox.PublicUrl + path);

    private static string ValueOf(WriteScope scope, string secret) => OneTimeCode.Write(secret, scope.MachineNow + Lifetime);

    private static string PathOf(Person person, string secret) => $"{Path}?person={person.Id}&code={secret}";

    /// <summary>When a link was made that waits to be used; null where none waits.</summary>
    public static async Task<DateTimeOffset?> MadeAtAsync(PurserContext db, long personId, CancellationToken cancellation) =>
        OneTimeCode.EndOf((await RowAsync(db, personId, cancellation))?.Value) - Lifetime;

    /// <summary>The row of a link that still opens; null otherwise.</summary>
    public static async Task<IdentityUserToken<long>?> FindAsync(
        PurserContext db, long personId, string code, DateTimeOffset machineNow, CancellationToken cancellation = default)
    {
        var row = await RowAsync(db, personId, cancellation);
        return OneTimeCode.Opens(row?.Value, code, machineNow) ? row : null;
    }

    private static Task<IdentityUserToken<long>?> RowAsync(PurserContext db, long personId, CancellationToken cancellation) =>
        db.UserTokens.FirstOrDefaultAsync(token => token.UserId == personId && token.LoginProvider == Provider && token.Name == Name, cancellation);
}
